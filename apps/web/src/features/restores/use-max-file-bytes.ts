/** What the server takes unless it is set up otherwise (`MAX_BACKUP_FILE_SIZE`); it has the last word in any case. */
const USUAL_LIMIT_BYTES = 104_857_600;

/** The largest file that is worth sending, in bytes. */
export function useMaxFileBytes(): number | null {
  return USUAL_LIMIT_BYTES;
}

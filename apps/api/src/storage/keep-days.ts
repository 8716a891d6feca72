/** How many days a cleanup keeps a backup unless it is told otherwise: `BACKUP_RETENTION_DAYS`. */
export class KeepDays {
  constructor(readonly days: number) {}
}

/** Where the queue says what it does: fields first, as `pino` takes them. Never a secret, never a row. */
export interface JobLog {
  /** Detail. */
  debug(fields: object, message: string): void;
  /** Something was done. */
  info(fields: object, message: string): void;
  /** Something went wrong that is not the end of a job. */
  warn(fields: object, message: string): void;
  /** A job failed, or could not be recorded. */
  error(fields: object, message: string): void;
}

const ignore = (): void => undefined;

export const SILENT_LOG: JobLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

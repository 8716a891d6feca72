/** Where alarms say what becomes of them: fields first. Never a secret, never a row. */
export interface AlarmLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

import { BackupError } from '@satchel/domain';
import type { Response } from 'express';

/** @returns the error for a part that holds no byte of the file; the answer's headers say how large the file is */
export function rangeNotSatisfiable(response: Response, sizeBytes: number): BackupError {
  response.set('Content-Range', `bytes */${sizeBytes}`);
  return new BackupError(
    'validation_error',
    `The part that was asked for is not in the file, which has ${sizeBytes} bytes.`,
    { sizeBytes, status: 416 },
  );
}

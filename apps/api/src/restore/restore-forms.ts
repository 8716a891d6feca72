import { Injectable } from '@nestjs/common';
import { BackupError, Clock, UploadQuarantine } from '@satchel/domain';
import { keptUpload, TakeUpload } from '@satchel/use-cases';
import type { Request } from 'express';
import type { z } from 'zod';
import { checkSchema } from '../http/check-schema.js';
import { formValues } from './form-values.js';
import { FILE_FIELD, receiveForm } from './receive-form.js';
import { ReceivedRestore } from './received-restore.js';

/** What names a file other than the form's own. */
interface Sources {
  readonly upload_id?: string | undefined;
  readonly backup_id?: string | undefined;
}

/** Takes in what people send to be looked into or restored: a form with a file, or JSON that names one. */
@Injectable()
export class RestoreForms {
  constructor(
    private readonly takeUpload: TakeUpload,
    private readonly quarantine: UploadQuarantine,
    private readonly clock: Clock,
  ) {}

  /** @throws BackupError as `receiveForm` and `keptUpload` do, and `validation_error` unless exactly one file is named */
  async receive<T extends z.ZodType<Sources>>(
    request: Request,
    schema: T,
    signal: AbortSignal,
  ): Promise<ReceivedRestore<z.output<T>>> {
    const { values, upload } = await this.#read(request, signal);
    try {
      const options: z.output<T> = checkSchema(schema, values);
      requireOneSource(options, upload !== null);
      const { upload_id: uploadId } = options;
      const file =
        upload ?? (uploadId === undefined ? null : await keptUpload(this.quarantine, this.clock, uploadId));
      return new ReceivedRestore(options, file, upload !== null, id => this.takeUpload.discard(id));
    } catch (error) {
      if (upload !== null) await this.takeUpload.discard(upload.uploadId);
      throw error;
    }
  }

  async #read(request: Request, signal: AbortSignal) {
    if (request.is('application/json') !== false) {
      return { values: (request.body ?? {}) as unknown, upload: null };
    }
    const { fields, upload } = await receiveForm(request, {
      maxBytes: this.takeUpload.maxBytes,
      signal,
      receive: (name, body, stop) => this.takeUpload.run({ name, body }, { signal: stop }),
      discard: uploadId => this.takeUpload.discard(uploadId),
    });
    try {
      return { values: formValues(fields) as unknown, upload };
    } catch (error) {
      if (upload !== null) await this.takeUpload.discard(upload.uploadId);
      throw error;
    }
  }
}

function requireOneSource({ upload_id, backup_id }: Sources, sent: boolean): void {
  const named = [sent ? FILE_FIELD : null, upload_id && 'upload_id', backup_id && 'backup_id'].filter(
    Boolean,
  );
  if (named.length === 1) return;
  throw new BackupError(
    'validation_error',
    named.length === 0
      ? `There is no file: send it in the field ${FILE_FIELD}, or name one that is here already.`
      : `Give one of ${named.join(' and ')}, not both.`,
    { parameter: FILE_FIELD },
  );
}

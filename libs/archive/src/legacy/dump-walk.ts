import { BackupError } from '@satchel/domain';
import { MAX_ROW_BYTES } from '../archive-format.js';
import { ByteSink } from '../json/byte-sink.js';
import type { JsonScanner } from '../json/json-scanner.js';
import { DumpModel } from './dump-model.js';
import { DumpObjectReader, type DumpObject } from './dump-object.js';

/** Most models and, over all of them, most fields; a database of that many tables would not come from Django. */
const MAX_MODELS = 10_000;
const MAX_FIELDS = 200_000;

/** Compact bytes of objects that are walked over before others get their turn. */
const TURN_BYTES = 1024 * 1024;

/** Where an object's bytes are: they stand in `compact` until `onObject` returns. */
export type OnObject = (object: DumpObject, model: DumpModel, compact: Uint8Array) => void;

/**
 * Goes through the objects of a dump, from the array's `[` to the end of the file, and hands each with its model to
 * `onObject`, its fields located. One walk knows all that a second one needs to know: give it the same models again.
 */
export class DumpWalk {
  readonly models = new Map<string, DumpModel>();
  objects = 0;
  #fields = 0;
  #begun = false;
  readonly #sink = new ByteSink();
  readonly #reader = new DumpObjectReader();

  constructor(private readonly scanner: JsonScanner) {}

  /**
   * Takes objects until `enough` says so.
   *
   * @returns whether the file has ended
   * @throws BackupError `invalid_backup` and others, naming object and line
   */
  async walk(onObject: OnObject, enough: () => boolean): Promise<boolean> {
    if (!this.#begun) await this.scanner.beginArray('an array of objects with "model", "pk" and "fields"');
    this.#begun = true;
    const sink = this.#sink;
    let turnBytes = 0;
    sink.clear();
    const ended = await this.scanner.captureElements(sink, {
      maxBytes: MAX_ROW_BYTES,
      onElement: (start, place) => {
        const compact = sink.view();
        const object = this.#reader.read(compact, start, ++this.objects, place);
        const model = this.#model(object.position.model);
        const fieldsBefore = model.fields.length;
        model.locate(compact, object);
        this.#limitFields(model.fields.length - fieldsBefore);
        onObject(object, model, compact);
        turnBytes += sink.length;
        sink.clear();
        return turnBytes < TURN_BYTES && !enough();
      },
    });
    if (ended) await this.scanner.end();
    return ended;
  }

  #model(name: string): DumpModel {
    const known = this.models.get(name);
    if (known) return known;
    if (this.models.size >= MAX_MODELS) throw tooMany('models', MAX_MODELS);
    const model = new DumpModel(name);
    this.models.set(name, model);
    return model;
  }

  #limitFields(added: number): void {
    this.#fields += added;
    if (this.#fields > MAX_FIELDS) throw tooMany('fields in all', MAX_FIELDS);
  }
}

function tooMany(what: string, limit: number): BackupError {
  return new BackupError('too_large', `The dump has more than ${limit} ${what}, which is the limit.`, {
    limit,
  });
}

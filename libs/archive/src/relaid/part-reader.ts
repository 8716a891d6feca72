import { createHash } from 'node:crypto';
import { BackupError, relationLabel, type PartSummary, type Relation, type RowBatch } from '@satchel/domain';
import { BATCH_BYTES, DIGEST_PREFIX, MAX_ROW_BYTES } from '../archive-format.js';
import { ByteSink } from '../json/byte-sink.js';
import type { ElementOptions, JsonScanner } from '../json/json-scanner.js';
import { FloatSpelling } from './float-spelling.js';

const LF = 0x0a;
const OPEN_BRACKET = 0x5b;

/** Reads the `rows` of one part, makes each compact, and checks at the end that count and digest are the stated ones. */
export class PartReader {
  readonly #sink = new ByteSink();
  readonly #hash = createHash('sha256');
  readonly #label: string;
  readonly #elements: ElementOptions;
  /** In the batch at hand, and in all. */
  #rows = 0;
  #count = 0;
  #begun = false;
  #ended = false;

  /** @param scanner stands before the value of `rows` */
  constructor(
    private readonly scanner: JsonScanner,
    private readonly part: PartSummary,
    relation: Relation,
  ) {
    const columns = relation.columns.length;
    const label = relationLabel(relation);
    const sink = this.#sink;
    const floats = FloatSpelling.of(relation.columns);
    this.#label = label;
    this.#elements = {
      maxBytes: MAX_ROW_BYTES,
      maxDepth: 1,
      depthProblem: `a row of ${label} holds an array or object; its values are texts, numbers, true, false and null`,
      onElement: (start, place, values) => {
        if (sink.byteAt(start) !== OPEN_BRACKET)
          throw scanner.errorAt(`a row of ${label} should be an array`, place);
        if (values !== columns) {
          throw scanner.errorAt(`a row of ${label} has ${values} values for ${columns} columns`, place);
        }
        const respelled = floats?.respell(sink.view(start));
        if (respelled) sink.replace(start, respelled);
        sink.allow(1);
        sink.push(LF);
        this.#rows++;
        return sink.length < BATCH_BYTES;
      },
    };
  }

  /**
   * @returns the next batch; null once the part has ended and is what it should be
   * @throws BackupError `invalid_backup` naming table and line, or table and part
   */
  async next(): Promise<RowBatch | null> {
    if (!this.#begun) await this.scanner.beginArray('an array of rows');
    this.#begun = true;
    this.#sink.clear();
    this.#rows = 0;
    if (!this.#ended) this.#ended = await this.scanner.captureElements(this.#sink, this.#elements);
    if (this.#rows === 0) {
      this.#check();
      return null;
    }
    const batch = { bytes: this.#sink.copy(), rows: this.#rows };
    this.#hash.update(batch.bytes);
    this.#count += batch.rows;
    return batch;
  }

  #check(): void {
    const digest = DIGEST_PREFIX + this.#hash.digest('hex');
    if (this.#count === this.part.count && digest === this.part.digest) return;
    throw new BackupError(
      'invalid_backup',
      `The rows of ${this.#label} do not match their count or digest: the file is damaged or was altered. Take another copy of it.`,
      { relation: this.#label, statedRows: this.part.count, rows: this.#count },
    );
  }
}

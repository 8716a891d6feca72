import { createHash, type Hash } from 'node:crypto';
import {
  BackupError,
  relationLabel,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupPart,
  type BackupReader,
  type Compression,
  type Origin,
  type PartSummary,
  type RowBatch,
} from '@satchel/domain';
import {
  BATCH_BYTES,
  DIGEST_PREFIX,
  FIRST_LINE,
  MAX_HEADER_BYTES,
  MAX_LINE_BYTES,
  MAX_RELATIONS,
  MAX_ROW_BYTES,
  type ReadOptions,
} from './archive-format.js';
import { BufferPool } from './buffer-pool.js';
import { cutOff, LineReader } from './line-reader.js';
import { parseExactly, parseMemberLine } from './member-line.js';
import { notOurLayout } from './not-our-layout.js';
import { expectRelationIndex, parseFooter, parseHeader, refuseTooManyParts } from './parse-header.js';
import { RowLineReader } from './row-lines.js';
import { originOf } from './signature.js';

/**
 * Reads an archive in our own layout, fast: rows are copied once, eight bytes at a time, and digested natively.
 * Everything is checked on the way: layout, header, each part's count and digest, totals, the document's digest, its
 * signature, and that nothing follows.
 *
 * @param chunks the decompressed document from its first byte, cut anywhere
 * @throws BackupError `invalid_backup` with context `{ ownLayout: false }` where the layout is not ours, here or later:
 *   the document may still be a backup, which the tolerant reader can tell; any other `invalid_backup` is final
 */
export async function readArchive(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<BackupReader> {
  const lines = new LineReader(chunks, options.signal);
  try {
    const members = new Map<string, unknown>();
    const header = await readHeader(lines, members);
    return new ArchiveReader(lines, options, members, header);
  } catch (error) {
    await lines.close();
    throw error;
  }
}

async function readHeader(lines: LineReader, members: Map<string, unknown>): Promise<ArchiveHeader> {
  const readLine = boundedLines(lines);
  if (`${await readLine()}\n` !== FIRST_LINE) throw notOurLayout('the first line is another');
  members.set('satchel', 1);
  for (;;) {
    const line = await readLine();
    if (line === '"rows":[') break;
    if (line === '"relations":[') setOnce(members, 'relations', await readRelations(readLine));
    else {
      const { name, value } = parseMemberLine(line);
      setOnce(members, name, value);
    }
  }
  return parseHeader(members);
}

async function readRelations(readLine: () => Promise<string>): Promise<unknown[]> {
  const relations: unknown[] = [];
  for (let more = true; ;) {
    const line = await readLine();
    if (line === '],' && (!more || relations.length === 0)) return relations;
    if (!more || relations.length >= MAX_RELATIONS) throw notOurLayout('the list of relations goes on');
    more = line.endsWith(',');
    relations.push(parseExactly(more ? line.slice(0, -1) : line, `relations[${relations.length}]`));
  }
}

function setOnce(members: Map<string, unknown>, name: string, value: unknown): void {
  if (members.has(name) || name === 'rows') throw notOurLayout(`${name} stands there twice`);
  members.set(name, value);
}

/** Lines that have a limit each and one together, so that a header cannot fill the memory. */
function boundedLines(lines: LineReader): () => Promise<string> {
  const start = lines.offset;
  return async () => {
    const line = await lines.line(MAX_LINE_BYTES);
    if (lines.offset - start > MAX_HEADER_BYTES) {
      throw new BackupError(
        'too_large',
        `The backup has more than ${MAX_HEADER_BYTES} bytes before or after its rows, which is the limit.`,
        { limit: MAX_HEADER_BYTES },
      );
    }
    return line;
  };
}

const PART_OPENING = /^\{"relation":(0|[1-9]\d{0,8}),"rows":\[$/;
const PART_CLOSING = /^\],"count":(0|[1-9]\d{0,15}),"digest":"(sha256:[0-9a-f]{64})"\}(,?)$/;

class ArchiveReader implements BackupReader {
  readonly format = 'satchel';
  readonly compression: Compression;
  readonly header: ArchiveHeader;
  readonly #lines: LineReader;
  readonly #options: ReadOptions;
  readonly #members: Map<string, unknown>;
  readonly #parts: PartSummary[] = [];
  readonly #pool = new BufferPool(BATCH_BYTES);
  #started = false;
  #result: { readonly footer: ArchiveFooter; readonly origin: Origin } | null = null;

  constructor(lines: LineReader, options: ReadOptions, members: Map<string, unknown>, header: ArchiveHeader) {
    this.#lines = lines;
    this.#options = options;
    this.#members = members;
    this.header = header;
    this.compression = options.compression;
  }

  async *parts(): AsyncGenerator<BackupPart, void, undefined> {
    if (this.#started) throw new BackupError('system_error', 'The parts of a backup are read once.');
    this.#started = true;
    for (let more = true; ;) {
      const line = await this.#lines.line(MAX_LINE_BYTES);
      if (line === '],' && (!more || this.#parts.length === 0)) break;
      const opening = PART_OPENING.exec(line);
      if (!more || opening === null) throw notOurLayout('what should open a part does not');
      const relation = expectRelationIndex(
        Number(opening[1]),
        this.header,
        `rows[${this.#parts.length}].relation`,
      );
      refuseTooManyParts(this.#parts.length + 1);
      const rows = new PartRows(this.#lines, this.#pool);
      yield { relation, rows };
      // Who left early, or never looked, has not read the rows: they are checked all the same.
      for await (const batch of rows) batch.recycle?.();
      more = await this.#closePart(relation, rows);
    }
    await this.#readFooter();
  }

  result(): { readonly footer: ArchiveFooter; readonly origin: Origin } {
    if (this.#result === null)
      throw new BackupError('system_error', 'The backup has not been read to its end.');
    return this.#result;
  }

  async close(): Promise<void> {
    await this.#lines.close();
  }

  /** @returns whether another part follows */
  async #closePart(relation: number, rows: PartRows): Promise<boolean> {
    const closing = PART_CLOSING.exec(await this.#lines.line(MAX_LINE_BYTES));
    if (closing === null) throw notOurLayout('what should close a part does not');
    const digest = rows.digest();
    if (Number(closing[1]) !== rows.count || closing[2] !== digest) {
      const described = this.header.relations[relation];
      const label = described ? relationLabel(described) : `relation ${relation}`;
      throw new BackupError(
        'invalid_backup',
        `The rows of ${label} do not match their count or digest: the file is damaged or was altered. Take another copy of it.`,
        // Rows with spaces in them look the same from here; only the tolerant reader can tell.
        {
          ownLayout: false,
          relation: label,
          part: this.#parts.length,
          statedRows: Number(closing[1]),
          rows: rows.count,
        },
      );
    }
    this.#parts.push({ relation, count: rows.count, digest });
    return closing[3] === ',';
  }

  async #readFooter(): Promise<void> {
    const lines = this.#lines;
    const readLine = boundedLines(lines);
    let computed: string;
    do {
      // Taken before each line, since the digest is over all bytes before its own.
      computed = lines.digestSoFar();
      const { name, value } = parseMemberLine(await readLine());
      setOnce(this.#members, name, value);
    } while (!this.#members.has('digest'));
    const lastLine = await lines.line(MAX_LINE_BYTES, () => notOurLayout('it ends without a line feed'));
    const last = /^"signature":(.+)\}$/.exec(lastLine)?.[1];
    if (last === undefined || this.#members.has('signature'))
      throw notOurLayout('the last line is no signature');
    const signature = parseExactly(last, 'signature');
    if (lines.at < lines.chunk.length || (await lines.next()))
      throw notOurLayout('something follows its end');
    const footer = parseFooter(
      new Map([...this.#members, ['signature', signature]]),
      this.header,
      this.#parts,
    );
    if (footer.digest !== computed) {
      throw new BackupError(
        'invalid_backup',
        'The backup does not match its digest: the file is damaged or was altered. Take another copy of it.',
        { stated: footer.digest, computed },
      );
    }
    const content = { members: this.#members, parts: this.#parts };
    const origin = await originOf(content, footer.signature, true, this.#options.keyRing);
    this.#result = { footer, origin };
  }
}

/** One part's rows, in batches of about `BATCH_BYTES`. */
class PartRows implements AsyncIterable<RowBatch> {
  readonly #lines: LineReader;
  readonly #pool: BufferPool;
  readonly #reader = new RowLineReader();
  readonly #hash: Hash = createHash('sha256');
  #target: Buffer = Buffer.alloc(0);
  #used = 0;
  #rowsBefore = 0;
  #done = false;

  constructor(lines: LineReader, pool: BufferPool) {
    this.#lines = lines;
    this.#pool = pool;
  }

  get count(): number {
    return this.#reader.rows;
  }

  digest(): string {
    return DIGEST_PREFIX + this.#hash.digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RowBatch, void, undefined> {
    for (;;) {
      const batch = await this.nextBatch();
      if (batch === null) return;
      yield batch;
    }
  }

  async nextBatch(): Promise<RowBatch | null> {
    const lines = this.#lines;
    const reader = this.#reader;
    if (this.#target.length === 0 && !this.#done) this.#target = this.#pool.take(BATCH_BYTES);
    reader.rowsEnd = 0;
    while (!this.#done) {
      if (lines.at === lines.chunk.length && !(await lines.next())) throw cutOff(lines.offset);
      reader.read(lines.chunk, lines.at, this.#target, this.#used);
      lines.at += reader.consumed;
      this.#used += reader.produced;
      if (reader.broken) throw notOurLayout('a line among the rows is no row');
      if (reader.ended) this.#done = true;
      else if (this.#used === this.#target.length) {
        if (reader.rowsEnd > 0) break;
        this.#target = enlarged(this.#target);
      }
    }
    return reader.rowsEnd > 0 ? this.#takeRows(reader.rowsEnd) : null;
  }

  /** Hands on the whole rows; the begun one moves to the next batch's buffer. */
  #takeRows(end: number): RowBatch {
    const pool = this.#pool;
    const ended = this.#target;
    const bytes = ended.subarray(0, end);
    const begun = ended.subarray(end, this.#used);
    this.#target = this.#done ? Buffer.alloc(0) : pool.take(begun.length * 2);
    begun.copy(this.#target);
    this.#used = begun.length;
    this.#hash.update(bytes);
    const rows = this.#reader.rows - this.#rowsBefore;
    this.#rowsBefore = this.#reader.rows;
    return { bytes, rows, recycle: () => pool.giveBack(ended) };
  }
}

function enlarged(buffer: Buffer): Buffer {
  if (buffer.length >= MAX_ROW_BYTES) {
    throw new BackupError(
      'too_large',
      `A row of the backup has more than ${MAX_ROW_BYTES} bytes, which is the limit.`,
      {
        limit: MAX_ROW_BYTES,
      },
    );
  }
  const larger = Buffer.allocUnsafeSlow(Math.min(buffer.length * 2, MAX_ROW_BYTES));
  buffer.copy(larger);
  return larger;
}

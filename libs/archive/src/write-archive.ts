import { createHash } from 'node:crypto';
import {
  ARCHIVE_VERSION,
  BackupError,
  relationLabel,
  throwIfCancelled,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupHeader,
  type DatabaseDefinition,
  type KeyRing,
  type OnProgress,
  type PartSummary,
  type RowBatch,
  type Slice,
  type SourceSession,
} from '@satchel/domain';
import { DIGEST_PREFIX, MAX_PARTS, MAX_ROW_BYTES, SEPARATOR } from './archive-format.js';
import { ByteChunks, ChunkPool } from './byte-chunks.js';
import {
  footerMembers,
  headerLines,
  headerMembers,
  memberLine,
  partClosing,
  partOpening,
} from './layout-lines.js';
import { signContent } from './signature.js';

/** What of a session an archive is written from. Rows are taken as they come: compact, by the format's value rules. */
export type ArchivedSession = Pick<
  SourceSession,
  'source' | 'relations' | 'slices' | 'copyOut' | 'sequences'
>;

export interface WriteArchiveOptions {
  readonly backup: BackupHeader;
  /** Slices that are read at the same time: as many as the session reads. */
  readonly jobs: number;
  readonly keyRing: KeyRing;
  /** The database's definition, to be kept beside the rows. */
  readonly definition?: DatabaseDefinition | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of one archive, to be iterated once, and what stood before and after its rows. A chunk is valid until the
 * second one after it has been asked for; then its memory is used again.
 */
export interface ArchiveBytes extends AsyncIterable<Uint8Array> {
  readonly header: ArchiveHeader;
  /** What was written after the rows; only once all bytes have been taken. */
  result(): ArchiveFooter;
}

/** How many bytes of rows a part is given while it waits in memory for its turn. */
const BUFFERED_PART_BYTES = 4 * 1024 * 1024;

/**
 * Writes a session's rows as an archive, uncompressed, in our own layout. With one job each slice is passed straight
 * through as one part; with several each reader fills parts of at most 4 MB (or one batch, if that is larger), of
 * which at most `jobs + 1` are in memory, and they are written in the order in which they are full.
 *
 * Iterating throws what the session throws, and `cancelled` once `signal` is aborted.
 */
export function writeArchive(session: ArchivedSession, options: WriteArchiveOptions): ArchiveBytes {
  return new ArchiveWriter(session, options);
}

/** A part that is complete in memory: its bytes in the document, from `{` to `}`. */
interface BufferedPart extends PartSummary {
  readonly chunks: readonly Uint8Array[];
}

class ArchiveWriter implements ArchiveBytes {
  readonly header: ArchiveHeader;
  readonly #session: ArchivedSession;
  readonly #options: WriteArchiveOptions;
  readonly #documentHash = createHash('sha256');
  readonly #chunkPool = new ChunkPool();
  readonly #parts: PartSummary[] = [];
  #started = false;
  #footer: ArchiveFooter | null = null;
  #rows = 0;
  #bytes = 0;

  constructor(session: ArchivedSession, options: WriteArchiveOptions) {
    this.#session = session;
    this.#options = options;
    this.header = {
      satchel: ARCHIVE_VERSION,
      backup: options.backup,
      source: session.source,
      ...(options.definition && { definition: options.definition }),
      relations: session.relations,
    };
  }

  result(): ArchiveFooter {
    if (this.#footer === null)
      throw new BackupError('system_error', 'The archive has not been written to its end.');
    return this.#footer;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#started) throw new BackupError('system_error', 'An archive is written once.');
    this.#started = true;
    const out = new ByteChunks(this.#chunkPool);
    const members = new Map(headerMembers(this.header));
    for (const line of headerLines(members)) {
      out.addText(line);
      yield* this.#hashed(out.takeFull());
    }
    const slices = await this.#session.slices();
    yield* this.#options.jobs > 1 ? this.#writeConcurrently(slices, out) : this.#writeInOrder(slices, out);
    out.addText(this.#parts.length > 0 ? '\n],\n' : '],\n');

    const sequences = await this.#session.sequences();
    const totals = { relations: this.header.relations.length, rows: this.#rows };
    for (const [name, value] of footerMembers({ sequences, totals })) {
      members.set(name, value);
      out.addText(memberLine(name, value));
    }
    yield* this.#hashed(out.takeAll());
    const digest = DIGEST_PREFIX + this.#documentHash.digest('hex');
    members.set('digest', digest);
    const signature = signContent({ members, parts: this.#parts }, await this.#options.keyRing.current());
    out.addText(`${memberLine('digest', digest)}"signature":${JSON.stringify(signature)}}\n`);
    this.#footer = { parts: this.#parts, sequences, totals, digest, signature };
    yield* out.takeAll();
  }

  async *#writeInOrder(
    slices: readonly Slice[],
    out: ByteChunks,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for (const slice of slices) {
      const part = new PartWriter(slice.relation, this.header);
      this.#beginPart(out);
      part.open(out);
      for await (const batch of this.#session.copyOut(slice)) {
        throwIfCancelled(this.#options.signal);
        part.add(batch, out);
        yield* this.#hashed(out.takeFull());
        this.#report(slice.relation, batch.rows, batch.bytes.length);
      }
      this.#parts.push(part.close(out));
    }
  }

  async *#writeConcurrently(
    slices: readonly Slice[],
    out: ByteChunks,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { jobs, signal } = this.#options;
    const queue = slices.values();
    const full: BufferedPart[] = [];
    const room = new Semaphore(jobs + 1);
    const arrival = new Bell();
    const stop = new AbortController();
    let running = jobs;
    let failure: { readonly error: unknown } | null = null;

    const readSlices = async (): Promise<void> => {
      try {
        for (const slice of queue) {
          for await (const part of this.#bufferParts(slice, room, stop.signal)) {
            full.push(part);
            arrival.ring();
          }
          if (stop.signal.aborted) return;
        }
      } catch (error) {
        failure ??= { error };
        stop.abort();
        room.open();
      } finally {
        running--;
        arrival.ring();
      }
    };
    const readers = Array.from({ length: jobs }, readSlices);
    try {
      for (;;) {
        const part = full.shift();
        if (part !== undefined) {
          throwIfCancelled(signal);
          this.#beginPart(out);
          yield* this.#hashed(out.takeAll());
          yield* this.#hashed(part.chunks);
          this.#parts.push({ relation: part.relation, count: part.count, digest: part.digest });
          room.release();
        } else if (running > 0) {
          await arrival.rung();
        } else {
          break;
        }
        if (failure !== null) break;
      }
    } finally {
      stop.abort();
      room.open();
      await Promise.all(readers);
    }
    rethrow(failure);
  }

  /** Reads a slice into parts; holds a place in `room` for each from its first batch until it has been written. */
  async *#bufferParts(
    slice: Slice,
    room: Semaphore,
    stop: AbortSignal,
  ): AsyncGenerator<BufferedPart, void, undefined> {
    await room.take();
    if (stop.aborted) return;
    let part = new PartWriter(slice.relation, this.header);
    let buffer = new ByteChunks(this.#chunkPool);
    part.open(buffer);
    for await (const batch of this.#session.copyOut(slice)) {
      if (part.count > 0 && part.bytes + batch.bytes.length > BUFFERED_PART_BYTES) {
        yield { ...part.close(buffer), chunks: buffer.takeAll() };
        await room.take();
        part = new PartWriter(slice.relation, this.header);
        buffer = new ByteChunks(this.#chunkPool);
        part.open(buffer);
      }
      if (stop.aborted) return;
      throwIfCancelled(this.#options.signal);
      part.add(batch, buffer);
      this.#report(slice.relation, batch.rows, batch.bytes.length);
    }
    yield { ...part.close(buffer), chunks: buffer.takeAll() };
  }

  #beginPart(out: ByteChunks): void {
    if (this.#parts.length >= MAX_PARTS) {
      throw new BackupError(
        'too_large',
        `The archive would have more than ${MAX_PARTS} parts, which is the limit.`,
      );
    }
    if (this.#parts.length > 0) out.addText(SEPARATOR);
  }

  *#hashed(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
    for (const chunk of chunks) {
      this.#documentHash.update(chunk);
      yield chunk;
      this.#chunkPool.handedOn(chunk);
    }
  }

  #report(relation: number, rows: number, bytes: number): void {
    this.#rows += rows;
    this.#bytes += bytes;
    const described = this.header.relations[relation];
    this.#options.onProgress?.({
      phase: 'writing',
      ...(described && { relation: relationLabel(described) }),
      rows: this.#rows,
      bytes: this.#bytes,
    });
  }
}

/** Writes one part: its opening, its rows as they stand in the document, and their count and digest. */
class PartWriter {
  count = 0;
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #relation: number;

  constructor(relation: number, header: ArchiveHeader) {
    if (header.relations[relation] === undefined) {
      throw new BackupError(
        'system_error',
        `A slice belongs to relation ${relation}, which the backup does not have.`,
      );
    }
    this.#relation = relation;
  }

  open(out: ByteChunks): void {
    out.addText(partOpening(this.#relation));
  }

  add(batch: RowBatch, out: ByteChunks): void {
    if (batch.rows === 0) return;
    if (batch.bytes.length > MAX_ROW_BYTES && batch.bytes.length / batch.rows > MAX_ROW_BYTES) {
      throw new BackupError(
        'too_large',
        `A row has ${batch.bytes.length} bytes; an archive's rows have at most ${MAX_ROW_BYTES}. Leave its table out of the backup.`,
        { limit: MAX_ROW_BYTES },
      );
    }
    out.addText(this.count === 0 ? '\n' : SEPARATOR);
    out.addRows(batch);
    this.#hash.update(batch.bytes);
    batch.recycle?.();
    this.count += batch.rows;
    this.bytes += batch.bytes.length;
  }

  close(out: ByteChunks): PartSummary {
    const part = {
      relation: this.#relation,
      count: this.count,
      digest: DIGEST_PREFIX + this.#hash.digest('hex'),
    };
    out.addText(partClosing(part));
    return part;
  }
}

/** A number of places; `take` waits for a free one. Once opened nobody waits any more. */
class Semaphore {
  #free: number;
  #open = false;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async take(): Promise<void> {
    if (this.#open) return;
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }

  open(): void {
    this.#open = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Wakes one waiter; a ring before anyone waits is kept. */
class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async rung(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
    this.#rung = false;
  }
}

function rethrow(failure: { readonly error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}

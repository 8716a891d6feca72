import type { RowBatch } from '@satchel/domain';

const LF = 0x0a;

/** Bytes that are compared at a time; a power of two that fits the processor's nearest cache. */
const BLOCK = 4096;

/** Rows that one side may lack one after the other without the two being taken to be out of step. */
const LOOK_AHEAD = 8;

/** Share of the window for rows that were skipped in step. */
const IN_STEP_SHARE = 1 / 16;

/** What a row that waits for its partner costs beside its bytes, about. */
const PENDING_OVERHEAD = 80;

/**
 * A batch that a sink takes is valid until the sink is done with it. One batch is taken at a time; meanwhile rows are
 * matched on, so what a sink throws ends the matching at its next batch.
 */
export interface RowSinks {
  /** Takes rows of the file that have no equal among the live ones. */
  stored(batch: RowBatch): Promise<void>;
  /** Takes live rows that have no equal in the file. */
  live(batch: RowBatch): Promise<void>;
}

export interface RowMatcherOptions {
  /** Bytes that rows may take which wait for their partner, on both sides together. */
  readonly windowBytes?: number;
  /** Bytes of a batch that is handed to a sink, about. */
  readonly flushBytes?: number;
  /** Those of the first one, so that sinks begin early; each further one has twice as many as the one before. */
  readonly firstFlushBytes?: number;
}

/**
 * Drops the rows that two streams have in common, so that only what may differ has to be staged and compared by key.
 * Rows are compared by their bytes.
 *
 * Both streams come in nearly the same, the physical, order: updated rows have moved, others were added or removed,
 * and an archive that was written over several connections has runs interleaved. So the two are walked side by side,
 * and what does not match waits in a window for its partner. A few rows that one side lacks while the two are in step
 * hardly have a partner nearby: they wait in a smaller window, so that the sinks, which are slower than we are, have their work
 * early. The outcome is right for any order: a row whose partner is farther away than the window only takes the longer way,
 * through the sinks.
 */
export class RowMatcher {
  /** Rows of the batches that were taken. */
  #storedRows = 0;
  /** Rows handed to `sinks.stored`. */
  #storedApart = 0;

  readonly #live: AsyncIterator<RowBatch>;
  readonly #liveRest: Cursor = new Cursor();
  readonly #storedRest: Cursor = new Cursor();
  #liveEnded = false;
  readonly #storedSide: Side;
  readonly #liveSide: Side;
  /** Whether the last rows were equal, or would have been but for a few that one side lacks. */
  #inStep = true;
  #handingOn: Promise<void> = Promise.resolve();

  constructor(
    live: AsyncIterable<RowBatch>,
    private readonly sinks: RowSinks,
    {
      windowBytes = 12 << 20,
      flushBytes = 2 << 20,
      firstFlushBytes = flushBytes / 8,
    }: RowMatcherOptions = {},
  ) {
    this.#live = live[Symbol.asyncIterator]();
    const newSide = (): Side => ({
      waiting: new Waiting(windowBytes / 2),
      out: new RowBuffer(firstFlushBytes, flushBytes),
    });
    this.#storedSide = newSide();
    this.#liveSide = newSide();
  }

  /** Rows of the file that were looked at so far, about; the whole number once `finish` has returned. */
  get storedRows(): number {
    return this.#storedRows - this.#storedRest.rowsLeft;
  }

  /** Pairs of equal rows found so far, likewise. */
  get equal(): number {
    return this.storedRows - this.#storedApart - this.#storedSide.waiting.rows - this.#storedSide.out.rows;
  }

  /** Takes one part's rows. */
  async take(stored: AsyncIterable<RowBatch>): Promise<void> {
    const cursor = this.#storedRest;
    for await (const batch of stored) {
      this.#storedRows += batch.rows;
      cursor.load(batch);
      while (!cursor.done) {
        if (!(await this.#pullLive())) this.#storedAlone(cursor);
        else this.#walk(cursor, this.#liveRest);
        await this.#flush();
      }
    }
  }

  /** Says that no more stored rows come: reads the live rows to their end and hands on what has no partner. */
  async finish(): Promise<void> {
    while (await this.#pullLive()) {
      const rest = this.#liveRest;
      while (!rest.done && !this.#liveSide.out.full) {
        const row = rest.row();
        if (!this.#storedSide.waiting.takeOut(row)) this.#liveSide.out.add(row);
      }
      await this.#flush();
    }
    for (const row of this.#storedSide.waiting.drain()) {
      this.#storedSide.out.add(row);
      await this.#flush();
    }
    for (const row of this.#liveSide.waiting.drain()) {
      this.#liveSide.out.add(row);
      await this.#flush();
    }
    await this.#flush(true);
    await this.#handingOn;
  }

  /** Waits until no sink is busy; to be called where rows are given up before the end. */
  async settle(): Promise<void> {
    await this.#handingOn.catch(() => undefined);
  }

  /** @returns false once there are no more live rows */
  async #pullLive(): Promise<boolean> {
    while (this.#liveRest.done && !this.#liveEnded) {
      const next = await this.#live.next();
      if (next.done === true) {
        this.#liveEnded = true;
      } else {
        this.#liveRest.load(next.value);
      }
    }
    return !this.#liveRest.done;
  }

  /** Walks both sides until one has no more rows at hand or a sink's buffer is full. */
  #walk(stored: Cursor, live: Cursor): void {
    while (!stored.done && !live.done && !this.#storedSide.out.full && !this.#liveSide.out.full) {
      if (skipEqual(stored, live)) {
        this.#inStep = true;
        continue;
      }
      const most = this.#inStep ? LOOK_AHEAD : 1;
      if (skipAlone(stored, stored.rowsUntil(live, most), this.#storedSide, this.#liveSide)) continue;
      if (skipAlone(live, live.rowsUntil(stored, most), this.#liveSide, this.#storedSide)) continue;
      const storedRow = stored.peek();
      const liveRow = live.peek();
      if (this.#liveSide.waiting.takeOut(storedRow)) {
        stored.skip();
      } else if (this.#storedSide.waiting.takeOut(liveRow)) {
        live.skip();
      } else {
        this.#inStep = false;
        this.#storedSide.waiting.add(storedRow, this.#storedSide.out);
        this.#liveSide.waiting.add(liveRow, this.#liveSide.out);
        stored.skip();
        live.skip();
      }
    }
  }

  #storedAlone(stored: Cursor): void {
    while (!stored.done && !this.#storedSide.out.full) {
      const row = stored.row();
      if (!this.#liveSide.waiting.takeOut(row)) this.#storedSide.out.add(row);
    }
  }

  async #flush(all = false): Promise<void> {
    if (this.#storedSide.out.full || (all && this.#storedSide.out.rows > 0)) {
      await this.#handingOn;
      const batch = this.#storedSide.out.take();
      this.#storedApart += batch.rows;
      this.#handOn(this.sinks.stored(batch));
    }
    if (this.#liveSide.out.full || (all && this.#liveSide.out.rows > 0)) {
      await this.#handingOn;
      this.#handOn(this.sinks.live(this.#liveSide.out.take()));
    }
  }

  /** What it throws is thrown by whoever waits for it next; until then it must not count as unhandled. */
  #handOn(taking: Promise<void>): void {
    taking.catch(() => undefined);
    this.#handingOn = taking;
  }
}

/** A place in a batch; always at the start of a row. */
class Cursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  #rows = 0;
  /** Of the batch that was loaded last; rows taken from it are copies. */
  #recycle: RowBatch['recycle'];

  load(batch: RowBatch): void {
    this.#recycle?.();
    this.#recycle = batch.recycle;
    const { bytes } = batch;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
    this.#rows = batch.rows;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** By the share of the bytes; exact at either end. */
  get rowsLeft(): number {
    return this.done ? 0 : Math.round(this.#rows * (1 - this.at / this.bytes.length));
  }

  /** The row here, with its line feed, as a text of one character a byte: a key that compares and hashes fast. */
  peek(): string {
    return this.bytes.toString('latin1', this.at, this.bytes.indexOf(LF, this.at) + 1);
  }

  /** How many rows further on the row at the other place stands; 0 where it is not among the next few of the batch. */
  rowsUntil(other: Cursor, most: number): number {
    const length = other.bytes.indexOf(LF, other.at) + 1 - other.at;
    let at = this.at;
    for (let rows = 1; rows <= most; rows++) {
      at = this.bytes.indexOf(LF, at) + 1;
      if (at + length > this.bytes.length) return 0;
      if (this.bytes.compare(other.bytes, other.at, other.at + length, at, at + length) === 0) return rows;
    }
    return 0;
  }

  skip(): void {
    this.at = this.bytes.indexOf(LF, this.at) + 1;
  }

  row(): string {
    const row = this.peek();
    this.at += row.length;
    return row;
  }
}

/** Moves one side over rows that the other lacks here. @returns whether there were any */
function skipAlone(cursor: Cursor, rows: number, own: Side, other: Side): boolean {
  for (let left = rows; left > 0; left--) {
    const row = cursor.row();
    if (!other.waiting.takeOut(row)) own.waiting.addInStep(row, own.out);
  }
  return rows > 0;
}

/** Moves both cursors over the rows that are the same. @returns whether there were any */
function skipEqual(a: Cursor, b: Cursor): boolean {
  const start = a.at;
  const most = Math.min(a.bytes.length - a.at, b.bytes.length - b.at);
  let same = 0;
  while (same < most) {
    const length = Math.min(BLOCK, most - same);
    if (a.bytes.compare(b.bytes, b.at + same, b.at + same + length, a.at + same, a.at + same + length) !== 0)
      break;
    same += length;
  }
  if (same < most) {
    while (a.bytes[a.at + same] === b.bytes[b.at + same] && same < most) same++;
  }
  if (same === 0) return false;
  // Back to the end of the last whole row.
  const end = a.bytes.lastIndexOf(LF, start + same - 1);
  if (end < start) return false;
  const moved = end + 1 - start;
  a.at += moved;
  b.at += moved;
  return true;
}

/** What becomes of the rows of one side that have no equal yet. */
interface Side {
  readonly waiting: Waiting;
  /** On their way to the sink. */
  readonly out: RowBuffer;
}

/** The rows of one side that wait for their partners. */
class Waiting {
  readonly #any: WaitingRows;
  readonly #inStep: WaitingRows;

  constructor(maxBytes: number) {
    this.#any = new WaitingRows(maxBytes * (1 - IN_STEP_SHARE));
    this.#inStep = new WaitingRows(maxBytes * IN_STEP_SHARE);
  }

  get rows(): number {
    return this.#any.rows + this.#inStep.rows;
  }

  takeOut(row: string): boolean {
    return this.#any.takeOut(row) || this.#inStep.takeOut(row);
  }

  /** Adds a row; those that no longer fit go to `overflow`. */
  add(row: string, overflow: RowBuffer): void {
    this.#any.add(row, overflow);
  }

  /** The same for a row that was met in step. */
  addInStep(row: string, overflow: RowBuffer): void {
    this.#inStep.add(row, overflow);
  }

  /** Gives up all rows. */
  *drain(): Generator<string> {
    yield* this.#any.drain();
    yield* this.#inStep.drain();
  }
}

/**
 * Rows of one side that wait for an equal one of the other; equal rows are counted. They stand in two generations: once
 * the younger one is full, the older one, whose rows have waited longest, is given up.
 */
class WaitingRows {
  rows = 0;
  #young = new Map<string, number>();
  #youngBytes = 0;
  #old = new Map<string, number>();

  constructor(private readonly maxBytes: number) {}

  takeOut(row: string): boolean {
    if (!takeOne(this.#young, row)) {
      if (!takeOne(this.#old, row)) return false;
    } else {
      this.#youngBytes -= row.length + PENDING_OVERHEAD;
    }
    this.rows--;
    return true;
  }

  /** Adds a row; those that no longer fit go to `overflow`. */
  add(row: string, overflow: RowBuffer): void {
    this.#young.set(row, (this.#young.get(row) ?? 0) + 1);
    this.#youngBytes += row.length + PENDING_OVERHEAD;
    this.rows++;
    if (this.#youngBytes <= this.maxBytes / 2) return;
    for (const given of this.#drain(this.#old)) overflow.add(given);
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  /** Gives up all rows. */
  *drain(): Generator<string> {
    yield* this.#drain(this.#old);
    yield* this.#drain(this.#young);
  }

  *#drain(generation: Map<string, number>): Generator<string> {
    for (const [row, count] of generation) {
      generation.delete(row);
      for (let left = count; left > 0; left--) {
        this.rows--;
        yield row;
      }
    }
  }
}

function takeOne(rows: Map<string, number>, row: string): boolean {
  const count = rows.get(row);
  if (count === undefined) return false;
  if (count === 1) rows.delete(row);
  else rows.set(row, count - 1);
  return true;
}

/** Rows on their way to a sink: some are gathered while those before are being taken. */
class RowBuffer {
  rows = 0;
  #fullAt: number;
  #bytes: Buffer;
  #taken: Buffer;
  #length = 0;

  constructor(
    firstFlushBytes: number,
    private readonly flushBytes: number,
  ) {
    this.#bytes = Buffer.allocUnsafe(flushBytes);
    this.#taken = Buffer.allocUnsafe(flushBytes);
    this.#fullAt = firstFlushBytes;
  }

  get full(): boolean {
    return this.#length >= this.#fullAt;
  }

  add(row: string): void {
    if (this.#length + row.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#length + row.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.write(row, this.#length, 'latin1');
    this.#length += row.length;
    this.rows++;
  }

  /** The rows gathered, valid until the next call; afterwards there are none. */
  take(): RowBatch {
    const batch = { bytes: this.#bytes.subarray(0, this.#length), rows: this.rows };
    [this.#bytes, this.#taken] = [this.#taken, this.#bytes];
    this.#fullAt = Math.min(this.flushBytes, 2 * this.#fullAt);
    this.#length = 0;
    this.rows = 0;
    return batch;
  }
}

import { MAX_ROW_BYTES } from '../archive-format.js';
import type { ByteSink } from '../json/byte-sink.js';
import { endOfValue } from '../json/compact-json.js';
import { appendConverted } from './convert-value.js';
import { dumpError, type DumpPosition } from './dump-error.js';
import type { DumpModel } from './dump-model.js';
import type { DumpObject } from './dump-object.js';
import type { LinkPlan, ModelPlan } from './resolve-relations.js';

const LF = 0x0a;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_N = 0x6e;
const OPEN_BRACE = 0x7b;

/** Turns objects into rows of one or several relations. */
export interface RowMaker {
  /** The relation that the model's objects become rows of; null to pass over them. */
  relationOf(model: DumpModel): number | null;
  /** Appends an object's rows, each a compact array and a line feed. @returns how many */
  append(sink: ByteSink, object: DumpObject, model: DumpModel, compact: Uint8Array): number;
}

/** One row an object: `pk`, then the fields that are columns. */
export class ModelRows implements RowMaker {
  constructor(private readonly plans: ReadonlyMap<string, ModelPlan>) {}

  relationOf(model: DumpModel): number | null {
    return this.plans.get(model.name)?.relation ?? null;
  }

  append(sink: ByteSink, object: DumpObject, model: DumpModel, compact: Uint8Array): number {
    const plan = this.plans.get(model.name);
    if (!plan) return 0;
    const { position, pkStart, pkEnd } = object;
    sink.allow(MAX_ROW_BYTES);
    let fits = sink.push(OPEN_BRACKET);
    fits &&= appendConverted(sink, compact, pkStart, pkEnd, plan.keyConversion, position, 'pk');
    for (const { field, conversion } of plan.fields) {
      const start = model.starts[field] ?? 0;
      const end = model.ends[field] ?? 0;
      const name = model.fields[field] ?? '';
      fits &&= sink.push(COMMA) && appendConverted(sink, compact, start, end, conversion, position, name);
    }
    closeRow(sink, fits, position);
    return 1;
  }
}

/** One row for each key in a many-to-many field. */
export class LinkRows implements RowMaker {
  constructor(private readonly plan: LinkPlan) {}

  relationOf(model: DumpModel): number | null {
    return model.name === this.plan.model ? this.plan.relation : null;
  }

  append(sink: ByteSink, object: DumpObject, model: DumpModel, compact: Uint8Array): number {
    const { field, ownConversion, otherConversion } = this.plan;
    const { position, pkStart, pkEnd } = object;
    const name = model.fields[field] ?? '';
    const arrayEnd = (model.ends[field] ?? 0) - 1;
    let rows = 0;
    for (let at = (model.starts[field] ?? 0) + 1; at < arrayEnd; rows++) {
      const end = endOfValue(compact, at);
      refuseNoKey(compact[at] as number, position, name);
      sink.allow(MAX_ROW_BYTES);
      const fits =
        sink.push(OPEN_BRACKET) &&
        appendConverted(sink, compact, pkStart, pkEnd, ownConversion, position, 'pk') &&
        sink.push(COMMA) &&
        appendConverted(sink, compact, at, end, otherConversion, position, name);
      closeRow(sink, fits, position);
      at = compact[end] === COMMA ? end + 1 : end;
    }
    return rows;
  }
}

function closeRow(sink: ByteSink, fits: boolean, position: DumpPosition): void {
  if (fits && sink.push(CLOSE_BRACKET) && sink.push(LF)) return;
  throw dumpError(
    position,
    `its row is larger than ${MAX_ROW_BYTES} bytes, the most that is read`,
    'too_large',
  );
}

function refuseNoKey(firstByte: number, position: DumpPosition, field: string): void {
  if (firstByte === OPEN_BRACKET || firstByte === OPEN_BRACE) {
    throw dumpError(
      position,
      `the field "${field}" refers to other rows by natural keys; such dumps cannot be restored, so make the dump without --natural-foreign`,
      'unsupported',
    );
  }
  if (firstByte === LETTER_N) throw dumpError(position, `the field "${field}" has null among its keys`);
}

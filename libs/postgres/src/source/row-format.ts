import { BinaryKind, binaryKindOf } from '../binary/binary-kind.js';
import type { CatalogColumn } from '../catalog/catalog-relation.js';
import type { BatchPool } from './batch-pool.js';
import { BinaryRowEncoder, isEncodedKind } from './binary-row-encoder.js';
import { classOfColumn, type ColumnClass } from './column-class.js';
import { RowEncoder } from './row-encoder.js';
import type { RowsEncoder } from './rows-encoder.js';

type TypedColumn = Pick<CatalogColumn, 'baseTypeOid' | 'baseTypeKind'>;

/** How the server sends rows, and what each value of a row is. The lines made of them are the same either way. */
export type RowFormat = TextFormat | BinaryFormat;

export interface TextFormat {
  readonly name: 'text';
  readonly classes: readonly ColumnClass[];
}

export interface BinaryFormat {
  readonly name: 'binary';
  readonly kinds: readonly BinaryKind[];
}

/** Rows as text, which every type has. */
export function textFormat(columns: readonly TypedColumn[]): TextFormat {
  return { name: 'text', classes: columns.map(classOfColumn) };
}

/** @returns null where a column's binary form is not known here; or there are no columns, so that nothing is gained */
export function binaryFormat(columns: readonly TypedColumn[]): BinaryFormat | null {
  const kinds = columns
    .map(binaryKindOf)
    .filter(kind => kind !== null)
    .filter(isEncodedKind);
  return kinds.length < columns.length || kinds.length === 0 ? null : { name: 'binary', kinds };
}

/**
 * Nanoseconds that a value costs less in binary, in the server and here together; as measured, see
 * `docs/decisions/0006-binary-copy-both-ways.md`. Of texts, long ones gain what short ones lose.
 */
const SAVED_NANOSECONDS: Readonly<Record<BinaryKind, number>> = {
  [BinaryKind.timestamptz]: 110,
  [BinaryKind.timestamp]: 110,
  [BinaryKind.bytea]: 100,
  [BinaryKind.date]: 25,
  [BinaryKind.uuid]: 100,
  [BinaryKind.time]: 10,
  [BinaryKind.text]: 0,
  [BinaryKind.jsonb]: 0,
  [BinaryKind.int2]: -20,
  [BinaryKind.int4]: -20,
  [BinaryKind.int8]: -20,
  [BinaryKind.oid]: -20,
  [BinaryKind.bool]: -25,
  [BinaryKind.numeric]: -45,
  // Not encoded.
  [BinaryKind.float4]: 0,
  [BinaryKind.float8]: 0,
};

/** The format in which rows of such columns are read with less work. */
export function rowFormat(columns: readonly TypedColumn[]): RowFormat {
  const binary = binaryFormat(columns);
  const saved = binary?.kinds.reduce<number>((sum, kind) => sum + SAVED_NANOSECONDS[kind], 0) ?? 0;
  return binary !== null && saved > 0 ? binary : textFormat(columns);
}

/** What stands behind `COPY … TO STDOUT` to get the format. */
export function formatOption(format: RowFormat): string {
  return format.name === 'binary' ? ' (FORMAT binary)' : '';
}

/** @param pool where the encoder's batches come from */
export function encoderOf(format: RowFormat, pool: BatchPool): RowsEncoder {
  return format.name === 'binary'
    ? new BinaryRowEncoder(format.kinds, pool)
    : new RowEncoder(format.classes, pool);
}

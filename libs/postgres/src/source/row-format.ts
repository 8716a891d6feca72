import { binaryKindOf, type BinaryKind } from '../binary/binary-kind.js';
import type { CatalogColumn } from '../catalog/catalog-relation.js';
import { BinaryRowEncoder, isEncodedKind } from './binary-row-encoder.js';
import { classOfColumn, type ColumnClass } from './column-class.js';
import { RowEncoder } from './row-encoder.js';
import type { RowsEncoder } from './rows-encoder.js';

type TypedColumn = Pick<CatalogColumn, 'baseTypeOid' | 'baseTypeKind'>;

/** How the server sends rows, and what each value of a row is. The lines made of them are the same either way. */
export type RowFormat =
  | { readonly name: 'text'; readonly classes: readonly ColumnClass[] }
  | { readonly name: 'binary'; readonly kinds: readonly BinaryKind[] };

/** Rows as text, which every type has. */
export function textFormat(columns: readonly TypedColumn[]): RowFormat {
  return { name: 'text', classes: columns.map(classOfColumn) };
}

/** @returns null where a column's binary form is not known here; or there are no columns, so that nothing is gained */
export function binaryFormat(columns: readonly TypedColumn[]): RowFormat | null {
  const kinds = columns
    .map(binaryKindOf)
    .filter(kind => kind !== null)
    .filter(isEncodedKind);
  return kinds.length < columns.length || kinds.length === 0 ? null : { name: 'binary', kinds };
}

/** The format in which rows of such columns are read with the least work. */
export function rowFormat(columns: readonly TypedColumn[]): RowFormat {
  return binaryFormat(columns) ?? textFormat(columns);
}

/** What stands behind `COPY … TO STDOUT` to get the format. */
export function formatOption(format: RowFormat): string {
  return format.name === 'binary' ? ' (FORMAT binary)' : '';
}

export function encoderOf(format: RowFormat): RowsEncoder {
  return format.name === 'binary' ? new BinaryRowEncoder(format.kinds) : new RowEncoder(format.classes);
}

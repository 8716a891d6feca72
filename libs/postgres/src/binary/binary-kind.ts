import type { CatalogColumn } from '../catalog/catalog-relation.js';
import * as codes from './binary-kind-codes.js';

/** How a value is laid out in a tuple of binary `COPY`: what the type's send function writes and its receive function reads. */
export const BinaryKind = {
  int2: codes.INT2,
  int4: codes.INT4,
  int8: codes.INT8,
  oid: codes.OID,
  bool: codes.BOOL,
  /** The text itself: character types, `json`, and the label of an enum. */
  text: codes.TEXT,
  jsonb: codes.JSONB,
  date: codes.DATE,
  time: codes.TIME,
  timestamp: codes.TIMESTAMP,
  timestamptz: codes.TIMESTAMPTZ,
  numeric: codes.NUMERIC,
  float4: codes.FLOAT4,
  float8: codes.FLOAT8,
  uuid: codes.UUID,
  bytea: codes.BYTEA,
} as const;

export type BinaryKind = (typeof BinaryKind)[keyof typeof BinaryKind];

/** `pg_type.oid` of built-in types, which never change; and whose binary form has been the same since PostgreSQL 8.4. */
const KINDS: ReadonlyMap<number, BinaryKind> = new Map<number, BinaryKind>([
  [16, BinaryKind.bool],
  [17, BinaryKind.bytea],
  [20, BinaryKind.int8],
  [21, BinaryKind.int2],
  [23, BinaryKind.int4],
  [25, BinaryKind.text],
  [26, BinaryKind.oid],
  [114, BinaryKind.text], // json
  [700, BinaryKind.float4],
  [701, BinaryKind.float8],
  [1042, BinaryKind.text], // character(n)
  [1043, BinaryKind.text], // character varying
  [1082, BinaryKind.date],
  [1083, BinaryKind.time],
  [1114, BinaryKind.timestamp],
  [1184, BinaryKind.timestamptz],
  [1700, BinaryKind.numeric],
  [2950, BinaryKind.uuid],
  [3802, BinaryKind.jsonb],
]);

/**
 * The binary kind of a column: that of the type below its domains, whose constraints the domain's receive function
 * checks as its input function does.
 *
 * @returns null if there is none here: the column can only be copied as text
 */
export function binaryKindOf(column: Pick<CatalogColumn, 'baseTypeOid' | 'baseTypeKind'>): BinaryKind | null {
  if (column.baseTypeKind === 'e') return BinaryKind.text;
  return KINDS.get(column.baseTypeOid) ?? null;
}

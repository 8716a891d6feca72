/*
 * The numbers of `BinaryKind`, in a form that the WebAssembly of `assembly/` can be compiled with as well: it knows neither
 * objects nor types of literals.
 */

export const INT2 = 0;
export const INT4 = 1;
export const INT8 = 2;
export const OID = 3;
export const BOOL = 4;
export const TEXT = 5;
export const JSONB = 6;
export const DATE = 7;
export const TIME = 8;
export const TIMESTAMP = 9;
export const TIMESTAMPTZ = 10;
export const NUMERIC = 11;
export const FLOAT4 = 12;
export const FLOAT8 = 13;
export const UUID = 14;
export const BYTEA = 15;

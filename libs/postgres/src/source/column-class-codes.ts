/* The numbers of `ColumnClass`, in a form that the WebAssembly of `assembly/` can be compiled with as well. */

export const NUMBER_CLASS = 0;
export const BIGINT_CLASS = 1;
export const FLOAT_CLASS = 2;
export const BOOLEAN_CLASS = 3;
export const PLAIN_CLASS = 4;
export const TEXT_CLASS = 5;

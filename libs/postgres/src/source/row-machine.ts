import { ALIGNMENT_BYTES } from './copy-alignment.js';
import { INPUT_BYTES, MAX_COLUMNS, OUTPUT_BYTES } from './row-machine-codes.js';
import { ROW_MACHINE } from './generated/row-machine.wasm.js';

/** What `assembly/row-machine.ts` exports; all positions are in its memory. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  inputArea(): number;
  outputArea(): number;
  columnsArea(): number;
  encodeText(at: number, end: number, out: number, limit: number, columns: number): number;
  encodeBinary(at: number, end: number, out: number, limit: number, columns: number): number;
  status(): number;
  rows(): number;
  stoppedAt(): number;
  writeTextField(columnClass: number, at: number, end: number, out: number): number;
  writeBinaryField(kind: number, at: number, length: number, out: number): number;
  takeFault(): number;
  writeStringPart(at: number, end: number): number;
  writeCopyTextPart(at: number, end: number): number;
  writeHexPart(at: number, end: number): number;
}

/**
 * The WebAssembly that makes lines of rows, with the parts of its memory that go in and out. Each call stands for itself, so
 * all encoders of a thread share one.
 */
export interface RowMachine {
  readonly code: Exports;
  /** Where messages, or bytes of a value, are put; `inputAt` is its position. */
  readonly input: Uint8Array;
  readonly inputAt: number;
  /** Where lines come out; `outputAt` is its position. */
  readonly output: Uint8Array;
  readonly outputAt: number;
  /** The kind or class of each column. */
  readonly columns: Uint8Array;
}

let machine: RowMachine | null = null;

/** The machine of this thread, compiled when it is first asked for: a few milliseconds. */
export function rowMachine(): RowMachine {
  machine ??= startMachine();
  return machine;
}

function startMachine(): RowMachine {
  const module = new WebAssembly.Module(Buffer.from(ROW_MACHINE, 'base64'));
  const code = new WebAssembly.Instance(module).exports as Exports;
  const { buffer } = code.memory;
  const [inputAt, outputAt] = [code.inputArea(), code.outputArea()];
  return {
    code,
    input: new Uint8Array(buffer, inputAt, INPUT_BYTES + ALIGNMENT_BYTES),
    inputAt,
    output: new Uint8Array(buffer, outputAt, OUTPUT_BYTES + ALIGNMENT_BYTES),
    outputAt,
    columns: new Uint8Array(buffer, code.columnsArea(), MAX_COLUMNS),
  };
}

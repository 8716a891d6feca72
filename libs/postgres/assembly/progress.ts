import { DONE } from '../src/source/row-machine-codes';

/** `CopyData`, `d`, and its four bytes of length come before each row. */
export const COPY_DATA: u8 = 0x64;
export const MESSAGE_HEADER_BYTES: usize = 5;

/** How far encoding has come. */
export namespace progress {
  /** Rows since it began. */
  export let rows: i32 = 0;
  export let status: i32 = DONE;
  /** The first message that has not been read. */
  export let at: usize = 0;

  export function begin(): void {
    rows = 0;
  }

  /** @returns `out`, where the lines end */
  export function stop(reason: i32, message: usize, out: usize): usize {
    status = reason;
    at = message;
    return out;
  }
}

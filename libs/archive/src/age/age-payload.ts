import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { BackupError } from '@satchel/domain';

/**
 * The payload of an age file, which is the STREAM construction: chunks of 64 KB, each sealed with ChaCha20-Poly1305 under a
 * counter, the last one marked, so that chunks cannot be moved, left out or cut off. The cipher is OpenSSL's, eight times
 * as fast as one in JavaScript: see `docs/decisions/0026-encryption.md`.
 *
 * @see https://age-encryption.org/v1, "Payload"
 */

const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
export const PAYLOAD_NONCE_BYTES = 16;

/** Chunks that are handed on together: fewer, larger writes. */
const CHUNKS_AT_ONCE = 16;

const CIPHER = 'chacha20-poly1305';
const CIPHER_OPTIONS = { authTagLength: TAG_BYTES } as const;

/** Encrypts a payload under a file key; begins with its nonce. */
export async function* sealPayload(
  chunks: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  const payloadNonce = randomBytes(PAYLOAD_NONCE_BYTES);
  yield payloadNonce;
  const key = payloadKey(fileKey, payloadNonce);
  const counter = new ChunkCounter();
  const seal = (plain: Uint8Array, last: boolean): Buffer[] => {
    const cipher = createCipheriv(CIPHER, key, counter.next(last), CIPHER_OPTIONS);
    const sealed = cipher.update(plain);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  };
  const buffer = new ChunkBuffer(CHUNK_BYTES);
  for await (const chunk of chunks) {
    let out: Buffer[] = [];
    for (const full of buffer.add(chunk)) {
      out.push(...seal(full, false));
      if (out.length >= 2 * CHUNKS_AT_ONCE) {
        yield Buffer.concat(out);
        out = [];
      }
    }
    if (out.length > 0) yield Buffer.concat(out);
  }
  yield Buffer.concat(seal(buffer.rest(), true));
}

/**
 * Decrypts a payload, from its nonce to its end. A chunk is handed on only once its tag is right.
 *
 * @throws BackupError `invalid_backup` at the first chunk that is damaged, or where the last one is missing
 */
export async function* openPayload(
  chunks: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const counter = new ChunkCounter();
  const buffer = new ChunkBuffer(CHUNK_BYTES + TAG_BYTES);
  const nonce: number[] = [];
  let key: Buffer | undefined;
  const open = (sealed: Uint8Array, last: boolean): Buffer => {
    if (key === undefined || sealed.length < TAG_BYTES) throw cutOff(name);
    const at = counter.index;
    const iv = counter.next(last);
    const plain = decipher(key, iv, sealed);
    if (plain !== null) return plain;
    // A whole chunk that is good, but not the last: what should come after it is gone.
    if (last && decipher(key, counter.notLast(iv), sealed) !== null) throw cutOff(name);
    throw new BackupError(
      'invalid_backup',
      `${name} is damaged or cut off: its encrypted part ${at + 1} is not as it was written. Take another copy of the file.`,
      { file: name, chunk: at },
    );
  };
  for await (const chunk of chunks) {
    let taken = 0;
    if (key === undefined) {
      taken = Math.min(PAYLOAD_NONCE_BYTES - nonce.length, chunk.length);
      nonce.push(...chunk.subarray(0, taken));
      if (nonce.length < PAYLOAD_NONCE_BYTES) continue;
      key = payloadKey(fileKey, Buffer.from(nonce));
    }
    let out: Buffer[] = [];
    for (const full of buffer.add(chunk.subarray(taken))) {
      out.push(open(full, false));
      if (out.length >= CHUNKS_AT_ONCE) {
        yield Buffer.concat(out);
        out = [];
      }
    }
    if (out.length > 0) yield Buffer.concat(out);
  }
  const last = open(buffer.rest(), true);
  if (last.length > 0) yield last;
  else if (counter.index > 1) {
    throw new BackupError(
      'invalid_backup',
      `${name} is no file as age writes it: its last part is empty. Take another copy of the file.`,
      { file: name },
    );
  }
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** @returns null if the tag is wrong */
function decipher(key: Buffer, iv: Uint8Array, sealed: Uint8Array): Buffer | null {
  const end = sealed.length - TAG_BYTES;
  const opened = createDecipheriv(CIPHER, key, iv, CIPHER_OPTIONS);
  opened.setAuthTag(sealed.subarray(end));
  const plain = opened.update(sealed.subarray(0, end));
  try {
    opened.final();
    return plain;
  } catch {
    return null;
  }
}

/** A chunk's nonce: its number in eleven bytes, then whether it is the last. */
class ChunkCounter {
  index = 0;

  next(last: boolean): Buffer {
    const iv = Buffer.alloc(12);
    iv.writeUIntBE(this.index++, 5, 6);
    iv[11] = last ? 1 : 0;
    return iv;
  }

  notLast(iv: Uint8Array): Buffer {
    const other = Buffer.from(iv);
    other[11] = 0;
    return other;
  }
}

/** Gathers bytes into chunks of one size. A full chunk is given out only once more bytes come: it might be the last. */
class ChunkBuffer {
  readonly #bytes: Buffer;
  #used = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Each chunk is valid until the next one is asked for. */
  *add(added: Uint8Array): Generator<Uint8Array, void, undefined> {
    const size = this.#bytes.length;
    for (let at = 0; at < added.length;) {
      if (this.#used === size) {
        yield this.#bytes;
        this.#used = 0;
      }
      const taken = Math.min(size - this.#used, added.length - at);
      this.#bytes.set(added.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
    }
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }
}

function cutOff(name: string): BackupError {
  return new BackupError(
    'invalid_backup',
    `${name} is cut off: the end of its encrypted data is missing. Take another copy of the file.`,
    { file: name },
  );
}

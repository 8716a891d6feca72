import {
  BackupError,
  hasKeys,
  NO_KEYS,
  type BackupReader,
  type Compression,
  type Encryption,
  type KeyRing,
  type Relation,
  type UnlockKeys,
} from '@satchel/domain';
import { FIRST_LINE, type UnpackedSource } from './archive-format.js';
import { decompress, detectCompression } from './compress.js';
import { decrypt, isEncrypted, isForPassphrase } from './encrypt.js';
import { readLegacy } from './legacy/read-legacy.js';
import { isNotOurLayout } from './not-our-layout.js';
import { peek, type Peeked } from './peek.js';
import { readArchive } from './read-archive.js';
import { RECOGNISED_BYTES, recogniseFormat } from './recognise-format.js';
import { readRelaid } from './relaid/read-relaid.js';

/** A file, wherever it is, that can be read several times from its start. */
export interface BackupFile {
  /** For messages. */
  readonly name: string;
  /** What its manifest says of who can open it; absent where there is none. */
  readonly encryption?: Encryption | undefined;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface ReadBackupOptions {
  readonly keyRing: KeyRing;
  /** For encrypted files. */
  readonly keys?: UnlockKeys | undefined;
  /** The live tables; files of the old application do not say what their columns are. */
  readonly relations?: readonly Relation[] | undefined;
  /** Most bytes that the file may have when unpacked. */
  readonly maxUnpackedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenBackupOptions extends ReadBackupOptions {
  /**
   * `own`: a document that begins like ours is read by the fast reader, which fails with `{ ownLayout: false }` where the
   * layout turns out to be another. `any`: it is read by the tolerant one, which takes every layout and is slower.
   */
  readonly layout: 'own' | 'any';
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** White space before the document is skipped as far as this. */
const MAX_LEADING_SPACE = 4096;

/**
 * Opens a backup of any kind by what its bytes are, never by its name: an archive of ours in any layout or a file of the
 * old application, compressed or not, encrypted or not, with a byte order mark or without.
 *
 * @throws BackupError `invalid_backup` for anything else, naming what it looks like and what to do; `unsupported` for a
 *   newer version, `too_large` over a limit, `wrong_key` if it is encrypted and no key opens it
 */
export async function openBackup(file: BackupFile, options: OpenBackupOptions): Promise<BackupReader> {
  const stored = await openStored(file, options);
  const compression = detectCompression(stored.start);
  const unpacked = await peek(decompress(stored.chunks, compression, options), MAX_LEADING_SPACE);
  let handedOn = false;
  try {
    const { start } = unpacked;
    const text = start.subarray(hasByteOrderMark(start) ? BYTE_ORDER_MARK.length : 0);
    const first = firstCharacter(text);
    const readOptions = { ...options, compression };
    if (
      first === '{' &&
      options.layout === 'own' &&
      text.subarray(0, FIRST_LINE.length).equals(Buffer.from(FIRST_LINE))
    ) {
      handedOn = true;
      return await readArchive(withoutByteOrderMark(unpacked), readOptions);
    }
    const source = unpackedSource(file, compression, options);
    if (first === '{') return await readRelaid(source, readOptions);
    if (first === '[')
      return await readLegacy(source, { ...readOptions, relations: options.relations ?? [] });
    throw notABackup(file.name, start, first === '', compression);
  } finally {
    if (!handedOn) await unpacked.close();
  }
}

export interface RecognisedBackup {
  readonly encrypted: boolean;
}

/** What a file has to be opened with, by its first bytes; null if it is not encrypted. */
export async function neededKey(file: BackupFile): Promise<'identity' | 'passphrase' | null> {
  const stored = await peek(await file.open(), RECOGNISED_BYTES);
  await stored.close();
  if (!isEncrypted(stored.start)) return null;
  return isForPassphrase(stored.start) ? 'passphrase' : 'identity';
}

/**
 * Opens a file's encryption and looks at its first bytes; nothing further. For whoever wants to know of a wrong key early.
 *
 * @throws BackupError `wrong_key`, `invalid_backup`
 */
export async function tryKeys(
  file: BackupFile,
  options: Pick<ReadBackupOptions, 'keys' | 'signal'>,
): Promise<void> {
  await (await openStored(file, options)).close();
}

/**
 * Looks at a file's first bytes, through its compression: whether it may be a backup at all. Quick whatever its size; damage
 * further in is found by whoever reads it. What is in an encrypted file, nobody can see without a key: it may be one.
 *
 * @throws BackupError as `openBackup` does for what is no backup
 */
export async function recogniseBackup(
  file: BackupFile,
  options: Pick<ReadBackupOptions, 'keys' | 'maxUnpackedBytes' | 'signal'>,
): Promise<RecognisedBackup> {
  if (!hasKeys(options.keys ?? NO_KEYS) && (await neededKey(file)) !== null) return { encrypted: true };
  const stored = await openStored(file, options);
  const compression = detectCompression(stored.start);
  const unpacked = await peek(decompress(stored.chunks, compression, options), MAX_LEADING_SPACE);
  await unpacked.close();
  const { start } = unpacked;
  const first = firstCharacter(start.subarray(hasByteOrderMark(start) ? BYTE_ORDER_MARK.length : 0));
  if (first !== '{' && first !== '[') throw notABackup(file.name, start, first === '', compression);
  return { encrypted: stored.encrypted };
}

/**
 * Reads a backup with `use`: first with the fast reader and, if the layout turns out not to be ours, once more with
 * the tolerant one. So `use` must be able to start anew; what it did for the first reader is void.
 */
export async function readBackup<T>(
  file: BackupFile,
  options: ReadBackupOptions,
  use: (reader: BackupReader) => Promise<T>,
): Promise<T> {
  try {
    return await useReader(await openBackup(file, { ...options, layout: 'own' }), use);
  } catch (error) {
    if (!isNotOurLayout(error)) throw error;
    return await useReader(await openBackup(file, { ...options, layout: 'any' }), use);
  }
}

async function useReader<T>(reader: BackupReader, use: (reader: BackupReader) => Promise<T>): Promise<T> {
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

/** The file's bytes as they were before encryption, from the start, and their first ones. */
async function openStored(
  file: BackupFile,
  { keys = NO_KEYS }: Pick<ReadBackupOptions, 'keys'>,
): Promise<Peeked & { readonly encrypted: boolean }> {
  const stored = await peek(await file.open(), RECOGNISED_BYTES);
  if (stored.start.length === 0) throw emptyFile(file.name);
  if (!isEncrypted(stored.start)) return { ...stored, encrypted: false };
  const { name, encryption } = file;
  const inside = await peek(await decrypt(stored.chunks, { name, keys, encryption }), RECOGNISED_BYTES);
  if (inside.start.length === 0) throw emptyFile(`${name} (after decrypting it)`);
  return { ...inside, encrypted: true };
}

function unpackedSource(
  file: BackupFile,
  compression: Compression,
  options: ReadBackupOptions,
): UnpackedSource {
  return {
    name: file.name,
    open: async () =>
      withoutByteOrderMark(
        await peek(
          decompress((await openStored(file, options)).chunks, compression, options),
          BYTE_ORDER_MARK.length,
        ),
      ),
  };
}

function hasByteOrderMark(start: Buffer): boolean {
  return start.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

async function* withoutByteOrderMark(document: Peeked): AsyncGenerator<Uint8Array, void, undefined> {
  let skip = hasByteOrderMark(document.start) ? BYTE_ORDER_MARK.length : 0;
  for await (const chunk of document.chunks) {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    yield skipped === 0 ? chunk : chunk.subarray(skipped);
  }
}

/** The first character that is not JSON's white space; empty if there is none. */
function firstCharacter(text: Buffer): string {
  return /[^ \t\r\n]/.exec(text.toString('latin1'))?.[0] ?? '';
}

function emptyFile(name: string): BackupError {
  return new BackupError(
    'invalid_backup',
    `${name} is empty. The copy may have failed; copy the backup again, or take another one.`,
    { file: name },
  );
}

function notABackup(name: string, start: Buffer, blank: boolean, compression: Compression): BackupError {
  const inside = compression === 'none' ? name : `${name} (after unpacking the ${compression})`;
  const context = { file: name, compression };
  if (start.length === 0) return emptyFile(inside);
  if (blank) {
    return new BackupError(
      'invalid_backup',
      `${inside} begins with nothing but white space: it is no backup.`,
      context,
    );
  }
  const known = recogniseFormat(start);
  return known === null
    ? new BackupError(
        'invalid_backup',
        `${inside} is no backup: it is not JSON. Give a file that Satchel or the old application's dumpdata wrote.`,
        context,
      )
    : new BackupError(
        'invalid_backup',
        `${inside} is no backup but looks like ${known.what}. ${known.advice}`,
        {
          ...context,
          looksLike: known.what,
        },
      );
}

import {
  BackupError,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupPart,
  type BackupReader,
  type Compression,
  type Origin,
} from '@satchel/domain';
import type { ReadOptions, UnpackedSource } from '../archive-format.js';
import { JsonScanner } from '../json/json-scanner.js';
import { parseFooter, parseHeader, parsePart } from '../parse-header.js';
import { originOf } from '../signature.js';
import { collectMembers, refuseNewerVersion, type CollectedMembers } from './collect-members.js';
import { PartReader } from './part-reader.js';
import { PulledRows } from './pulled-rows.js';
import { PrefixDigest, watchedChunks } from './watched-chunks.js';

/**
 * Reads a Satchel backup in any layout: indented, on one line, with sorted members, with other escapes in its strings.
 * The document is read twice, because header and signature may stand behind the rows: once for all but the rows, and
 * then for the rows. Both times it is checked strictly.
 *
 * @param source decompressed, without a byte order mark
 * @throws BackupError `invalid_backup` for what is damaged, incomplete or not a Satchel backup, with its place;
 *   `unsupported` for a newer version, `too_large` over a limit, `cancelled`
 */
export async function readRelaid(source: UnpackedSource, options: ReadOptions): Promise<BackupReader> {
  const collected = await collect(source, options.signal);
  const header = parseHeader(collected.members);
  const parts = collected.parts.map((part, index) => parsePart(part, header, `rows[${index}]`));
  const footer = parseFooter(collected.members, header, parts);
  return new RelaidReader(source, options, header, footer, collected);
}

async function collect(source: UnpackedSource, signal: AbortSignal | undefined): Promise<CollectedMembers> {
  try {
    return await scan(source, signal, collectMembers);
  } catch (error) {
    if (error instanceof BackupError && error.kind === 'invalid_backup') {
      await scan(source, signal, refuseNewerVersion);
    }
    throw error;
  }
}

async function scan<T>(
  source: UnpackedSource,
  signal: AbortSignal | undefined,
  read: (scanner: JsonScanner) => Promise<T>,
): Promise<T> {
  const scanner = new JsonScanner(watchedChunks(await source.open(), signal));
  try {
    return await read(scanner);
  } finally {
    await scanner.close();
  }
}

class RelaidReader implements BackupReader {
  readonly format = 'satchel';
  readonly compression: Compression;
  #scanner: JsonScanner | null = null;
  #origin: Origin | null = null;

  constructor(
    private readonly source: UnpackedSource,
    private readonly options: ReadOptions,
    readonly header: ArchiveHeader,
    private readonly footer: ArchiveFooter,
    private readonly collected: CollectedMembers,
  ) {
    this.compression = options.compression;
  }

  async *parts(): AsyncGenerator<BackupPart, void, undefined> {
    if (this.#scanner) throw new BackupError('system_error', 'The parts of a backup are read once.');
    const prefix = new PrefixDigest(this.collected.bytesBeforeDigest);
    const chunks = watchedChunks(await this.source.open(), this.options.signal, prefix);
    const scanner = new JsonScanner(chunks);
    this.#scanner = scanner;
    try {
      await scanner.beginObject();
      for (let name = await scanner.nextMember(); name !== null; name = await scanner.nextMember()) {
        if (name === 'rows') yield* this.#parts(scanner);
        else await scanner.skipValue();
      }
      await scanner.end();
    } finally {
      await scanner.close();
    }
    const members = new Map([...this.collected.members].filter(([name]) => name !== 'signature'));
    this.#origin = await originOf(
      { members, parts: this.footer.parts },
      this.footer.signature,
      prefix.digest() === this.footer.digest,
      this.options.keyRing,
    );
  }

  result(): { readonly footer: ArchiveFooter; readonly origin: Origin } {
    if (this.#origin === null)
      throw new BackupError('system_error', 'The backup has not been read to its end.');
    return { footer: this.footer, origin: this.#origin };
  }

  async close(): Promise<void> {
    await this.#scanner?.close();
  }

  async *#parts(scanner: JsonScanner): AsyncGenerator<BackupPart, void, undefined> {
    let index = 0;
    await scanner.beginArray();
    while (await scanner.nextElement()) {
      const part = this.footer.parts[index++];
      const relation = part && this.header.relations[part.relation];
      if (!part || !relation) throw changedMeanwhile(this.source);
      await scanner.beginObject();
      for (let name = await scanner.nextMember(); name !== null; name = await scanner.nextMember()) {
        if (name !== 'rows') {
          await scanner.skipValue();
          continue;
        }
        const reader = new PartReader(scanner, part, relation);
        const rows = new PulledRows(() => reader.next());
        yield { relation: part.relation, rows };
        await rows.drain();
      }
    }
    if (index < this.footer.parts.length) throw changedMeanwhile(this.source);
  }
}

function changedMeanwhile(source: UnpackedSource): BackupError {
  return new BackupError('invalid_backup', `${source.name} was changed while it was being read. Try again.`);
}

import { createHash, type Hash } from 'node:crypto';
import {
  ARCHIVE_VERSION,
  BackupError,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupId,
  type BackupPart,
  type BackupReader,
  type Compression,
  type Origin,
  type PartSummary,
} from '@satchel/domain';
import { DIGEST_PREFIX, type ReadLegacyOptions, type UnpackedSource } from '../archive-format.js';
import { JsonScanner } from '../json/json-scanner.js';
import { refuseTooManyParts } from '../parse-header.js';
import { PulledRows } from '../relaid/pulled-rows.js';
import { PrefixDigest, watchedChunks } from '../relaid/watched-chunks.js';
import { schemaDigest } from '../schema-digest.js';
import type { DumpModel } from './dump-model.js';
import { DumpWalk } from './dump-walk.js';
import { resolveRelations, type ResolvedRelations } from './resolve-relations.js';
import { LinkRows, ModelRows, type RowMaker } from './row-maker.js';
import { RowRuns } from './row-runs.js';

/** A dump does not say when it was made. */
const UNKNOWN_MOMENT = new Date(0).toISOString();

/**
 * Reads a backup of the old application: what Django's `dumpdata` writes, an array of objects with `model`, `pk` and
 * `fields`. It is read at least twice, once to learn its models and once for the rows; each many-to-many field takes
 * one more reading. Memory grows with models and fields, not with objects.
 *
 * The header is made up where the file says nothing: the id comes from the digest of the file, so that the same file
 * always has the same; the type is `legacy`; the moment is the start of 1970, which means that it is not known. A
 * relation's schema is that of the live table, or empty; column types are empty. The footer's digest is over the whole file,
 * and the origin is always `foreign`.
 *
 * @param source decompressed, without a byte order mark
 * @throws BackupError `invalid_backup` for what is not such a file, naming line and object; `unsupported` for natural
 *   keys; `validation_error` if a model's name means several tables; `too_large` over a limit; `cancelled`
 * @see https://docs.djangoproject.com/en/stable/topics/serialization/#serialization-formats-json
 */
export async function readLegacy(source: UnpackedSource, options: ReadLegacyOptions): Promise<BackupReader> {
  const { models, digest } = await survey(source, options.signal);
  const resolved = resolveRelations(models, options.relations);
  const { relations } = resolved;
  const header: ArchiveHeader = {
    satchel: ARCHIVE_VERSION,
    backup: {
      id: idFromDigest(digest),
      type: 'legacy',
      name: null,
      createdAt: UNKNOWN_MOMENT,
      createdBy: null,
      snapshot: null,
      product: 'Django dumpdata',
    },
    source: { server: '', database: '', encoding: 'UTF8', schemaDigest: schemaDigest(relations) },
    relations,
  };
  return new LegacyReader(source, options, header, resolved, digest);
}

async function survey(
  source: UnpackedSource,
  signal: AbortSignal | undefined,
): Promise<{ readonly models: readonly DumpModel[]; readonly digest: string }> {
  const digest = new PrefixDigest(Number.POSITIVE_INFINITY);
  const scanner = new JsonScanner(watchedChunks(await source.open(), signal, digest));
  try {
    const walk = new DumpWalk(scanner);
    let runs = 0;
    let last: DumpModel | null = null;
    const onObject = (_: unknown, model: DumpModel): void => {
      if (model === last) return;
      last = model;
      refuseTooManyParts(++runs);
    };
    while (!(await walk.walk(onObject, () => false)));
    if (walk.objects === 0) {
      throw new BackupError(
        'invalid_backup',
        'The file is a dump that holds no objects: there is nothing to restore.',
      );
    }
    return { models: [...walk.models.values()], digest: digest.digest() };
  } finally {
    await scanner.close();
  }
}

class LegacyReader implements BackupReader {
  readonly format = 'legacy';
  readonly compression: Compression;
  readonly #summaries: PartSummary[] = [];
  #started = false;
  #finished = false;
  #scanner: JsonScanner | null = null;

  constructor(
    private readonly source: UnpackedSource,
    private readonly options: ReadLegacyOptions,
    readonly header: ArchiveHeader,
    private readonly resolved: ResolvedRelations,
    private readonly digest: string,
  ) {
    this.compression = options.compression;
  }

  async *parts(): AsyncGenerator<BackupPart, void, undefined> {
    if (this.#started) throw new BackupError('system_error', 'The parts of a backup are read once.');
    this.#started = true;
    yield* this.#read(new ModelRows(this.resolved.models));
    for (const link of this.resolved.links) yield* this.#read(new LinkRows(link));
    this.#finished = true;
  }

  result(): { readonly footer: ArchiveFooter; readonly origin: Origin } {
    if (!this.#finished) throw new BackupError('system_error', 'The backup has not been read to its end.');
    const rows = this.#summaries.reduce((sum, part) => sum + part.count, 0);
    const footer: ArchiveFooter = {
      parts: this.#summaries,
      sequences: [],
      totals: { relations: this.header.relations.length, rows },
      digest: this.digest,
      signature: null,
    };
    return { footer, origin: 'foreign' };
  }

  async close(): Promise<void> {
    await this.#scanner?.close();
  }

  /** Goes through the file once; each run of one relation's rows is a part. */
  async *#read(maker: RowMaker): AsyncGenerator<BackupPart, void, undefined> {
    const digest = new PrefixDigest(Number.POSITIVE_INFINITY);
    const scanner = new JsonScanner(watchedChunks(await this.source.open(), this.options.signal, digest));
    this.#scanner = scanner;
    try {
      const runs = new RowRuns(scanner, maker);
      for (;;) {
        const relation = await runs.nextRelation();
        if (relation === null) break;
        const hash = createHash('sha256');
        let count = 0;
        const rows = new PulledRows(async () => {
          const batch = await runs.take(relation);
          if (batch) {
            hash.update(batch.bytes);
            count += batch.rows;
          }
          return batch;
        });
        yield { relation, rows };
        await rows.drain();
        this.#endPart(relation, count, hash);
      }
    } finally {
      await scanner.close();
    }
    if (digest.digest() !== this.digest) {
      throw new BackupError(
        'invalid_backup',
        `${this.source.name} was changed while it was being read. Try again.`,
      );
    }
  }

  #endPart(relation: number, count: number, hash: Hash): void {
    refuseTooManyParts(this.#summaries.length + 1);
    this.#summaries.push({ relation, count, digest: DIGEST_PREFIX + hash.digest('hex') });
  }
}

/** A UUID of version 8, whose other bits are the digest's first ones. */
function idFromDigest(digest: string): BackupId {
  const hex = digest.slice(DIGEST_PREFIX.length);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

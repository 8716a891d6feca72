import type { ArchiveFooter, ArchiveHeader, Compression } from './archive.js';
import type { ChosenDestinations } from './copy.js';
import type { DefinitionNote } from './definition.js';
import type { Encryption } from './encryption.js';
import type { OmittedObject } from '../relation/relation.js';

/**
 * What stands beside each archive as `<file>.manifest.json`: header and footer without rows, and the stored bytes'
 * size and digest. It holds no row data and is written last, so that a backup exists once its manifest does.
 */
export interface Manifest {
  readonly satchelManifest: 1;
  readonly header: ArchiveHeader;
  readonly footer: ArchiveFooter;
  readonly stored: {
    /** File name, without a folder. */
    readonly file: string;
    readonly sizeBytes: number;
    /** `sha256:` over the stored bytes. */
    readonly digest: string;
    readonly compression: Compression;
    /** For whom, where it is encrypted: whoever has no key still knows whose is needed. */
    readonly encryption: Encryption;
  };
  /** ISO 8601, UTC; start and end of the backup. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly omitted: readonly OmittedObject[];
  /** Whether the archive has the database's definition, or rows only; absent where nobody asked for it. */
  readonly definition?: DefinitionNote;
  /** Which destinations the backup is kept in, beside the primary; absent: in all. */
  readonly destinations?: NonNullable<ChosenDestinations>;
}

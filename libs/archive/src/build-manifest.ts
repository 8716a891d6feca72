import type {
  ArchiveFooter,
  ArchiveHeader,
  ChosenDestinations,
  Compression,
  DefinitionNote,
  Encryption,
  Manifest,
  OmittedObject,
} from '@satchel/domain';
import { footerMembers, headerMembers } from './layout-lines.js';

export interface ManifestFacts {
  readonly header: ArchiveHeader;
  readonly footer: ArchiveFooter;
  /** File name, without a folder. */
  readonly file: string;
  readonly sizeBytes: number;
  /** `sha256:` over the stored bytes. */
  readonly digest: string;
  readonly compression: Compression;
  readonly encryption: Encryption;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly omitted: readonly OmittedObject[];
  readonly definition?: DefinitionNote | undefined;
  readonly destinations?: ChosenDestinations | undefined;
}

/** Gathers what stands beside an archive; see `Manifest`. */
export function buildManifest(facts: ManifestFacts): Manifest {
  const { definition: _, ...header } = facts.header;
  const { footer, definition, destinations, file, sizeBytes, digest, compression, encryption } = facts;
  return {
    satchelManifest: 1,
    header,
    footer,
    stored: { file, sizeBytes, digest, compression, encryption },
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    omitted: facts.omitted,
    ...(definition && { definition }),
    ...(destinations && { destinations }),
  };
}

/** Writes a manifest as JSON, indented for people, with the members in the documented order. */
export function formatManifest(manifest: Manifest): string {
  const { header, footer, stored } = manifest;
  const text = {
    satchelManifest: manifest.satchelManifest,
    header: Object.fromEntries(headerMembers(header)),
    footer: {
      parts: footer.parts.map(({ relation, count, digest }) => ({ relation, count, digest })),
      ...Object.fromEntries(footerMembers(footer)),
      digest: footer.digest,
      signature: footer.signature && {
        keyId: footer.signature.keyId,
        algorithm: footer.signature.algorithm,
        value: footer.signature.value,
      },
    },
    stored: {
      file: stored.file,
      sizeBytes: stored.sizeBytes,
      digest: stored.digest,
      compression: stored.compression,
      encryption: encryptionMember(stored.encryption),
    },
    startedAt: manifest.startedAt,
    finishedAt: manifest.finishedAt,
    omitted: manifest.omitted.map(({ kind, name, reason }) => ({ kind, name, reason })),
    definition: manifest.definition,
    destinations: manifest.destinations,
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function encryptionMember(encryption: Encryption): Encryption {
  if (encryption === 'none') return 'none';
  const { format } = encryption;
  return 'recipients' in encryption
    ? { format, recipients: [...encryption.recipients] }
    : { format, passphrase: true };
}

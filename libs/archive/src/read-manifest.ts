import {
  BackupError,
  COMPRESSIONS,
  type Encryption,
  type Manifest,
  type OmittedObject,
} from '@satchel/domain';
import { MAX_DEPTH, MAX_MANIFEST_BYTES, MAX_PARTS } from './archive-format.js';
import {
  expectArray,
  expectBoolean,
  expectCount,
  expectDigest,
  expectMatch,
  expectMoment,
  expectName,
  expectObject,
  expectText,
  unexpected,
  type JsonObject,
} from './expect-json.js';
import { nestingDepth } from './member-line.js';
import { parseFooter, parseHeader, parsePart } from './parse-header.js';

const OMITTED_KINDS = ['foreign table', 'large objects', 'unlogged table', 'temporary table'] as const;

const MAX_OMITTED = 100_000;

/** Most destinations that a manifest may name. */
const MAX_DESTINATIONS = 1000;

/**
 * Reads a manifest, which is as untrusted as the archive beside it: each member is checked and unknown ones are left
 * out. It says nothing of the archive's bytes; only reading them does.
 *
 * @throws BackupError `invalid_backup` naming the member that is wrong, `unsupported` for a newer version, `too_large`
 */
export function readManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new BackupError(
      'too_large',
      `The manifest has more than ${MAX_MANIFEST_BYTES} bytes, which is the limit.`,
      {
        limit: MAX_MANIFEST_BYTES,
      },
    );
  }
  const object = expectObject(parse(bytes), 'the manifest');
  const version = expectCount(object['satchelManifest'], 'satchelManifest');
  if (version > 1) {
    throw new BackupError(
      'unsupported',
      `The manifest has version ${version}; this program reads version 1. Use a newer Satchel.`,
      { version },
    );
  }
  if (version !== 1) throw unexpected('satchelManifest', '1');
  const header = parseHeader(membersOf(expectObject(object['header'], 'header')));
  const footerObject = expectObject(object['footer'], 'footer');
  const parts = expectArray(footerObject['parts'], 'footer.parts', MAX_PARTS).map((part, index) =>
    parsePart(part, header, `footer.parts[${index}]`),
  );
  return {
    satchelManifest: 1,
    header,
    footer: parseFooter(membersOf(footerObject), header, parts),
    stored: parseStored(expectObject(object['stored'], 'stored')),
    startedAt: expectMoment(object['startedAt'], 'startedAt'),
    finishedAt: expectMoment(object['finishedAt'], 'finishedAt'),
    omitted: expectArray(object['omitted'], 'omitted', MAX_OMITTED).map((value, index) =>
      parseOmitted(value, `omitted[${index}]`),
    ),
    ...parseDefinitionNote(object['definition']),
    ...parseDestinations(object['destinations']),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (nestingDepth(text) > MAX_DEPTH)
      throw unexpected('the manifest', `nested at most ${MAX_DEPTH} levels`);
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof BackupError) throw cause;
    throw new BackupError(
      'invalid_backup',
      'The manifest is not JSON: it is damaged or cut off. It can be made again from the archive beside it.',
      {},
      { cause },
    );
  }
}

function membersOf(object: JsonObject): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(object));
}

function parseStored(object: JsonObject): Manifest['stored'] {
  const file = expectName(object['file'], 'stored.file');
  // The name becomes part of a path: a folder in it could reach anywhere.
  if (/[/\\]/.test(file) || file === '.' || file === '..')
    throw unexpected('stored.file', 'a file name without a folder');
  const compression = COMPRESSIONS.find(known => known === object['compression']);
  if (compression === undefined) throw unexpected('stored.compression', `one of ${COMPRESSIONS.join(', ')}`);
  return {
    file,
    sizeBytes: expectCount(object['sizeBytes'], 'stored.sizeBytes'),
    digest: expectDigest(object['digest'], 'stored.digest'),
    compression,
    encryption: parseEncryption(object['encryption']),
  };
}

/** Most recipients that a manifest may name. */
const MAX_RECIPIENTS = 1000;

function parseEncryption(value: unknown): Encryption {
  if (value === 'none') return 'none';
  const object = expectObject(value, 'stored.encryption');
  const format = object['format'];
  if (format !== 'age') throw unexpected('stored.encryption.format', '"age"');
  if (object['passphrase'] === true) return { format, passphrase: true };
  const recipients = expectArray(object['recipients'], 'stored.encryption.recipients', MAX_RECIPIENTS).map(
    (recipient, index) =>
      expectMatch(
        recipient,
        /^age1[a-z0-9]{1,4000}$/,
        `stored.encryption.recipients[${index}]`,
        'a recipient of age, age1…',
      ),
  );
  return { format, recipients };
}

function parseDefinitionNote(value: unknown): Pick<Manifest, 'definition'> {
  if (value === undefined) return {};
  const object = expectObject(value, 'definition');
  return {
    definition: expectBoolean(object['included'], 'definition.included')
      ? { included: true, tool: expectText(object['tool'], 'definition.tool') }
      : { included: false, reason: expectText(object['reason'], 'definition.reason') },
  };
}

function parseOmitted(value: unknown, place: string): OmittedObject {
  const object = expectObject(value, place);
  const kind = OMITTED_KINDS.find(known => known === object['kind']);
  if (kind === undefined) throw unexpected(`${place}.kind`, `one of ${OMITTED_KINDS.join(', ')}`);
  return {
    kind,
    name: expectText(object['name'], `${place}.name`),
    reason: expectText(object['reason'], `${place}.reason`),
  };
}

/** What is not there leaves nothing out; a list of none is the primary alone. */
function parseDestinations(value: unknown): Pick<Manifest, 'destinations'> {
  if (value === undefined) return {};
  const names = expectArray(value, 'destinations', MAX_DESTINATIONS);
  return { destinations: names.map((name, index) => expectName(name, `destinations[${index}]`)) };
}

import { BackupError } from '@satchel/domain';
import { MAX_HEADER_BYTES } from '../archive-format.js';
import { JsonScanner } from '../json/json-scanner.js';
import { expectVersion, refuseTooManyParts } from '../parse-header.js';

/** Members of a part, known and unknown; ours have four. */
const MAX_PART_MEMBERS = 100;

/** Longest of the members of a part beside its rows; the longest of ours is a digest. */
const MAX_PART_MEMBER_BYTES = 64 * 1024;

/** All of a document but its rows, unchecked: order of members and layout have no meaning in it any more. */
export interface CollectedMembers {
  /** Every top-level member but `rows`. */
  readonly members: ReadonlyMap<string, unknown>;
  /** What each part says of its rows, in the document's order. */
  readonly parts: readonly Readonly<Record<string, unknown>>[];
  /** Bytes before the line on which the member `digest` stands; 0 if there is none. */
  readonly bytesBeforeDigest: number;
}

/**
 * Reads a document to its end and keeps all but the rows, whose JSON is only checked.
 *
 * @throws BackupError `invalid_backup` if it is not JSON, has two members of one name or lacks one that it must have,
 *   `unsupported` for a newer version, `too_large` if what is to be kept is more than `MAX_HEADER_BYTES` twice over
 */
export async function collectMembers(scanner: JsonScanner): Promise<CollectedMembers> {
  const members = new Map<string, unknown>();
  const parts: Record<string, unknown>[] = [];
  let allowedBytes = 2 * MAX_HEADER_BYTES;
  let bytesBeforeDigest = 0;
  let rowsSeen = false;

  await scanner.beginObject('a Satchel backup, which is an object');
  for (let name = await scanner.nextMember(); name !== null; name = await scanner.nextMember()) {
    const place = scanner.namePlace;
    if (members.has(name) || (name === 'rows' && rowsSeen)) {
      throw scanner.errorAt(`a second member is named ${JSON.stringify(name)}`, place);
    }
    if (name === 'rows') {
      rowsSeen = true;
      await collectParts(scanner, parts);
      continue;
    }
    if (name === 'digest') bytesBeforeDigest = place.byte - (place.column - 1);
    members.set(name, await scanner.readValue(allowedBytes));
    allowedBytes -= scanner.valueBytes + name.length;
    if (name === 'satchel') expectVersion(members.get(name));
  }
  await scanner.end();
  if (!members.has('satchel') || !rowsSeen) {
    throw new BackupError(
      'invalid_backup',
      `This is a JSON document, but not a Satchel backup: it has no member "${rowsSeen ? 'satchel' : 'rows'}".`,
    );
  }
  return { members, parts, bytesBeforeDigest };
}

/**
 * Looks for the version alone, wherever it stands: a document of a newer version may differ from ours in all else.
 *
 * @throws BackupError `unsupported` for a newer version; nothing for any other fault
 */
export async function refuseNewerVersion(scanner: JsonScanner): Promise<void> {
  try {
    await scanner.beginObject();
    for (let name = await scanner.nextMember(); name !== null; name = await scanner.nextMember()) {
      if (name === 'satchel') {
        expectVersion(await scanner.readValue(MAX_PART_MEMBER_BYTES));
        return;
      }
      await scanner.skipValue();
    }
  } catch (error) {
    if (error instanceof BackupError && error.kind === 'unsupported') throw error;
  }
}

async function collectParts(scanner: JsonScanner, parts: Record<string, unknown>[]): Promise<void> {
  await scanner.beginArray('an array of parts');
  while (await scanner.nextElement()) {
    refuseTooManyParts(parts.length + 1);
    parts.push(await collectPart(scanner));
  }
}

async function collectPart(scanner: JsonScanner): Promise<Record<string, unknown>> {
  const part: Record<string, unknown> = {};
  const names = new Set<string>();
  await scanner.beginObject('a part, which is an object');
  for (let name = await scanner.nextMember(); name !== null; name = await scanner.nextMember()) {
    if (names.has(name))
      throw scanner.errorAt(`a second member is named ${JSON.stringify(name)}`, scanner.namePlace);
    names.add(name);
    if (names.size > MAX_PART_MEMBERS)
      throw scanner.errorAt(`a part has more than ${MAX_PART_MEMBERS} members`);
    if (name === 'relation' || name === 'count' || name === 'digest') {
      part[name] = await scanner.readValue(MAX_PART_MEMBER_BYTES);
    } else {
      await scanner.skipValue();
    }
  }
  if (!names.has('rows')) throw scanner.errorAt('a part has no member "rows"');
  return part;
}

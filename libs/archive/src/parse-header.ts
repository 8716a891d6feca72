import {
  ARCHIVE_VERSION,
  BackupError,
  isBackupId,
  RELATION_ROLES,
  relationLabel,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupHeader,
  type Column,
  type DatabaseDefinition,
  type PartSummary,
  type Reference,
  type Relation,
  type RelationRole,
  type SequenceState,
  type Signature,
  type SourceHeader,
} from '@satchel/domain';
import { MAX_COLUMNS, MAX_PARTS, MAX_RELATIONS } from './archive-format.js';
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
  expectTextOrNull,
  unexpected,
} from './expect-json.js';

/** A document's top-level members by name, as `JSON.parse` yields them; `rows` is never among them. */
export type Members = ReadonlyMap<string, unknown>;

const MAX_SEQUENCES = 1_000_000;

/**
 * Checks all that stands before the rows. Unknown members are ignored; what is returned holds known ones only.
 *
 * @throws BackupError `unsupported` for a newer major version, `invalid_backup` naming the member that is wrong
 */
export function parseHeader(members: Members): ArchiveHeader {
  const satchel = expectVersion(members.get('satchel'));
  const backup = parseBackup(members.get('backup'));
  const source = parseSource(members.get('source'));
  const relations = expectArray(members.get('relations'), 'relations', MAX_RELATIONS).map((value, index) =>
    parseRelation(value, `relations[${index}]`),
  );
  refuseDuplicates(relations);
  const definition = parseDefinition(members.get('schema'));
  return { satchel, backup, source, ...(definition && { definition }), relations };
}

/** @returns undefined if there is none, as in archives of rows only */
function parseDefinition(value: unknown): DatabaseDefinition | undefined {
  if (value === undefined) return undefined;
  const { preData, postData } = expectObject(value, 'schema');
  if (typeof preData !== 'string' || typeof postData !== 'string')
    throw unexpected('schema', '"preData" and "postData", both texts');
  return { preData, postData };
}

/** Checks the version alone, which must be known before anything else means something. */
export function expectVersion(value: unknown): number {
  const version = expectCount(value, 'satchel');
  if (version > ARCHIVE_VERSION) {
    throw new BackupError(
      'unsupported',
      `The backup has format version ${version}; this program reads versions up to ${ARCHIVE_VERSION}. Use a newer Satchel.`,
      { version, newestKnown: ARCHIVE_VERSION },
    );
  }
  if (version !== ARCHIVE_VERSION) throw unexpected('satchel', `${ARCHIVE_VERSION}, the format's version`);
  return version;
}

/**
 * Checks all that stands after the rows, and that the totals are those of header and parts.
 *
 * @param parts as they were counted while reading
 */
export function parseFooter(
  members: Members,
  header: ArchiveHeader,
  parts: readonly PartSummary[],
): ArchiveFooter {
  const sequences = expectArray(members.get('sequences'), 'sequences', MAX_SEQUENCES).map((value, index) =>
    parseSequence(value, `sequences[${index}]`),
  );
  const totalsObject = expectObject(members.get('totals'), 'totals');
  const totals = {
    relations: expectCount(totalsObject['relations'], 'totals.relations'),
    rows: expectCount(totalsObject['rows'], 'totals.rows'),
  };
  const rows = parts.reduce((sum, part) => sum + part.count, 0);
  if (totals.relations !== header.relations.length || totals.rows !== rows) {
    throw new BackupError(
      'invalid_backup',
      `The backup's totals are ${totals.rows} rows of ${totals.relations} tables, but it holds ${rows} rows of ${header.relations.length} tables: rows are missing or were added. Take another copy of the file.`,
      { totals, rows, relations: header.relations.length },
    );
  }
  return {
    parts,
    sequences,
    totals,
    digest: expectDigest(members.get('digest'), 'digest'),
    signature: parseSignature(members.get('signature') ?? null),
  };
}

/** Checks a part's summary (its `relation`, `count` and `digest`, whatever else it has). */
export function parsePart(value: unknown, header: ArchiveHeader, place: string): PartSummary {
  const object = expectObject(value, place);
  return {
    relation: expectRelationIndex(object['relation'], header, `${place}.relation`),
    count: expectCount(object['count'], `${place}.count`),
    digest: expectDigest(object['digest'], `${place}.digest`),
  };
}

export function expectRelationIndex(value: unknown, header: ArchiveHeader, place: string): number {
  const index = expectCount(value, place);
  if (index >= header.relations.length) {
    throw unexpected(place, `the index of one of the ${header.relations.length} relations`);
  }
  return index;
}

/** @throws BackupError `too_large` once there are more parts than a reader keeps in memory */
export function refuseTooManyParts(count: number): void {
  if (count > MAX_PARTS) {
    throw new BackupError('too_large', `The backup has more than ${MAX_PARTS} parts, which is the limit.`, {
      limit: MAX_PARTS,
    });
  }
}

function parseBackup(value: unknown): BackupHeader {
  const object = expectObject(value, 'backup');
  const id = expectName(object['id'], 'backup.id');
  if (!isBackupId(id)) throw unexpected('backup.id', 'a UUID in lower case');
  const backup = {
    id,
    type: expectName(object['type'], 'backup.type'),
    name: expectTextOrNull(object['name'], 'backup.name'),
    createdAt: expectMoment(object['createdAt'], 'backup.createdAt'),
    createdBy: expectTextOrNull(object['createdBy'], 'backup.createdBy'),
    snapshot: expectTextOrNull(object['snapshot'], 'backup.snapshot'),
    product: expectText(object['product'], 'backup.product'),
  };
  if (object['safety'] === undefined) return backup;
  const safety = expectObject(object['safety'], 'backup.safety');
  return {
    ...backup,
    safety: {
      restoreId: expectName(safety['restoreId'], 'backup.safety.restoreId'),
      transactionId: expectMatch(
        safety['transactionId'],
        /^\d{1,20}$/,
        'backup.safety.transactionId',
        'a transaction id in decimal digits',
      ),
    },
  };
}

function parseSource(value: unknown): SourceHeader {
  const object = expectObject(value, 'source');
  return {
    server: expectText(object['server'], 'source.server'),
    database: expectText(object['database'], 'source.database'),
    encoding: expectText(object['encoding'], 'source.encoding'),
    schemaDigest: expectDigest(object['schemaDigest'], 'source.schemaDigest'),
  };
}

function parseRelation(value: unknown, place: string): Relation {
  const object = expectObject(value, place);
  const columns = expectArray(object['columns'], `${place}.columns`, MAX_COLUMNS).map((column, index) =>
    parseColumn(column, `${place}.columns[${index}]`),
  );
  if (new Set(columns.map(column => column.name)).size !== columns.length) {
    throw unexpected(`${place}.columns`, 'columns with a name of their own each');
  }
  const relation = {
    schema: expectName(object['schema'], `${place}.schema`),
    name: expectName(object['name'], `${place}.name`),
    role: expectRole(object['role'], `${place}.role`),
    columns,
    key: object['key'] === null ? null : expectNames(object['key'], `${place}.key`),
    references: expectArray(object['references'], `${place}.references`, MAX_RELATIONS).map(
      (reference, index) => parseReference(reference, `${place}.references[${index}]`),
    ),
  };
  return object['complete'] === undefined
    ? relation
    : { ...relation, complete: expectBoolean(object['complete'], `${place}.complete`) };
}

function parseColumn(value: unknown, place: string): Column {
  const object = expectObject(value, place);
  const { notNull, identity, alternativeName } = object;
  if (identity !== undefined && identity !== 'always' && identity !== 'default') {
    throw unexpected(`${place}.identity`, '"always" or "default"');
  }
  return {
    name: expectName(object['name'], `${place}.name`),
    type: expectText(object['type'], `${place}.type`),
    ...(notNull === undefined ? {} : { notNull: expectBoolean(notNull, `${place}.notNull`) }),
    ...(identity === undefined ? {} : { identity }),
    ...(alternativeName === undefined
      ? {}
      : { alternativeName: expectName(alternativeName, `${place}.alternativeName`) }),
  };
}

function parseReference(value: unknown, place: string): Reference {
  const object = expectObject(value, place);
  return {
    columns: expectNames(object['columns'], `${place}.columns`),
    schema: expectName(object['schema'], `${place}.schema`),
    name: expectName(object['name'], `${place}.name`),
    referencedColumns: expectNames(object['referencedColumns'], `${place}.referencedColumns`),
  };
}

function expectNames(value: unknown, place: string): string[] {
  const names = expectArray(value, place, MAX_COLUMNS).map((name, index) =>
    expectName(name, `${place}[${index}]`),
  );
  if (names.length === 0) throw unexpected(place, 'at least one column');
  return names;
}

function expectRole(value: unknown, place: string): RelationRole {
  const role = RELATION_ROLES.find(known => known === value);
  if (role === undefined) throw unexpected(place, `one of ${RELATION_ROLES.join(', ')}`);
  return role;
}

function parseSequence(value: unknown, place: string): SequenceState {
  const object = expectObject(value, place);
  const lastValue = object['lastValue'];
  return {
    schema: expectName(object['schema'], `${place}.schema`),
    name: expectName(object['name'], `${place}.name`),
    lastValue:
      typeof lastValue === 'number' && Number.isSafeInteger(lastValue)
        ? lastValue
        : expectMatch(lastValue, /^-?\d{1,19}$/, `${place}.lastValue`, 'a whole number'),
    isCalled: expectBoolean(object['isCalled'], `${place}.isCalled`),
  };
}

export function parseSignature(value: unknown): Signature | null {
  if (value === null) return null;
  const object = expectObject(value, 'signature');
  const algorithm = object['algorithm'];
  if (algorithm !== 'hmac-sha256') throw unexpected('signature.algorithm', '"hmac-sha256"');
  return {
    keyId: expectName(object['keyId'], 'signature.keyId'),
    algorithm,
    value: expectMatch(object['value'], /^[0-9a-f]{64}$/, 'signature.value', '64 hexadecimal digits'),
  };
}

/** A table stands once; only a safety backup may list it twice, once for rows before and once for rows created. */
function refuseDuplicates(relations: readonly Relation[]): void {
  const seen = new Set<string>();
  for (const relation of relations) {
    const kind = relation.role === 'before' || relation.role === 'created' ? relation.role : 'content';
    const identity = JSON.stringify([relation.schema, relation.name, kind]);
    if (seen.has(identity)) throw unexpected('relations', `without a second ${relationLabel(relation)}`);
    seen.add(identity);
  }
}

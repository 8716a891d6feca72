import { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import {
  BackupError,
  BackupSource,
  relationLabel,
  schemaDigest,
  scopeIncludes,
  type OmittedObject,
  type OpenSourceOptions,
  type Scope,
  type SourceHeader,
  type SourceSession,
} from '@satchel/domain';
import type { CatalogRelation } from '../catalog/catalog-relation.js';
import { readMembers, type RelationMember } from '../catalog/read-members.js';
import { readOmitted } from '../catalog/read-omitted.js';
import { readSequences } from '../catalog/read-sequences.js';
import { toRelation } from '../catalog/to-relation.js';
import type { ConnectionSettings } from '../connection/index.js';
import { quoteQualified } from '../quote-identifier.js';
import { readHere, type OpenAnswer } from './answer-reader.js';
import { dumpDefinition } from './dump-definition.js';
import { EncoderThread } from './encoder-thread.js';
import { lockSql } from './lock-relations.js';
import { openSnapshot } from './open-snapshot.js';
import { formatOf, planSlices, type PlannedSlice } from './plan-slices.js';
import { PostgresSourceSession } from './postgres-source-session.js';
import { ReadConnection, type ReadOptions } from './read-connection.js';
import {
  endsOnThisMachine,
  paysEncoderThread,
  usefulConnections,
  type ClientSeen,
  type Processors,
} from './useful-connections.js';

/** Where the program is that knows the database's definition. */
export interface ProgramOptions {
  /** A path, or the name to look for; default `pg_dump`. */
  readonly pgDump?: string | undefined;
  /** `PATH`, in which it is looked for; the system's own without it. */
  readonly programPath?: string | undefined;
}

/** What a source goes by that is not the database's; tests say what they need. */
export interface SourceMachine {
  /** Size of all tables from which on a thread makes their rows: below it takes less of a processor than to start one. */
  readonly threadBytes?: number;
  /** Default: as many as this process may use. */
  readonly processors?: number;
}

const THREAD_BYTES = 16 * 1024 * 1024;

interface Held {
  readonly connections: ReadConnection[];
  encoder: EncoderThread | null;
}

interface SnapshotRow extends ClientSeen {
  readonly snapshot: string;
  readonly version: string;
  readonly database: string;
  readonly encoding: string;
  readonly standby: boolean;
  readonly blockBytes: number;
}

const SNAPSHOT = `
SELECT pg_export_snapshot() AS snapshot, split_part(current_setting('server_version'), ' ', 1) AS version,
  current_database()::text AS database, current_setting('server_encoding') AS encoding,
  pg_is_in_recovery() AS standby, current_setting('block_size')::int4 AS "blockBytes",
  host(inet_client_addr()) AS "clientAddress", inet_client_port() AS "clientPort"`;

/**
 * Reads a PostgreSQL database, 14 or newer, primary or standby, as any role that sees all rows of the tables.
 *
 * A partition that is a foreign table, and on a standby whatever is unlogged, cannot be read under the snapshot; it is
 * left out and listed.
 */
export class PostgresSource extends BackupSource {
  readonly #settings: ConnectionSettings;
  readonly #programs: ProgramOptions;
  readonly #machine: Required<SourceMachine>;

  constructor(settings: ConnectionSettings, programs: ProgramOptions = {}, machine: SourceMachine = {}) {
    super();
    this.#programs = programs;
    this.#settings = settings;
    this.#machine = { threadBytes: THREAD_BYTES, processors: availableParallelism(), ...machine };
  }

  override async open(scope: Scope, options: OpenSourceOptions): Promise<SourceSession> {
    if (!Number.isInteger(options.jobs) || options.jobs < 1) {
      throw new BackupError('validation_error', 'The number of jobs is a whole number of at least 1.', {
        parameter: 'jobs',
      });
    }
    const held: Held = { encoder: null, connections: [] };
    try {
      return await this.#openSession(scope, options, held);
    } catch (error) {
      await Promise.all(held.connections.map(connection => connection.close()));
      await held.encoder?.close();
      throw error;
    }
  }

  /** @param held what the caller closes if this fails: added as it is opened */
  async #openSession(scope: Scope, { jobs, signal }: OpenSourceOptions, held: Held): Promise<SourceSession> {
    const { connections } = held;
    const openAnswer: OpenAnswer = (...answer) => (held.encoder?.open ?? readHere)(...answer);
    const readOptions = { signal, openAnswer };
    const main = await ReadConnection.open(this.#settings, readOptions);
    connections.push(main);
    const { content, context } = await openSnapshot(main, scope);
    const [snapshot] = await main.run<SnapshotRow>(SNAPSHOT);
    if (snapshot === undefined) throw new Error('SELECT without FROM returns one row');
    const processors = this.#processorsFor(main, snapshot);
    const wanted = usefulConnections(jobs, processors);
    const contentBytes = content.reduce((sum, relation) => sum + relation.sizeBytes, 0);
    // As early as that, so that it is ready when the first rows come.
    if (contentBytes >= this.#machine.threadBytes && paysEncoderThread(wanted, processors))
      held.encoder = new EncoderThread();

    const unreadable = (member: RelationMember): boolean =>
      member.isForeign || (snapshot.standby && member.isUnlogged);
    const members = await main.use(client =>
      readMembers(
        client,
        content.map(relation => relation.oid),
      ),
    );
    requireReadablePartitions(members, unreadable);
    const omitted = [
      ...(await main.use(client =>
        readOmitted(client, {
          includes: table => scopeIncludes(scope, table) || members.some(member => isSame(member, table)),
          largeObjects: scope.include.includes('*'),
        }),
      )),
      ...members.filter(member => snapshot.standby && member.isUnlogged).map(toOmitted),
    ];
    const kept = content.filter(
      relation => !(snapshot.standby && relation.kind === 'table' && relation.persistence === 'unlogged'),
    );
    const referred = await this.#countContext(
      main,
      context.candidates.length > 0 ? context.countSql() : null,
    );
    const contextRelations = context.candidates.filter(candidate => referred.has(candidate.oid));
    const relations = [
      ...kept.map(relation => toRelation(relation, 'content')),
      ...contextRelations.map(relation => toRelation(relation, 'context')),
    ];
    await main.mark();

    const locks = lockSql([...kept, ...contextRelations], true);
    while (connections.length < wanted) {
      const worker = await this.#openWorker(main, snapshot.snapshot, locks, readOptions);
      if (worker === null) break;
      connections.push(worker);
    }

    const planContent = (relation: CatalogRelation, index: number): PlannedSlice[] =>
      planSlices(
        relation,
        index,
        members.filter(member => member.relation === relation.oid),
        {
          jobs: connections.length,
          blockBytes: snapshot.blockBytes,
          isIncluded: member => !unreadable(member),
        },
      );
    const planContext = (relation: CatalogRelation, index: number): PlannedSlice => {
      const rows = referred.get(relation.oid) ?? 0;
      const bytesPerRow = relation.estimatedRows > 0 ? relation.sizeBytes / relation.estimatedRows : 0;
      return {
        relation: kept.length + index,
        estimatedRows: rows,
        estimatedBytes: Math.round(Math.min(relation.sizeBytes, rows * bytesPerRow)),
        sql: context.copySql(relation),
        format: formatOf(relation),
      };
    };
    return new PostgresSourceSession({
      connections,
      encoder: held.encoder,
      snapshotId: snapshot.snapshot,
      source: toHeader(snapshot, schemaDigest(relations)),
      relations,
      omitted,
      readDefinition: () =>
        dumpDefinition(this.#settings, {
          pgDump: this.#programs.pgDump ?? 'pg_dump',
          programPath: this.#programs.programPath ?? null,
          snapshotId: snapshot.snapshot,
          serverVersion: snapshot.version,
          host: main.client.host,
          port: main.client.port,
          signal,
        }),
      slices: [...kept.flatMap(planContent), ...contextRelations.map(planContext)],
      readSequences: () =>
        main.use(client =>
          readSequences(client, {
            relations: kept.map(relation => relation.oid),
            includeUnused: sequence => scopeIncludes(scope, sequence),
          }),
        ),
    });
  }

  #processorsFor({ client }: ReadConnection, seen: ClientSeen): Processors {
    const { stream } = client.connection;
    const isShared = stream instanceof Socket && endsOnThisMachine(stream, seen);
    return { processors: this.#machine.processors, isShared };
  }

  /** Rows of each context table, by its oid; tables without any are left out. */
  async #countContext(main: ReadConnection, sql: string | null): Promise<ReadonlyMap<number, number>> {
    if (sql === null) return new Map();
    const rows = await main.run<{ relation: number; rows: number }>(sql);
    return new Map(rows.map(row => [row.relation, row.rows]));
  }

  /** @returns null if someone waits to alter a table: they wait for the first connection, and more must not wait for them */
  async #openWorker(
    main: ReadConnection,
    snapshotId: string,
    locks: string,
    options: ReadOptions,
  ): Promise<ReadConnection | null> {
    const worker = await ReadConnection.open(sameServer(this.#settings, main), options);
    try {
      await worker.begin(snapshotId);
      await worker.run(locks);
      await worker.mark();
      return worker;
    } catch (error) {
      await worker.close();
      if (error instanceof BackupError && error.context['sqlState'] === '55P03') return null;
      throw error;
    }
  }
}

/** Of several servers, a snapshot is known to the one that it was taken on. */
function sameServer(settings: ConnectionSettings, { client }: ReadConnection): ConnectionSettings {
  const candidates = settings.hosts.filter(host => host.port === client.port);
  const found =
    candidates.find(host => (host.address ?? host.host) === client.host) ??
    candidates.find(host => host.address === null && !host.host.startsWith('/'));
  if (found === undefined || client.host.startsWith('/')) return settings;
  return { ...settings, hosts: [{ ...found, address: client.host }], targetSessionAttrs: 'any' };
}

/** Where some partitions are left out, the others are read one by one, which takes a privilege on each. */
function requireReadablePartitions(
  members: readonly RelationMember[],
  unreadable: (member: RelationMember) => boolean,
): void {
  const cut = new Set(members.filter(unreadable).map(member => member.relation));
  const forbidden = members.filter(
    member => cut.has(member.relation) && !unreadable(member) && !member.isReadable,
  );
  if (forbidden.length === 0) return;
  const grant = `GRANT SELECT ON ${forbidden.map(quoteQualified).join(', ')} TO CURRENT_USER;`;
  throw new BackupError(
    'permission_error',
    `The partitions ${forbidden.map(relationLabel).join(', ')} stand beside one that is a foreign table, so each is read ` +
      `by itself, which the role may not. Run as their owner, with the role's name in place of CURRENT_USER: ${grant}`,
    { tables: forbidden.map(relationLabel), remedies: [grant] },
  );
}

function isSame(
  a: { readonly schema: string; readonly name: string },
  b: { readonly schema: string; readonly name: string },
): boolean {
  return a.schema === b.schema && a.name === b.name;
}

function toOmitted(member: RelationMember): OmittedObject {
  return {
    kind: 'unlogged table',
    name: relationLabel(member),
    reason: 'Standby servers do not have the rows of unlogged tables; read from the primary server.',
  };
}

function toHeader(snapshot: SnapshotRow, digest: string): SourceHeader {
  return {
    server: `PostgreSQL ${snapshot.version}`,
    database: snapshot.database,
    encoding: snapshot.encoding,
    schemaDigest: digest,
  };
}

import type { ArchiveFooter, ArchiveHeader, PartSummary, Relation } from '@satchel/domain';
import type { Members } from './parse-header.js';

/**
 * A header's top-level members in the order in which they are written. Members of each object stand in the format's
 * order, and nothing stands there that the format does not know, whatever else the given objects carry.
 */
export function headerMembers(header: ArchiveHeader): Members {
  const { backup, source } = header;
  return new Map<string, unknown>([
    ['satchel', header.satchel],
    [
      'backup',
      {
        id: backup.id,
        type: backup.type,
        name: backup.name,
        createdAt: backup.createdAt,
        createdBy: backup.createdBy,
        snapshot: backup.snapshot,
        product: backup.product,
        ...(backup.safety && {
          safety: { restoreId: backup.safety.restoreId, transactionId: backup.safety.transactionId },
        }),
      },
    ],
    [
      'source',
      {
        server: source.server,
        database: source.database,
        encoding: source.encoding,
        schemaDigest: source.schemaDigest,
      },
    ],
    ...(header.definition === undefined
      ? []
      : ([
          ['schema', { preData: header.definition.preData, postData: header.definition.postData }],
        ] as const)),
    ['relations', header.relations.map(relationMember)],
  ]);
}

/** A footer's top-level members that stand before its digest, in the order in which they are written. */
export function footerMembers(footer: Pick<ArchiveFooter, 'sequences' | 'totals'>): Members {
  return new Map<string, unknown>([
    [
      'sequences',
      footer.sequences.map(({ schema, name, lastValue, isCalled }) => ({
        schema,
        name,
        lastValue,
        isCalled,
      })),
    ],
    ['totals', { relations: footer.totals.relations, rows: footer.totals.rows }],
  ]);
}

/** A document's text from its first byte to the line that opens the rows, both included. */
export function* headerLines(members: Members): Generator<string> {
  let lead = '{';
  for (const [name, value] of members) {
    if (name === 'relations' && Array.isArray(value)) {
      yield `${lead}"relations":[\n`;
      for (const [index, relation] of value.entries()) {
        yield `${JSON.stringify(relation)}${index === value.length - 1 ? '\n' : ',\n'}`;
      }
      yield '],\n';
    } else {
      yield `${lead}${memberLine(name, value)}`;
    }
    lead = '';
  }
  yield '"rows":[\n';
}

/** One member on a line of its own, not the last. */
export function memberLine(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)},\n`;
}

/** What stands before a part's first row; the first row follows after a line feed, as does `]` where there is none. */
export function partOpening(relation: number): string {
  return `{"relation":${relation},"rows":[`;
}

/** What stands after a part's last row, from its line feed to the part's `}`. */
export function partClosing(part: Pick<PartSummary, 'count' | 'digest'>): string {
  return `\n],"count":${part.count},"digest":${JSON.stringify(part.digest)}}`;
}

function relationMember(relation: Relation): object {
  return {
    schema: relation.schema,
    name: relation.name,
    role: relation.role,
    columns: relation.columns.map(({ name, type, notNull, identity, alternativeName }) => ({
      name,
      type,
      notNull,
      identity,
      alternativeName,
    })),
    key: relation.key,
    references: relation.references.map(({ columns, schema, name, referencedColumns }) => ({
      columns,
      schema,
      name,
      referencedColumns,
    })),
    complete: relation.complete,
  };
}

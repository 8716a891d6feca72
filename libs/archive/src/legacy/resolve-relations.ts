import { BackupError, relationLabel, type Column, type Relation } from '@satchel/domain';
import { conversionFor, type Conversion } from './convert-value.js';
import { dumpError } from './dump-error.js';
import type { DumpModel } from './dump-model.js';

/** The column that `pk` stands for where the database does not say. */
const DEFAULT_KEY = 'id';

export interface FieldPlan {
  /** Index into the model's fields. */
  readonly field: number;
  readonly conversion: Conversion;
}

/** How the objects of one model become rows: `pk` first, then these fields. */
export interface ModelPlan {
  /** Index into the relations. */
  readonly relation: number;
  readonly keyConversion: Conversion;
  readonly fields: readonly FieldPlan[];
}

/** How a many-to-many field becomes the rows of its join table: `pk` and one of the field's keys each. */
export interface LinkPlan {
  readonly relation: number;
  readonly model: string;
  readonly field: number;
  readonly ownConversion: Conversion;
  readonly otherConversion: Conversion;
}

export interface ResolvedRelations {
  /** The models' tables as first seen, then join tables. */
  readonly relations: readonly Relation[];
  readonly models: ReadonlyMap<string, ModelPlan>;
  readonly links: readonly LinkPlan[];
}

/**
 * Finds the tables and columns that a dump's models and fields mean, by Django's conventions. What the database does
 * not have keeps the dump's name, so that the restore reports it.
 *
 * @param live the database's tables; none if it is not known
 * @throws BackupError `validation_error` if a name means several tables, `unsupported` for foreign keys written as
 *   natural keys, `invalid_backup` if two models mean one table or two fields one column
 */
export function resolveRelations(models: Iterable<DumpModel>, live: readonly Relation[]): ResolvedRelations {
  const tables = new LiveTables(live);
  const relations: Relation[] = [];
  const plans = new Map<string, ModelPlan>();
  const pendingLinks: { readonly model: DumpModel; readonly field: number; readonly link: JoinTable }[] = [];

  for (const model of models) {
    const table = tables.find(model.table);
    const key = table?.key?.length === 1 ? (table.key[0] ?? DEFAULT_KEY) : DEFAULT_KEY;
    const columns: Column[] = [{ name: key, type: '' }];
    const fields: FieldPlan[] = [];
    for (const [field, name] of model.fields.entries()) {
      const column = resolveColumn(table, name);
      if (column === null && model.kinds[field]?.firstArray) {
        const link = tables.findJoinTable(model, name);
        if (link) {
          pendingLinks.push({ model, field, link });
          continue;
        }
      }
      refuseNaturalKey(model, field, table, column);
      columns.push(
        column ? { name: column.name, type: '' } : { name, type: '', alternativeName: `${name}_id` },
      );
      fields.push({ field, conversion: conversionFor(column?.type) });
    }
    refuseSameColumn(model, columns);
    const keyColumn = table?.columns.find(column => column.name === key);
    plans.set(model.name, {
      relation: relations.length,
      keyConversion: conversionFor(keyColumn?.type),
      fields,
    });
    relations.push({
      schema: table?.schema ?? '',
      name: model.table,
      role: 'content',
      columns,
      key: [key],
      references: [],
    });
  }

  const links = pendingLinks.map(({ model, field, link }): LinkPlan => {
    refuseNonArray(model, field);
    const { table, own, other } = link;
    relations.push({
      schema: table.schema,
      name: table.name,
      role: 'content',
      columns: [
        { name: own.name, type: '' },
        { name: other.name, type: '' },
      ],
      key: [own.name, other.name],
      references: [],
    });
    return {
      relation: relations.length - 1,
      model: model.name,
      field,
      ownConversion: conversionFor(own.type),
      otherConversion: conversionFor(other.type),
    };
  });
  refuseSameTable(relations);
  return { relations, models: plans, links };
}

interface JoinTable {
  readonly table: Relation;
  readonly own: Column;
  readonly other: Column;
}

class LiveTables {
  readonly #byName = new Map<string, Relation[]>();

  constructor(live: readonly Relation[]) {
    for (const table of live) {
      const sameName = this.#byName.get(table.name);
      if (sameName) sameName.push(table);
      else this.#byName.set(table.name, [table]);
    }
  }

  /** The one table of that name, or among several that in `public`. */
  find(name: string): Relation | null {
    const [first, ...others] = this.#byName.get(name) ?? [];
    if (!first) return null;
    if (others.length === 0) return first;
    const inPublic = [first, ...others].find(table => table.schema === 'public');
    if (inPublic) return inPublic;
    const schemas = [first, ...others].map(table => table.schema).sort();
    throw new BackupError(
      'validation_error',
      `The dump has rows of ${name} and does not say of which schema: the database has such a table in ${schemas.join(', ')}, and none in public.`,
      { table: name, schemas },
    );
  }

  /** `<app>_<model>_<field>` with `<model>_id` and one more column beside its key; a model with itself has `from_…` and `to_…`. */
  findJoinTable(model: DumpModel, field: string): JoinTable | null {
    const table = this.find(`${model.table}_${field}`);
    if (!table) return null;
    const modelName = model.name.slice(model.name.indexOf('.') + 1);
    const columns = table.columns.filter(column => column.name !== DEFAULT_KEY);
    const own =
      columns.find(column => column.name === `${modelName}_id`) ??
      columns.find(column => column.name === `from_${modelName}_id`);
    const [other, ...more] = columns.filter(column => column !== own);
    if (own && other && more.length === 0) return { table, own, other };
    throw new BackupError(
      'unsupported',
      `The dump has keys for ${relationLabel(table)} in the field "${field}" of ${model.name}, but that table is not one that joins two others: it should have ${modelName}_id and one more column beside its id.`,
      { table: relationLabel(table), model: model.name, field },
    );
  }
}

function resolveColumn(table: Relation | null, field: string): Column | null {
  return (
    table?.columns.find(column => column.name === field) ??
    table?.columns.find(column => column.name === `${field}_id`) ??
    null
  );
}

/** A foreign key written as an array names the other row by its natural key, which only Django can look up. */
function refuseNaturalKey(
  model: DumpModel,
  field: number,
  table: Relation | null,
  column: Column | null,
): void {
  const position = model.kinds[field]?.firstArray;
  const name = model.fields[field];
  if (!position || !column) return;
  const isReference =
    column.name === `${name}_id` ||
    table?.references.some(reference => reference.columns.includes(column.name));
  if (!isReference || conversionFor(column.type) === 'json') return;
  throw dumpError(
    position,
    `the field "${name}" refers to another row by a natural key; such dumps cannot be restored, so make the dump without --natural-foreign`,
    'unsupported',
  );
}

function refuseNonArray(model: DumpModel, field: number): void {
  const position = model.kinds[field]?.firstOther;
  if (position) throw dumpError(position, `the field "${model.fields[field]}" should be an array of keys`);
}

function refuseSameColumn(model: DumpModel, columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new BackupError(
        'invalid_backup',
        `Objects of ${model.name} have two values for the column ${name}: by "pk" or a field of that name, and by a field without its _id.`,
        { model: model.name, column: name },
      );
    }
    seen.add(name);
  }
}

function refuseSameTable(relations: readonly Relation[]): void {
  const seen = new Set<string>();
  for (const { name } of relations) {
    if (seen.has(name)) {
      throw new BackupError(
        'invalid_backup',
        `Two models or many-to-many fields of the dump mean the table ${name}.`,
        {
          table: name,
        },
      );
    }
    seen.add(name);
  }
}

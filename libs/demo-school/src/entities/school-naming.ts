import { createHash } from 'node:crypto';
import { DefaultNamingStrategy, type NamingStrategyInterface, type Table } from 'typeorm';

/** PostgreSQL cuts longer names short, and two may then collide. */
const MAX_NAME_BYTES = 63;

/**
 * Names columns and constraints as the school's Django application and PostgreSQL do: `class_section_id`,
 * `students_student_pkey`, `…_key` for a unique column, `…_uniq` for several, `…_idx`, `…_fk`.
 */
export class SchoolNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? snakeCase(propertyName);
  }

  override joinColumnName(relationName: string, referencedColumnName: string): string {
    return `${snakeCase(relationName)}_${referencedColumnName}`;
  }

  override primaryKeyName(table: Table | string): string {
    return constraintName(table, [], 'pkey');
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return constraintName(table, columns, columns.length === 1 ? 'key' : 'uniq');
  }

  override relationConstraintName(table: Table | string, columns: string[]): string {
    return constraintName(table, columns, 'key');
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return constraintName(table, columns, 'fk');
  }

  override indexName(table: Table | string, columns: string[]): string {
    return constraintName(table, columns, 'idx');
  }
}

function constraintName(table: Table | string, columns: readonly string[], ending: string): string {
  const path = typeof table === 'string' ? table : table.name;
  const start = [path.split('.').at(-1), ...columns].join('_');
  const name = `${start}_${ending}`;
  if (name.length <= MAX_NAME_BYTES) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${start.slice(0, MAX_NAME_BYTES - ending.length - digest.length - 2)}_${digest}_${ending}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

import {
  Column,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryGeneratedColumn,
  type ObjectLiteral,
} from 'typeorm';

interface Nullable {
  readonly nullable?: boolean;
}

/** `varchar(n)`; the column is unique on its own with `unique`. */
export function Varchar(
  length: number,
  options: Nullable & { readonly unique?: boolean } = {},
): PropertyDecorator {
  return Column({ type: 'character varying', length, ...options });
}

export function Text(options: Nullable = {}): PropertyDecorator {
  return Column({ type: 'text', ...options });
}

export function DateOnly(options: Nullable = {}): PropertyDecorator {
  return Column({ type: 'date', ...options });
}

export function Timestamp(options: Nullable = {}): PropertyDecorator {
  return Column({ type: 'timestamp with time zone', ...options });
}

/** `numeric(precision, scale)`, a string in JavaScript so that no cent is lost. */
export function Numeric(precision: number, scale: number, options: Nullable = {}): PropertyDecorator {
  return Column({ type: 'numeric', precision, scale, ...options });
}

export function Flag(): PropertyDecorator {
  return Column({ type: 'boolean' });
}

export function Json(): PropertyDecorator {
  return Column({ type: 'jsonb' });
}

/**
 * A foreign key as Django makes it: the column is `<property>_id`, indexed, checked at commit and without any action,
 * because the application itself follows a deletion. With `unique` the constraint is the index.
 */
export function References(
  target: () => new () => ObjectLiteral,
  { nullable = false, unique = false }: Nullable & { readonly unique?: boolean } = {},
): PropertyDecorator {
  const options = {
    nullable,
    deferrable: 'INITIALLY DEFERRED',
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
  } as const;
  const decorators = unique
    ? [OneToOne(target, options), JoinColumn()]
    : [ManyToOne(target, options), JoinColumn(), Index()];
  return (prototype, property) => {
    for (const decorate of decorators) decorate(prototype, property);
  };
}

/** A row with Django's key: `id bigint`, an identity that also takes given values. */
export abstract class Keyed {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id: string;
}

/** A row that also says when it was made and last changed; the application sets both. */
export abstract class Timestamped extends Keyed {
  @Timestamp()
  createdAt: Date;

  @Timestamp()
  updatedAt: Date;
}

import { BackupError } from '../errors.js';
import type { Scope, ScopeConfig } from './scope.js';

/** The four types of the school management system; a `satchel.config.json` replaces them. */
export const SCHOOL_SCOPES: ScopeConfig = {
  scopes: [
    { name: 'full', title: 'Everything', include: ['*'], exclude: [] },
    {
      name: 'students',
      title: 'Students, their fees paid and attendance',
      include: ['students_*', 'student_fees_*', 'attendance_*'],
      exclude: [],
    },
    {
      name: 'financial',
      title: 'Fees, payments and fines',
      include: ['fees_*', 'student_fees_*', 'fines_*'],
      exclude: [],
    },
    { name: 'teachers', title: 'Teachers and subjects', include: ['teachers_*', 'subjects_*'], exclude: [] },
  ],
  restricted: ['users_*', 'auth_*', 'django_*', 'satchel.*'],
  fill: {
    'students_student.status': 'ACTIVE',
    'fees_feestype.context_type': '',
    'fees_feestype.context_data': '{}',
    'fines_finetype.is_active': 'true',
    'fines_finetype.created_at': 'now',
    'fines_finetype.updated_at': 'now',
  },
};

/**
 * Finds a scope by its name: the only place where a name becomes tables.
 *
 * @throws BackupError `validation_error` that lists the known names; there is never a fall-back
 */
export function findScope(config: ScopeConfig, scopeName: string): Scope {
  const scope = config.scopes.find(candidate => candidate.name === scopeName);
  if (scope) return scope;
  const known = config.scopes.map(candidate => candidate.name);
  throw new BackupError(
    'validation_error',
    `Unknown backup type ${JSON.stringify(scopeName)}. Known types: ${known.join(', ')}.`,
    {
      parameter: 'type',
      value: scopeName,
      allowed: known,
    },
  );
}

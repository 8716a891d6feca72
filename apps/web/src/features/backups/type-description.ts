import type { BackupType } from '@satchel/api-client';
import type { TextKey } from '../../texts/en.js';
import type { Translate } from '../../texts/use-text.js';

const DESCRIPTIONS: Readonly<Record<string, Extract<TextKey, `typeText.${string}`>>> = {
  full: 'typeText.full',
  students: 'typeText.students',
  financial: 'typeText.financial',
  teachers: 'typeText.teachers',
};

/** What is in a type, in a sentence; of a configured one, what its configuration says. */
export function typeDescription(t: Translate, type: Pick<BackupType, 'backup_type' | 'title'>): string {
  const key = DESCRIPTIONS[type.backup_type];
  return key === undefined ? type.title : t(key);
}

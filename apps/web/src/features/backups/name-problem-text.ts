import type { Translate } from '../../texts/use-text.js';
import type { NameProblem } from './check-name.js';

/** What is wrong with a backup's name. */
export function nameProblemText(
  t: Translate,
  { problem, character }: { problem: NameProblem; character: string },
): string {
  switch (problem) {
    case 'too long':
      return t('create.nameTooLong');
    case 'first character':
      return t('create.nameFirst', { character });
    case 'character':
      return t('create.nameCharacter', { character });
  }
}

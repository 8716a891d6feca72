import { describe, expect, it } from 'vitest';
import { hi } from '../texts/hi.js';
import { createTranslate } from '../texts/use-text.js';
import { english } from '../testing/samples.js';
import { ApiError } from './api-error.js';
import { problemText, refusalText } from './problem-text.js';

const hindi = createTranslate(hi, 'hi-IN');
const taken = new ApiError('conflict', 'The role “clerk” is there already.');

describe('what is said of a refusal', () => {
  it('is the server’s own sentence in English', () => {
    expect(problemText(english.t, taken)).toBe('The role “clerk” is there already.');
  });

  it('is said in Hindi by its kind, with the server’s sentence for what that leaves open', () => {
    const said = problemText(hindi, taken);
    expect(said).toContain('टकरा');
    expect(said).toContain('The role “clerk” is there already.');
  });

  it('is wholly in Hindi where the kind says all', () => {
    const bug = new ApiError('system_error', 'Something went wrong on our side.');
    expect(problemText(hindi, bug)).not.toMatch(/[a-z]/i);
  });

  it('is the server’s sentence where the kind is newer than this app', () => {
    expect(refusalText(hindi, 'out_of_paper', 'No paper is left.')).toBe('No paper is left.');
  });

  it('is that the network fails, where no answer came', () => {
    expect(problemText(english.t, new ApiError('offline', 'broken'))).toBe(
      english.t('error.unreachableHint'),
    );
    expect(problemText(english.t, new Error('a bug'))).toBe(english.t('error.unreachableHint'));
  });
});

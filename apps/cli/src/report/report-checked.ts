import type { CheckDestinationResult, CheckedPromise } from '@satchel/use-cases';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { count, counted } from '../terminal/quantity.js';

export function checkLine({ name, passed, problem }: CheckedPromise): string {
  return passed ? `  ok      ${name}` : `  FAILED  ${name}: ${problem ?? ''}`;
}

export function reportChecked(result: CheckDestinationResult): Outcome {
  const { destination, location, passed, checks, warnings } = result;
  const failed = checks.filter(check => !check.passed);
  return {
    message: passed
      ? `${destination} (${location}) does all that backups need: ${counted(checks.length, 'check')} passed.`
      : `${destination} (${location}) cannot be trusted with backups: ${count(failed.length)} of ${counted(checks.length, 'check')} failed.`,
    text: failed.map(checkLine).join('\n'),
    data: {
      destination,
      location,
      passed,
      checks: checks.map(({ name, passed: ok, problem, tookMs }) => ({
        name,
        passed: ok,
        problem,
        took_ms: tookMs,
      })),
    },
    warnings,
    ...(passed ? {} : { exitCode: EXIT_CODES.unavailable }),
  };
}

import type { CheckDestinationResult, ListedDestination } from '@satchel/use-cases';

/** A destination with the contract's names, and without a folder of the server. */
export function destinationData(destination: ListedDestination) {
  const { name, kind, location, primary, reachable, writable } = destination;
  return {
    name,
    kind,
    location: kind === 's3' ? location : null,
    primary,
    reachable,
    writable,
    problem: problemOf(destination),
    free_bytes: destination.freeBytes,
    used_bytes: destination.usedBytes,
    backups: destination.backups,
    unfinished_copies: destination.unfinishedCopies,
  };
}

/** What a folder's probe says names folders of the server. */
function problemOf({ kind, problem }: ListedDestination): string | null {
  if (problem === null || kind === 's3') return problem;
  return 'The folder cannot be used; its permissions or its disk are the reason.';
}

export function checkData({ destination, passed, checks }: CheckDestinationResult) {
  return {
    destination,
    passed,
    checks: checks.map(({ name, passed: ok, problem, tookMs }) => ({
      name,
      passed: ok,
      problem,
      took_ms: tookMs,
    })),
  };
}

import type { CopyStore, Destination, Destinations, OpenDestination, RunOptions } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import { holds, lookInto } from './look-into-destination.js';

export interface ListedDestination extends Destination {
  readonly primary: boolean;
  readonly reachable: boolean;
  readonly writable: boolean;
  /** Why it cannot be used, for a person; null if it can. */
  readonly problem: string | null;
  /** Null where it cannot say. */
  readonly freeBytes: number | null;
  /** What archives take; null if it is out of reach. */
  readonly usedBytes: number | null;
  /** Archives with a manifest; null if it is out of reach. */
  readonly backups: number | null;
  /** Backups that are not there yet, or not there whole; null if the catalog is out of reach. */
  readonly unfinishedCopies: number | null;
}

export interface ListDestinationsResult {
  /** The primary first. */
  readonly destinations: readonly ListedDestination[];
  readonly warnings: readonly string[];
}

/** Looks at each destination. One that is out of reach is an answer, never an error. */
export class ListDestinations {
  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
  ) {}

  async run(_options: RunOptions = {}): Promise<ListDestinationsResult> {
    const warnings: string[] = [];
    const unfinished = await this.copies
      .find({ states: ['pending', 'failed', 'damaged', 'missing'] })
      .catch((thrown: unknown) => {
        warnings.push(`What is known of copies could not be asked for: ${toBackupError(thrown).message}`);
        return null;
      });
    const listed = await Promise.all(
      this.destinations.all.map(async (destination, index) => ({
        ...(await describe(destination)),
        primary: index === 0,
        unfinishedCopies: unfinished?.filter(copy => copy.destination === destination.name).length ?? null,
      })),
    );
    return { destinations: listed, warnings };
  }
}

async function describe(
  destination: OpenDestination,
): Promise<Omit<ListedDestination, 'primary' | 'unfinishedCopies'>> {
  const { name, kind, location } = destination;
  const [look, status] = await Promise.all([lookInto(destination), destination.probe()]);
  const reachable = look.problem === null;
  const files = [...look.archives.keys()].filter(file => holds(look, file));
  return {
    name,
    kind,
    location,
    reachable,
    writable: status.writable,
    problem: look.problem?.message ?? status.problem,
    freeBytes: status.freeBytes,
    usedBytes: reachable ? [...look.archives.values()].reduce((sum, size) => sum + size, 0) : null,
    backups: reachable ? files.length : null,
  };
}

import type { ListDestinationsResult, ListedDestination } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { byteSize, count, counted } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';

export function reportDestinations({ destinations, warnings }: ListDestinationsResult): Outcome {
  const away = destinations.filter(({ reachable }) => !reachable).length;
  return {
    message: `${counted(destinations.length, 'destination')}${away === 0 ? '' : `, ${count(away)} out of reach`}:`,
    text: table(
      [
        { title: 'name' },
        { title: 'state' },
        { title: 'backups', align: 'right' },
        { title: 'used', align: 'right' },
        { title: 'free', align: 'right' },
        { title: 'unfinished', align: 'right' },
        { title: 'where' },
      ],
      destinations.map(destination => [
        destination.primary ? `${destination.name} (primary)` : destination.name,
        stateOf(destination),
        destination.backups === null ? '' : count(destination.backups),
        destination.usedBytes === null ? '' : byteSize(destination.usedBytes),
        destination.freeBytes === null ? '' : byteSize(destination.freeBytes),
        destination.unfinishedCopies === null ? '' : count(destination.unfinishedCopies),
        destination.location,
      ]),
    ),
    data: {
      destinations: destinations.map(destination => ({
        name: destination.name,
        kind: destination.kind,
        location: destination.location,
        primary: destination.primary,
        reachable: destination.reachable,
        writable: destination.writable,
        problem: destination.problem,
        free_bytes: destination.freeBytes,
        used_bytes: destination.usedBytes,
        backups: destination.backups,
        unfinished_copies: destination.unfinishedCopies,
      })),
    },
    warnings: [
      ...destinations.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`])),
      ...warnings,
    ],
  };
}

function stateOf({ reachable, writable }: ListedDestination): string {
  if (!reachable) return 'out of reach';
  return writable ? 'ready' : 'read only';
}

import { AuditLog, Clock, CopyStore, Destinations } from '@satchel/domain';
import {
  CheckDestination,
  ChooseDestinations,
  CopyRemoval,
  CopySources,
  KeepCopies,
  ListDestinations,
  VerifyCopies,
} from '@satchel/use-cases';
import { provide } from './provide.js';

/** What looks after a backup's copies in several destinations. */
export function copyProviders(verifyEveryDays: number) {
  return [
    provide(
      CopySources,
      [Destinations, CopyStore],
      (destinations: Destinations, copies: CopyStore) => new CopySources(destinations, copies),
    ),
    provide(
      CopyRemoval,
      [Destinations, CopyStore, Clock],
      (destinations: Destinations, copies: CopyStore, clock: Clock) =>
        new CopyRemoval(destinations, copies, clock),
    ),
    provide(
      KeepCopies,
      [Destinations, CopyStore, CopyRemoval, AuditLog, Clock],
      (destinations: Destinations, copies: CopyStore, removal: CopyRemoval, audit: AuditLog, clock: Clock) =>
        new KeepCopies(destinations, copies, removal, audit, clock),
    ),
    provide(
      VerifyCopies,
      [Destinations, CopyStore, KeepCopies, AuditLog, Clock],
      (destinations: Destinations, copies: CopyStore, keep: KeepCopies, audit: AuditLog, clock: Clock) =>
        new VerifyCopies(destinations, copies, keep, audit, clock, verifyEveryDays),
    ),
    provide(
      ListDestinations,
      [Destinations, CopyStore],
      (destinations: Destinations, copies: CopyStore) => new ListDestinations(destinations, copies),
    ),
    provide(
      ChooseDestinations,
      [Destinations],
      (destinations: Destinations) => new ChooseDestinations(destinations),
    ),
    provide(
      CheckDestination,
      [Destinations, AuditLog, Clock],
      (destinations: Destinations, audit: AuditLog, clock: Clock) =>
        new CheckDestination(destinations, audit, clock),
    ),
  ];
}

import type { ChosenDestinations, Destinations } from '@satchel/domain';
import { BackupError } from '@satchel/domain';

/** Turns what somebody says about where backups are kept into names of the settings; the primary is always one of them. */
export class ChooseDestinations {
  constructor(private readonly destinations: Destinations) {}

  /** Those of the settings, the primary first. */
  get names(): readonly string[] {
    return this.destinations.all.map(({ name }) => name);
  }

  /**
   * @param chosen without or with the primary; an empty list is the primary alone
   * @param before what was chosen until now: a destination that the settings have lost since may stay
   * @returns      the primary first, each once, in the order of the settings
   * @throws BackupError `validation_error` for a name that is none
   */
  run(chosen: ChosenDestinations, before: ChosenDestinations = null): ChosenDestinations {
    if (chosen === null) return null;
    const { names } = this;
    const kept = new Set([names[0], ...chosen]);
    const lost = (before ?? []).filter(name => kept.has(name) && !names.includes(name));
    const wrong = chosen.find(name => !names.includes(name) && !lost.includes(name));
    if (wrong !== undefined) {
      throw new BackupError(
        'validation_error',
        `There is no destination ${JSON.stringify(wrong.slice(0, 100))}. The settings (BACKUP_DESTINATIONS) name: ${names.join(', ')}.`,
        { parameter: 'destinations', value: wrong.slice(0, 100), allowed: names },
      );
    }
    return [...names.filter(name => kept.has(name)), ...lost];
  }

  /** Chosen ones that the settings do not name (any more): nothing is kept there. */
  unknown(chosen: ChosenDestinations): readonly string[] {
    return (chosen ?? []).filter(name => !this.names.includes(name));
  }
}

import type { AlarmCause, AlarmSource } from '@satchel/domain';
import type { ServerStatus } from '../../server-status.js';

/** Services that do not work, in two looks one after the other: one that is started anew is away for a moment. */
export class Services implements AlarmSource {
  readonly name = 'services';
  readonly kinds = ['service_down'] as const;
  #downBefore: ReadonlySet<string> = new Set();

  constructor(private readonly status: Pick<ServerStatus, 'run'>) {}

  async look(): Promise<readonly AlarmCause[]> {
    const { services, database } = await this.status.run();
    // Without the catalog nobody gets here: see WatchCatalog.
    const down = services.filter(({ name, healthy }) => !healthy && name !== 'catalog');
    const again = down.filter(({ name }) => this.#downBefore.has(name));
    this.#downBefore = new Set(down.map(({ name }) => name));
    return again.map(({ name: subject }) => {
      const error = subject === 'database' && !database.reachable ? database.kind : null;
      return { kind: 'service_down', subject, facts: { error } };
    });
  }
}

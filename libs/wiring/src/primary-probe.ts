import type { OpenDestination, StorageStatus } from '@satchel/domain';
import { StorageProbe } from '@satchel/domain';

/** Looks at where backups are made. */
export class PrimaryProbe extends StorageProbe {
  constructor(private readonly primary: OpenDestination) {
    super();
  }

  probe(): Promise<StorageStatus> {
    return this.primary.probe();
  }
}

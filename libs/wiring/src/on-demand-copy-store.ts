import type { BackupId, Copy, CopyFilter } from '@satchel/domain';
import { CopyStore } from '@satchel/domain';
import { once, type Make } from './on-demand.js';

/** A store of copies that is made when it is first asked for something, like the other ports of `on-demand.ts`. */
export class OnDemandCopyStore extends CopyStore {
  readonly #adapter: Make<CopyStore>;

  constructor(make: Make<CopyStore>) {
    super();
    this.#adapter = once(make);
  }

  async find(filter?: CopyFilter): Promise<readonly Copy[]> {
    return (await this.#adapter()).find(filter);
  }

  async save(copy: Copy, options?: { readonly revive?: boolean }): Promise<boolean> {
    return (await this.#adapter()).save(copy, options);
  }

  async forget(backupId: BackupId, destination: string): Promise<void> {
    return (await this.#adapter()).forget(backupId, destination);
  }

  async claim<T>(backupId: BackupId, destination: string, work: () => Promise<T>): Promise<T | null> {
    return (await this.#adapter()).claim(backupId, destination, work);
  }
}

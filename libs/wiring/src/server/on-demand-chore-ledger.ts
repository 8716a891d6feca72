import { ChoreLedger } from '@satchel/domain';
import { once, type Make } from '../on-demand.js';

/** The ledger of chores, whose adapter is made at the first call. */
export class OnDemandChoreLedger extends ChoreLedger {
  readonly #adapter: Make<ChoreLedger>;

  constructor(make: Make<ChoreLedger>) {
    super();
    this.#adapter = once(make);
  }

  async claim(name: string, everyMs: number): Promise<boolean> {
    return (await this.#adapter()).claim(name, everyMs);
  }

  async keep(name: string): Promise<void> {
    await (await this.#adapter()).keep(name);
  }
}

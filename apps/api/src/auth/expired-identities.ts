import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Clock, IdentityStore, toBackupError } from '@satchel/domain';
import { PinoLogger } from 'nestjs-pino';

const EVERY_MS = 3_600_000;

/** Has the store forget sessions, tokens and failed sign-ins that are over, once an hour. */
@Injectable()
export class ExpiredIdentities implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: IdentityStore,
    private readonly clock: Clock,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(ExpiredIdentities.name);
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.forget(), EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** What fails now is done in an hour: nobody who is over gets in meanwhile. */
  async forget(): Promise<void> {
    try {
      await this.store.sweep(this.clock.now());
    } catch (error) {
      this.logger.warn({ errorType: toBackupError(error).kind }, 'Expired sessions could not be removed.');
    }
  }
}

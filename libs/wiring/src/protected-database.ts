import type { Secret } from '@satchel/domain';
import type { WiringConfig } from './wiring.config.js';

/** Where the database that backups protect is; an embedded one is started when it is first asked for. */
export class ProtectedDatabase {
  #url: Promise<Secret<string>> | undefined;

  constructor(
    private readonly config: Pick<WiringConfig, 'databaseUrl' | 'homeDir'>,
    private readonly notice: (line: string) => void,
  ) {}

  /** @throws BackupError `unavailable` if the embedded server cannot be started, with what to do */
  url(): Promise<Secret<string>> {
    this.#url ??= this.config.databaseUrl ? Promise.resolve(this.config.databaseUrl) : this.#startDemoSchool();
    return this.#url;
  }

  async #startDemoSchool(): Promise<Secret<string>> {
    const { startDemoSchool } = await import('@satchel/demo-school');
    const { url } = await startDemoSchool({ homeDir: this.config.homeDir, notice: this.notice });
    return url;
  }
}

import type { OnApplicationBootstrap } from '@nestjs/common';
import { EnsureFirstAdministrator } from '@satchel/use-cases';
import type { ServerConfig } from '@satchel/wiring';

/**
 * Makes the first administrator when the server starts and there is none. A password that was made is told to whoever
 * started the server, once, and never to the log, which is kept and sent elsewhere.
 */
export class FirstAdministrator implements OnApplicationBootstrap {
  constructor(
    private readonly ensure: EnsureFirstAdministrator,
    private readonly config: Pick<ServerConfig, 'adminUser' | 'adminPassword'>,
    private readonly notice: (line: string) => void,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { adminUser, adminPassword } = this.config;
    const made = await this.ensure.run({ username: adminUser, password: adminPassword });
    if (made === null) return;
    const { username } = made.user;
    this.notice(
      made.password === null
        ? `Made the administrator "${username}" with the password of SATCHEL_ADMIN_PASSWORD.`
        : `Made the administrator "${username}". The password is shown here and never again; you choose your own at the first sign-in:\n\n    ${made.password.reveal()}\n`,
    );
  }
}

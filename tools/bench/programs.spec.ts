import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPrograms } from './programs.ts';

describe('findPrograms', () => {
  it('takes a server that came with npm where it is told to, whatever the system has', async () => {
    const { server, serverName, serverMajor } = await findPrograms('embedded');
    expect(serverName).toMatch(new RegExp(`^PostgreSQL ${serverMajor}\\.\\d+.*, embedded$`));
    expect(server.home).toContain('node_modules');
  });

  it('says of any other which one it is', async () => {
    const { server, serverName } = await findPrograms();
    expect(serverName).toMatch(server.home.includes('node_modules') ? /, embedded$/ : /, installed$/);
    expect(existsSync(server.initdb)).toBe(true);
  });
});

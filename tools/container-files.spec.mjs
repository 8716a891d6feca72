import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { strict: true });

  it('has a database and the command line, and the volumes that they use', () => {
    expect(Object.keys(compose.services)).toEqual(['database', 'backup_system']);
    const used = Object.values(compose.services).flatMap(service =>
      service.volumes.map((/** @type {string} */ volume) => volume.split(':')[0]),
    );
    expect(new Set(Object.keys(compose.volumes))).toEqual(new Set(used));
  });

  it('starts the command line once the database answers', () => {
    expect(compose.services.database.healthcheck.test[1]).toContain('pg_isready');
    expect(compose.services.backup_system.depends_on.database.condition).toBe('service_healthy');
  });

  it('gives both services the same database, user and password', () => {
    const { database, backup_system: cli } = compose.services;
    expect(cli.environment.PGPASSWORD).toBe(database.environment.POSTGRES_PASSWORD);
    expect(cli.environment.DATABASE_URL).toBe(
      `host=database user=${database.environment.POSTGRES_USER} dbname=${database.environment.POSTGRES_DB}`,
    );
  });

  it('opens no port to the world', () => {
    for (const service of Object.values(compose.services)) expect(service.ports ?? []).toEqual([]);
  });
});

describe('Dockerfile', () => {
  const stages = read('Dockerfile').split(/^FROM /m);
  const image = stages.at(-1) ?? '';

  it('uses the Node major that the workspace asks for', () => {
    const major = read('.nvmrc').trim();
    for (const stage of stages.slice(1)) expect(stage).toMatch(new RegExp(`^node:${major}-`));
  });

  it('does not run as root and keeps backups where the volume is', () => {
    expect(image).toMatch(/^USER node$/m);
    expect(image).toContain('BACKUP_DIR=/backups');
    expect(image).toContain('VOLUME ["/backups"]');
  });

  it('installs nothing when it starts', () => {
    expect(image).not.toMatch(/npm|npx/);
  });
});

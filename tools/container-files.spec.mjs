import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { strict: true, merge: true });
  const { database, redis, api, worker, backup_system: cli } = compose.services;
  const ours = { api, worker, cli };

  it('has database, queue, server, workers and the command line, and the volumes that they use', () => {
    expect(Object.keys(compose.services)).toEqual([
      'database',
      'redis',
      'api',
      'worker',
      's3',
      's3-bucket',
      'backup_system',
    ]);
    const used = Object.values(compose.services).flatMap(service =>
      (service.volumes ?? []).map((/** @type {string} */ volume) => volume.split(':')[0]),
    );
    expect(new Set(Object.keys(compose.volumes))).toEqual(new Set(used));
  });

  it.each(Object.entries(ours))('starts %s once database and queue answer', (_name, service) => {
    expect(service.depends_on.database.condition).toBe('service_healthy');
    expect(service.depends_on.redis.condition).toBe('service_healthy');
  });

  it.each(Object.entries(ours))('gives %s the same database, queue, backups and keys', (_name, service) => {
    expect(service.environment.PGPASSWORD).toBe(database.environment.POSTGRES_PASSWORD);
    expect(service.environment.DATABASE_URL).toBe(
      `host=database user=${database.environment.POSTGRES_USER} dbname=${database.environment.POSTGRES_DB}`,
    );
    expect(service.environment.REDIS_URL).toBe('redis://redis:6379');
    expect(service.volumes).toEqual(['backups:/backups', 'satchel:/satchel']);
  });

  it('starts a bucket only where the profile asks for it, with the key that the others use', () => {
    const { s3, 's3-bucket': maker } = compose.services;
    expect([s3.profiles, maker.profiles]).toEqual([['s3'], ['s3']]);
    expect(s3.ports ?? []).toEqual([]);
    expect(maker.depends_on.s3.condition).toBe('service_healthy');
    const key = api.environment.DESTINATION_BUCKET_ACCESS_KEY_ID;
    expect(compose.configs.s3.content).toContain(`"accessKey": "${key}"`);
    expect(compose.configs.s3.content).toContain(
      `"secretKey": "${api.environment.DESTINATION_BUCKET_SECRET_ACCESS_KEY}"`,
    );
    expect(s3.command).toContain(`-s3.config=${s3.configs[0].target}`);
    expect(api.environment.BACKUP_DESTINATIONS).toBe('${BACKUP_DESTINATIONS:-local}');
  });

  it.each(Object.entries(ours))(
    'gives %s all other settings from one file, if it is there',
    (_name, service) => {
      expect(service.env_file).toEqual([{ path: 'satchel.env', required: false }]);
      for (const path of ['.gitignore', '.dockerignore'])
        expect(read(path).split('\n')).toContain('satchel.env');
    },
  );

  it('runs two workers', () => {
    expect(worker.deploy.replicas).toBe(2);
  });

  it('looks after the health of everything that goes on running', () => {
    for (const service of [database, redis, api, worker]) expect(service.healthcheck.test).not.toEqual([]);
  });

  it('opens one port, to this machine alone', () => {
    expect(api.ports).toEqual(['127.0.0.1:${PORT:-3000}:3000']);
    for (const service of [database, redis, worker, cli]) expect(service.ports ?? []).toEqual([]);
  });

  it.each(Object.entries(ours))('leaves %s no right that it does not need', (_name, service) => {
    expect([service.read_only, service.cap_drop, service.security_opt]).toEqual([
      true,
      ['ALL'],
      ['no-new-privileges:true'],
    ]);
  });
});

describe('Dockerfile', () => {
  const file = read('Dockerfile');
  const stages = file.split(/^FROM /m);
  const image = stages.at(-1) ?? '';

  it('has a pg_dump of the newest major, and says where, so that backups have the definition', () => {
    const installed = Number(/postgresql-client-(\d+)/.exec(image)?.[1]);
    expect(image).toContain(`PG_DUMP=/usr/lib/postgresql/${installed}/bin/pg_dump`);
    const server = parse(read('docker-compose.yml'), { merge: true }).services.database.image;
    expect(installed).toBeGreaterThanOrEqual(Number(/postgres:(\d+)/.exec(server)?.[1]));
    // Signed by the key that is added, over TLS.
    expect(image).toMatch(/signed-by=\/etc\/apt\/keyrings\/postgresql\.asc\] https:\/\/apt\.postgresql\.org/);
  });

  it('uses the Node major that the workspace asks for', () => {
    const major = read('.nvmrc').trim();
    for (const stage of stages.slice(1)) expect(stage).toMatch(new RegExp(`^node:${major}-`));
  });

  it('does not run as root and keeps what must last in volumes', () => {
    expect(image).toMatch(/^USER node$/m);
    expect(image).toContain('BACKUP_DIR=/backups SATCHEL_HOME=/satchel');
    expect(image).toContain('VOLUME ["/backups", "/satchel"]');
  });

  it('installs nothing when it starts', () => {
    expect(image).not.toMatch(/npm|npx/);
  });

  it('starts programs that are there', () => {
    const compose = read('docker-compose.yml');
    const programs = [...`${image}\n${compose}`.matchAll(/\/app\/(apps\/\w+)\/(dist|bin)\/([\w.]+)\.js/g)];
    expect(programs.length).toBeGreaterThan(3);
    for (const [, project, folder, name] of programs) {
      const source = folder === 'dist' ? `../${project}/src/${name}.ts` : `../${project}/bin/${name}.js`;
      expect([source, existsSync(new URL(source, import.meta.url))]).toEqual([source, true]);
      expect(file).toContain(`COPY --from=build /app/${project}/${folder} `);
    }
  });
});

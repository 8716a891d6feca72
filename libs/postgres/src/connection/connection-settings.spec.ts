import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseConnectionString, type ConnectionSettings, type Environment } from './connection-settings.js';
import type { FileFacts, LocalSystem } from './local-system.js';

interface InventedFile extends Partial<FileFacts> {
  readonly text?: string;
}

function systemWith(files: Record<string, InventedFile> = {}): LocalSystem {
  return {
    stat: path => {
      const file = files[path];
      return file === undefined ? null : { kind: 'file', mode: 0o600, ownerId: 1000, ...file };
    },
    readText: path => files[path]?.text ?? '',
    userName: () => 'jan',
    homeDirectory: () => '/home/jan',
  };
}

function parse(
  text: string,
  env: Environment = {},
  files: Record<string, InventedFile> = {},
): ConnectionSettings {
  return parseConnectionString(text, env, systemWith(files));
}

const hostsOf = (settings: ConnectionSettings): string[] =>
  settings.hosts.map(host => `${host.host}|${host.address ?? ''}|${host.port}`);

describe('hosts', () => {
  it.each([
    ['postgres://h', ['h||5432']],
    ['postgres://h:1', ['h||1']],
    ['postgres://a:1,b:2', ['a||1', 'b||2']],
    ['postgres://a,b', ['a||5432', 'b||5432']],
    ['host=a,b,c port=7', ['a||7', 'b||7', 'c||7']],
    ['host=a,b port=,7', ['a||5432', 'b||7']],
    ['host=/tmp,b', ['/tmp||5432', 'b||5432']],
    ['host=a,b hostaddr=10.0.0.1,', ['a|10.0.0.1|5432', 'b||5432']],
    ['hostaddr=::1', ['::1|::1|5432']],
    ['', ['localhost||5432']],
  ])('reads %j', (text, hosts) => {
    expect(hostsOf(parse(text))).toEqual(hosts);
  });

  it('takes the folder that has a socket where no host is given', () => {
    const files = { '/tmp/.s.PGSQL.5433': { kind: 'socket' } } as const;
    expect(hostsOf(parse('port=5433', {}, files))).toEqual(['/tmp||5433']);
  });

  it.each([
    'host=a,b port=1,2,3',
    'host=a,b hostaddr=10.0.0.1',
    'hostaddr=localhost',
    'port=0',
    'port=65536',
    'port=abc',
    'host=@abstract',
  ])('refuses %j', text => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'validation_error' }));
  });
});

describe('defaults', () => {
  it('are those of libpq, but for the time-out', () => {
    expect(parse('')).toMatchObject({
      user: 'jan',
      database: 'jan',
      targetSessionAttrs: 'any',
      channelBinding: 'prefer',
      allowedAuthentication: null,
      connectTimeoutMs: 30_000,
      keepAlive: true,
      tls: { mode: 'prefer', negotiation: 'postgres', minVersion: 'TLSv1.2', sendServerName: true },
    });
  });

  it('take the database from the user', () => {
    expect(parse('user=eva')).toMatchObject({ user: 'eva', database: 'eva' });
  });

  it('come from the environment, after the string', () => {
    const env = {
      PGHOST: 'e',
      PGPORT: '9',
      PGUSER: 'eu',
      PGDATABASE: 'ed',
      PGSSLMODE: 'require',
      PGAPPNAME: 'ea',
    };
    expect(parse('postgres://h/d', env)).toMatchObject({
      user: 'eu',
      database: 'd',
      applicationName: 'ea',
      tls: { mode: 'require' },
    });
    expect(hostsOf(parse('postgres://h/d', env))).toEqual(['h||9']);
    expect(parse('', { PGPASSWORD: 'x' }).hosts[0]?.password?.reveal()).toBe('x');
  });

  it.each([
    ['connect_timeout=0', 0],
    ['connect_timeout=-1', 0],
    ['connect_timeout=7', 7000],
  ])('reads %s as %i ms', (text, connectTimeoutMs) => {
    expect(parse(text)).toMatchObject({ connectTimeoutMs });
  });
});

describe('a service', () => {
  const files = {
    '/home/jan/.pg_service.conf': {
      text: '# ours\n[other]\nhost=o\n\n[school]\nhost=s\nport=7\nuser=su\nuser=ignored\n[more]\nhost=m\n',
    },
    '/etc/pg/pg_service.conf': { text: '[central]\nhost=c\n' },
  };

  it('stands between the string and the environment', () => {
    const settings = parse('service=school user=mine', { PGHOST: 'e', PGDATABASE: 'ed' }, files);
    expect(hostsOf(settings)).toEqual(['s||7']);
    expect(settings).toMatchObject({ user: 'mine', database: 'ed' });
    expect(parse('', { PGSERVICE: 'school' }, files).user).toBe('su');
  });

  it('is looked for in the system folder last', () => {
    expect(hostsOf(parse('service=central', { PGSYSCONFDIR: '/etc/pg' }, files))).toEqual(['c||5432']);
  });

  it('must exist and be understood', () => {
    expect(() => parse('service=none', {}, files)).toThrow(/service "none" is in none of/);
    expect(() => parse('service=a', { PGSERVICEFILE: '/f' }, { '/f': { text: '[a]\nhost\n' } })).toThrow(
      /Line 2/,
    );
    expect(() => parse('service=a', { PGSERVICEFILE: '/f' }, { '/f': { text: '[a]\nfoo=1\n' } })).toThrow(
      /"foo"/,
    );
  });
});

describe('the password file', () => {
  const text = [
    '# comment',
    'h:5432:d:other:no',
    String.raw`h:5432:a\:b:jan:co\:l\\on`,
    'h:*:d:jan:right',
    '*:*:*:*:any',
  ].join('\n');
  const file = '/home/jan/.pgpass';
  const password = (
    conninfo: string,
    files: Record<string, InventedFile>,
    env: Environment = {},
  ): string | null => parse(conninfo, env, files).hosts[0]?.password?.reveal() ?? null;

  it('gives each host its own password, by the first line that matches', () => {
    expect(password('host=h dbname=d', { [file]: { text } })).toBe('right');
    expect(password('host=h dbname=a:b', { [file]: { text } })).toBe(String.raw`co:l\on`);
    expect(password('host=x dbname=d', { [file]: { text } })).toBe('any');
    const both = parse('host=h,x dbname=d', {}, { [file]: { text } });
    expect(both.hosts.map(host => host.password?.reveal())).toEqual(['right', 'any']);
  });

  it('is not asked where a password is given', () => {
    expect(password('host=h dbname=d password=given', { [file]: { text } })).toBe('given');
  });

  it('calls the default socket folder localhost', () => {
    const files = { [file]: { text: 'localhost:5432:*:*:local' } };
    expect(password('host=/var/run/postgresql', files)).toBe('local');
    expect(password('host=/elsewhere', files)).toBeNull();
  });

  it('is left alone, with a warning, where others may read it', () => {
    const settings = parse('host=h,i dbname=d', {}, { [file]: { text, mode: 0o640 } });
    expect(settings.hosts[0]?.password).toBeNull();
    expect(settings.warnings).toEqual([expect.stringContaining('chmod 0600')]);
  });

  it('can be named', () => {
    expect(password('host=h passfile=/p', { '/p': { text: '*:*:*:*:p' } })).toBe('p');
    expect(password('host=h', { '/p': { text: '*:*:*:*:p' } }, { PGPASSFILE: '/p' })).toBe('p');
  });
});

describe('TLS', () => {
  it.each(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'])('knows sslmode=%s', mode => {
    expect(parse(`sslmode=${mode}`).tls.mode).toBe(mode);
  });

  it('keeps its files in the home folder', () => {
    expect(parse('', { HOME: '/h' }).tls).toMatchObject({
      rootCertificate: '/h/.postgresql/root.crt',
      certificate: '/h/.postgresql/postgresql.crt',
      key: '/h/.postgresql/postgresql.key',
      revocationList: '/h/.postgresql/root.crl',
    });
  });

  it('checks the name where the system’s authorities are trusted, and accepts nothing weaker', () => {
    expect(parse('sslrootcert=system').tls.mode).toBe('verify-full');
    expect(() => parse('sslrootcert=system sslmode=require')).toThrow(/sslmode/);
  });

  it.each([
    'sslmode=no-verify',
    'sslmode=',
    'sslnegotiation=direct',
    'sslnegotiation=direct sslmode=prefer',
    'ssl_min_protocol_version=SSLv3',
    'ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2',
    'sslkey=pkcs11:object',
  ])('refuses %j', text => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'validation_error' }));
  });
});

describe('what cannot be done', () => {
  it.each([
    ['gssencmode=require', /gssencmode=require is not possible, because GSSAPI/],
    ['requirepeer=postgres', /requirepeer/],
    ['sslcrldir=/crls', /sslcrldir/],
    ['replication=database', /replication/],
    ['min_protocol_version=3.2', /min_protocol_version=3.2/],
    ['oauth_issuer=https://x.example', /oauth_issuer/],
    ['require_auth=gss', /require_auth/],
    ['require_auth=md5,!none', /require_auth/],
    ['target_session_attrs=master', /read-write, read-only, primary, standby, prefer-standby/],
    ['connect_timeout=soon', /connect_timeout has the value "soon"/],
    ['pgbouncer=true', /unknown parameter "pgbouncer"/],
    ['constructor=1', /unknown parameter "constructor"/],
  ])('is refused by name: %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('names the variable where the value comes from it', () => {
    expect(() => parse('', { PGSSLMODE: 'maybe' })).toThrow(/^PGSSLMODE has the value "maybe"/);
  });

  it('takes what changes nothing', () => {
    expect(() =>
      parse('gssencmode=prefer krbsrvname=postgres tcp_user_timeout=1000 keepalives_count=3'),
    ).not.toThrow();
    expect(parse('client_encoding=LATIN1 sslcompression=0').user).toBe('jan');
  });
});

it.each([
  ['scram-sha-256', ['scram-sha-256']],
  ['md5, scram-sha-256', ['md5', 'scram-sha-256']],
  ['!password,!md5,!gss', ['none', 'scram-sha-256']],
])('reads require_auth=%s', (list, methods) => {
  expect(parse(`require_auth='${list}'`).allowedAuthentication).toEqual(methods);
});

it('shows no password, however it is printed', () => {
  const settings = parse('postgres://u:hunter2@h/d?sslpassword=hunter2');
  expect(inspect(settings, { depth: 9 })).not.toContain('hunter2');
  expect(JSON.stringify(settings)).not.toContain('hunter2');
});

it('does not repeat what may be part of a password that was not encoded', () => {
  try {
    parse('postgres://u:hunter?2!=x@h/d');
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toMatch(/hunter|2!/);
  }
});

/** What is known of one keyword of a connection string. */
export interface ConnectionKeyword {
  /** The environment variable that stands in where the keyword is not given. */
  readonly variable?: string;
  /** The only values that are taken. */
  readonly values?: readonly string[];
  /** Values that libpq knows and that are refused here, by name; `*` is any value that is not empty. */
  readonly refused?: { readonly values: readonly string[]; readonly why: string };
}

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export const TARGET_SESSION_ATTRS = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const;
export type TargetSessionAttrs = (typeof TARGET_SESSION_ATTRS)[number];

export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

const NO_GSSAPI = 'GSSAPI is not supported';
const NO_OAUTH = 'OAuth log-in is not supported';

/**
 * Every keyword of libpq 14 to 18, with its environment variable. Those without `refused` that the connection does not
 * use (`tcp_user_timeout`, `keepalives_count`, `krbsrvname`, …) only tune what Node does in its own way.
 *
 * @see https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 */
export const CONNECTION_KEYWORDS: Readonly<Record<string, ConnectionKeyword>> = {
  service: { variable: 'PGSERVICE' },
  servicefile: { variable: 'PGSERVICEFILE' },
  user: { variable: 'PGUSER' },
  password: { variable: 'PGPASSWORD' },
  passfile: { variable: 'PGPASSFILE' },
  channel_binding: { variable: 'PGCHANNELBINDING', values: ['disable', 'prefer', 'require'] },
  connect_timeout: { variable: 'PGCONNECT_TIMEOUT' },
  dbname: { variable: 'PGDATABASE' },
  host: { variable: 'PGHOST' },
  hostaddr: { variable: 'PGHOSTADDR' },
  port: { variable: 'PGPORT' },
  client_encoding: { variable: 'PGCLIENTENCODING' },
  options: { variable: 'PGOPTIONS' },
  application_name: { variable: 'PGAPPNAME' },
  fallback_application_name: {},
  keepalives: { values: ['0', '1'] },
  keepalives_idle: {},
  keepalives_interval: {},
  keepalives_count: {},
  tcp_user_timeout: {},
  sslmode: { variable: 'PGSSLMODE', values: SSL_MODES },
  sslnegotiation: { variable: 'PGSSLNEGOTIATION', values: ['postgres', 'direct'] },
  sslcompression: { variable: 'PGSSLCOMPRESSION' },
  sslcert: { variable: 'PGSSLCERT' },
  sslkey: { variable: 'PGSSLKEY' },
  sslpassword: {},
  sslcertmode: {
    variable: 'PGSSLCERTMODE',
    values: ['disable', 'allow'],
    refused: { values: ['require'], why: 'whether the server asks for a certificate cannot be seen here' },
  },
  sslrootcert: { variable: 'PGSSLROOTCERT' },
  sslcrl: { variable: 'PGSSLCRL' },
  sslcrldir: {
    variable: 'PGSSLCRLDIR',
    refused: {
      values: ['*'],
      why: 'a folder of revocation lists is not read; put them into one file, sslcrl',
    },
  },
  sslsni: { variable: 'PGSSLSNI', values: ['0', '1'] },
  sslkeylogfile: { refused: { values: ['*'], why: 'TLS keys are never written down' } },
  requirepeer: {
    variable: 'PGREQUIREPEER',
    refused: { values: ['*'], why: 'the owner of a socket’s other end cannot be seen here' },
  },
  require_auth: { variable: 'PGREQUIREAUTH' },
  ssl_min_protocol_version: { variable: 'PGSSLMINPROTOCOLVERSION', values: ['', ...TLS_VERSIONS] },
  ssl_max_protocol_version: { variable: 'PGSSLMAXPROTOCOLVERSION', values: ['', ...TLS_VERSIONS] },
  min_protocol_version: {
    variable: 'PGMINPROTOCOLVERSION',
    values: ['', '3.0'],
    refused: { values: ['3.2', 'latest'], why: 'protocol 3.0 is the one that is spoken here' },
  },
  max_protocol_version: { variable: 'PGMAXPROTOCOLVERSION', values: ['', '3.0', '3.2', 'latest'] },
  gssencmode: {
    variable: 'PGGSSENCMODE',
    values: ['disable', 'prefer'],
    refused: { values: ['require'], why: NO_GSSAPI },
  },
  krbsrvname: { variable: 'PGKRBSRVNAME' },
  gsslib: { variable: 'PGGSSLIB' },
  gssdelegation: {
    variable: 'PGGSSDELEGATION',
    values: ['0'],
    refused: { values: ['1'], why: NO_GSSAPI },
  },
  replication: {
    values: ['', 'false', 'off', 'no', '0'],
    refused: { values: ['*'], why: 'a replication connection cannot read tables' },
  },
  target_session_attrs: { variable: 'PGTARGETSESSIONATTRS', values: TARGET_SESSION_ATTRS },
  load_balance_hosts: { variable: 'PGLOADBALANCEHOSTS', values: ['disable', 'random'] },
  scram_client_key: { refused: { values: ['*'], why: 'SCRAM keys are not supported; use the password' } },
  scram_server_key: { refused: { values: ['*'], why: 'SCRAM keys are not supported; use the password' } },
  oauth_issuer: { refused: { values: ['*'], why: NO_OAUTH } },
  oauth_client_id: { refused: { values: ['*'], why: NO_OAUTH } },
  oauth_client_secret: { refused: { values: ['*'], why: NO_OAUTH } },
  oauth_scope: { refused: { values: ['*'], why: NO_OAUTH } },
};

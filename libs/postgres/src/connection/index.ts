export { parseConnectionString } from './connection-settings.js';
export type {
  AuthenticationMethod,
  ConnectionSettings,
  Environment,
  HostSettings,
  TlsSettings,
} from './connection-settings.js';
export { formatConninfo } from './parse-conninfo.js';
export type { LocalSystem } from './local-system.js';
export { connect } from './connect.js';
export type { ConnectOptions } from './connect.js';
export { fromPostgresError, sqlState } from './postgres-error.js';

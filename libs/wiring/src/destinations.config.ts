import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '@satchel/domain';
import { s3Address, type S3Location } from '@satchel/storage';

/** Where a destination is, and how to get there. */
export type DestinationConfig =
  | {
      readonly name: string;
      readonly kind: 'local';
      readonly location: string;
      /** What names the folder, for messages. */
      readonly setting: string;
    }
  | {
      readonly name: string;
      readonly kind: 's3';
      readonly location: string;
      readonly bucket: S3Location;
      /** Null: those of the machine. */
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: Secret<string> } | null;
    };

/** One or more; the first is the primary. */
export type DestinationsConfig = readonly [DestinationConfig, ...DestinationConfig[]];

interface WrongSetting {
  readonly setting: string;
  readonly problem: string;
}

/** The name that stands for `BACKUP_DIR`. */
const LOCAL = 'local';

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const DEFAULT_REGION = 'us-east-1';

export function isDestinationName(name: string): boolean {
  return NAME.test(name);
}

/** `DESTINATION_OFF_SITE` for `off-site`. */
function prefixOf(name: string): string {
  return `DESTINATION_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Reads the settings of each destination.
 *
 * @param names  of `BACKUP_DESTINATIONS`, each of which can be one
 * @param given  all settings that are set
 * @returns      the destinations, and what is wrong with their settings
 */
export function readDestinations(
  names: readonly string[],
  given: Readonly<Record<string, string>>,
  backupDir: string,
): { readonly destinations: readonly DestinationConfig[]; readonly wrong: readonly WrongSetting[] } {
  const destinations: DestinationConfig[] = [];
  const wrong: WrongSetting[] = [];
  for (const name of names) {
    if (name === LOCAL) {
      destinations.push({ name, kind: 'local', location: backupDir, setting: 'BACKUP_DIR' });
      continue;
    }
    const read = readDestination(name, given);
    if ('setting' in read && 'problem' in read) wrong.push(read);
    else destinations.push(read);
  }
  return { destinations, wrong: [...wrong, ...unused(names, given)] };
}

function readDestination(
  name: string,
  given: Readonly<Record<string, string>>,
): DestinationConfig | WrongSetting {
  const prefix = prefixOf(name);
  const setting = `${prefix}_URL`;
  const text = given[setting];
  if (text === undefined) return { setting, problem: `is needed, since BACKUP_DESTINATIONS names ${name}` };
  const url = URL.parse(text);
  if (url?.protocol === 'file:') {
    if (url.host !== '' || !isAbsolute(decodeURIComponent(url.pathname))) {
      return { setting, problem: 'must name an absolute folder, e.g. file:///mnt/usb/backups' };
    }
    return { name, kind: 'local', location: fileURLToPath(url), setting };
  }
  if (url?.protocol !== 's3:') {
    return {
      setting,
      problem: 'must begin with s3:// or file://, e.g. s3://my-bucket/school?region=eu-central-1',
    };
  }
  const bucket = readBucket(url);
  if (typeof bucket === 'string') return { setting, problem: bucket };
  const accessKeyId = given[`${prefix}_ACCESS_KEY_ID`];
  const secret = given[`${prefix}_SECRET_ACCESS_KEY`];
  if ((accessKeyId === undefined) !== (secret === undefined)) {
    const missing = accessKeyId === undefined ? 'ACCESS_KEY_ID' : 'SECRET_ACCESS_KEY';
    return { setting: `${prefix}_${missing}`, problem: 'is needed too: a key has two parts' };
  }
  const credentials =
    accessKeyId === undefined || secret === undefined
      ? null
      : { accessKeyId, secretAccessKey: new Secret(secret) };
  return { name, kind: 's3', location: s3Address(bucket), bucket, credentials };
}

/** @returns what is wrong, if something is */
function readBucket(url: URL): S3Location | string {
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a key; use _ACCESS_KEY_ID and _SECRET_ACCESS_KEY';
  }
  if (!BUCKET.test(url.host)) return 'must name a bucket, e.g. s3://my-bucket/school';
  const known = ['region', 'endpoint', 'conditional'];
  const unknown = [...url.searchParams.keys()].find(name => !known.includes(name));
  if (unknown !== undefined) return `does not know ${JSON.stringify(unknown)}; it knows ${known.join(', ')}`;
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null && !['http:', 'https:'].includes(URL.parse(endpoint)?.protocol ?? '')) {
    return 'must have an endpoint that begins with https:// or http://';
  }
  const conditional = url.searchParams.get('conditional') ?? 'yes';
  if (!['yes', 'no'].includes(conditional)) return 'must say conditional=yes or conditional=no';
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.host,
    prefix: path === '' ? '' : `${path}/`,
    region: url.searchParams.get('region') ?? DEFAULT_REGION,
    endpoint,
    conditional: conditional === 'yes',
  };
}

/** A destination that has settings and is not named would be silently without backups. */
function unused(names: readonly string[], given: Readonly<Record<string, string>>): readonly WrongSetting[] {
  const used = new Set(names.map(prefixOf));
  return Object.keys(given).flatMap(setting => {
    const [, prefix] = /^(DESTINATION_[A-Z0-9_]+)_URL$/.exec(setting) ?? [];
    if (prefix === undefined || used.has(prefix)) return [];
    return [{ setting, problem: 'is set, but BACKUP_DESTINATIONS does not name that destination' }];
  });
}

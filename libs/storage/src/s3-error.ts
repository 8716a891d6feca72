import { BackupError, type ErrorKind } from '@satchel/domain';
import { s3Address, type S3Location } from './s3-location.js';
import { errorCode } from './storage-error.js';

/** The part of a bucket that an error is about, and how a person calls it. */
export interface S3Place {
  /** The destination's name in the settings. */
  readonly name: string;
  readonly location: S3Location;
}

const RIGHTS =
  's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts and s3:ListBucketMultipartUploads';

interface Advice {
  readonly kind: ErrorKind;
  /** What follows "The storage <address> (destination <name>) ". */
  readonly text: (setting: string) => string;
}

const KEYS: Advice = {
  kind: 'unavailable',
  text: setting =>
    `does not accept the access key. Check ${setting}_ACCESS_KEY_ID and ${setting}_SECRET_ACCESS_KEY, and that the key is not expired.`,
};
const REFUSED: Advice = {
  kind: 'unavailable',
  text: () => `refuses this access key. Give it the rights ${RIGHTS} on the bucket.`,
};
const NO_BUCKET: Advice = {
  kind: 'unavailable',
  text: setting => `has no such bucket. Make the bucket, or correct ${setting}_URL.`,
};
const REGION: Advice = {
  kind: 'unavailable',
  text: setting => `is in another region. Set "region" in ${setting}_URL.`,
};
const BUSY: Advice = {
  kind: 'unavailable',
  text: () => 'asks to slow down, or is overloaded. It is tried again later.',
};
const FULL: Advice = {
  kind: 'unavailable',
  text: () =>
    'has no space left, or its quota is used up. Make room, delete old backups with cleanup, or raise the quota.',
};
const OUT_OF_REACH: Advice = {
  kind: 'unavailable',
  text: setting => `cannot be reached. Check the network, and the address ("endpoint") in ${setting}_URL.`,
};
const CERTIFICATE: Advice = {
  kind: 'unavailable',
  text: setting =>
    `has a certificate that cannot be trusted. Check the address in ${setting}_URL; NODE_EXTRA_CA_CERTS names a file with a private authority.`,
};
const CLOCK: Advice = {
  kind: 'unavailable',
  text: () => "refuses the time of this machine's clock. Set the clock.",
};
const CUT_OFF: Advice = {
  kind: 'unavailable',
  text: () => 'ended a connection half way. Check the network; it is tried again later.',
};
const TOO_LARGE: Advice = {
  kind: 'too_large',
  text: () => 'does not take an object as large as this backup. Make smaller backups, by type.',
};
const NOT_UNDERSTOOD: Advice = {
  kind: 'unsupported',
  text: setting =>
    `does not know what it was asked for. If it is an older server, add "conditional=no" to ${setting}_URL.`,
};

/** What each error of a server or of the network means to a person who keeps backups there. */
const ADVICE: Readonly<Record<string, Advice>> = {
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: NO_BUCKET,
  AccessDenied: REFUSED,
  AllAccessDisabled: REFUSED,
  AccountProblem: REFUSED,
  Forbidden: REFUSED,
  InvalidAccessKeyId: KEYS,
  SignatureDoesNotMatch: KEYS,
  ExpiredToken: KEYS,
  TokenRefreshRequired: KEYS,
  InvalidToken: KEYS,
  InvalidSecurity: KEYS,
  CredentialsProviderError: KEYS,
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  IllegalLocationConstraintException: REGION,
  RequestTimeTooSkewed: CLOCK,
  SlowDown: BUSY,
  ServiceUnavailable: BUSY,
  ThrottlingException: BUSY,
  Throttling: BUSY,
  TooManyRequests: BUSY,
  RequestTimeout: CUT_OFF,
  IncompleteBody: CUT_OFF,
  QuotaExceeded: FULL,
  InsufficientStorage: FULL,
  XMinioStorageFull: FULL,
  EntityTooLarge: TOO_LARGE,
  NotImplemented: NOT_UNDERSTOOD,
  TimeoutError: OUT_OF_REACH,
  ENOTFOUND: OUT_OF_REACH,
  EAI_AGAIN: OUT_OF_REACH,
  ECONNREFUSED: OUT_OF_REACH,
  EHOSTUNREACH: OUT_OF_REACH,
  ENETUNREACH: OUT_OF_REACH,
  ETIMEDOUT: OUT_OF_REACH,
  ECONNRESET: CUT_OFF,
  ECONNABORTED: CUT_OFF,
  EPIPE: CUT_OFF,
  ERR_STREAM_PREMATURE_CLOSE: CUT_OFF,
  CERT_HAS_EXPIRED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
};

/** Where a server says no more than a status. */
const BY_STATUS: Readonly<Record<number, Advice>> = {
  301: REGION,
  401: KEYS,
  403: REFUSED,
  413: TOO_LARGE,
  429: BUSY,
  501: NOT_UNDERSTOOD,
  503: BUSY,
  507: FULL,
};

/** Says what an operation on a bucket failed of; an error that is ours already is returned as it is. */
export function toS3Error(thrown: unknown, { name, location }: S3Place): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const setting = settingOf(name);
  const code = s3ErrorName(thrown);
  const advice = adviceFor(thrown);
  const where = `The storage ${s3Address(location)} (destination ${name})`;
  const context = { setting: `${setting}_URL`, destination: name, ...(code === undefined ? {} : { code }) };
  if (advice) {
    return new BackupError(advice.kind, `${where} ${advice.text(setting)}`, context, { cause: thrown });
  }
  return new BackupError(
    'system_error',
    `${where} could not be used${code === undefined ? '' : `: ${code}`}.`,
    context,
    { cause: thrown },
  );
}

function adviceFor(thrown: unknown): Advice | undefined {
  const known = ADVICE[errorCode(thrown) ?? ''] ?? ADVICE[s3ErrorName(thrown) ?? ''];
  if (known) return known;
  // lib-storage's own words where an upload would have more than 10,000 parts.
  if (thrown instanceof Error && /^Exceeded \d+ parts/.test(thrown.message)) return TOO_LARGE;
  const status = statusOf(thrown);
  if (status === undefined) return undefined;
  return BY_STATUS[status] ?? (status >= 500 ? BUSY : undefined);
}

/** The prefix of a destination's settings: `DESTINATION_OFF_SITE` for `off-site`. */
export function settingOf(name: string): string {
  return `DESTINATION_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** The server's name for an error, or the system's. */
export function s3ErrorName(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return errorCode(thrown) ?? thrown.name;
}

export function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('$metadata' in thrown)) return undefined;
  const { httpStatusCode } = thrown.$metadata as { readonly httpStatusCode?: number };
  return httpStatusCode;
}

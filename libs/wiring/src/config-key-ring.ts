import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EncryptFor, SigningKey, UnlockKeys } from '@satchel/domain';
import { BackupError, KeyRing, Secret } from '@satchel/domain';
import { readIdentityFile } from './identity-file.js';
import type { WiringConfig } from './wiring.config.js';

const KEY_BYTES = 32;

interface KeyFile {
  /** The first one signs; all of them are known. */
  readonly keys: readonly { readonly keyId: string; readonly secret: string; readonly createdAt: string }[];
}

/**
 * The installation's signing keys: from the settings, else from `signing-keys.json` in `SATCHEL_HOME`, which is made at
 * first use, readable by its owner alone. Two processes that start at the same moment end up with the same key.
 */
export class ConfigKeyRing extends KeyRing {
  #keys: Promise<readonly SigningKey[]> | undefined;

  constructor(
    private readonly config: Pick<WiringConfig, 'signingKey' | 'earlierSigningKeys' | 'homeDir'> &
      Partial<Pick<WiringConfig, 'encryptFor' | 'passphrase' | 'identityFile'>>,
  ) {
    super();
  }

  async current(): Promise<SigningKey> {
    const [first] = await this.#load();
    if (!first) throw new BackupError('system_error', 'The key ring is empty.');
    return first;
  }

  async byId(keyId: string): Promise<SigningKey | null> {
    return (await this.#load()).find(key => key.keyId === keyId) ?? null;
  }

  override encryptFor(): Promise<EncryptFor | null> {
    return Promise.resolve(this.config.encryptFor ?? null);
  }

  /** Read anew each time: a key that was taken away is not kept in memory. */
  override async unlockKeys(): Promise<UnlockKeys> {
    const { identityFile, passphrase } = this.config;
    return {
      identities: identityFile ? await readIdentityFile(identityFile, 'BACKUP_IDENTITY_FILE') : [],
      passphrases: passphrase ? [passphrase] : [],
    };
  }

  #load(): Promise<readonly SigningKey[]> {
    this.#keys ??= this.#read();
    return this.#keys;
  }

  async #read(): Promise<readonly SigningKey[]> {
    const earlier = this.config.earlierSigningKeys.reveal().map(toSigningKey);
    const path = join(this.config.homeDir, 'signing-keys.json');
    if (this.config.signingKey) {
      // Keys that signed before the setting was made stay known.
      const kept = (await readKeyFile(path)) ?? [];
      return [toSigningKey(this.config.signingKey.reveal()), ...earlier, ...kept];
    }
    const kept = (await readKeyFile(path)) ?? (await makeKeyFile(path));
    return [...kept, ...earlier];
  }
}

/** A key's name is derived from it, so that nobody has to invent one and no two keys share one by mistake. */
function toSigningKey(base64: string): SigningKey {
  const secret = Buffer.from(base64, 'base64');
  const keyId = createHash('sha256')
    .update('satchel signing key id\0')
    .update(secret)
    .digest('hex')
    .slice(0, 16);
  return { keyId, secret: new Secret(Uint8Array.from(secret)) };
}

async function readKeyFile(path: string): Promise<readonly SigningKey[] | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw keyFileError(path, 'cannot be read; it must belong to the user that runs Satchel', cause);
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw keyFileError(path, 'is not JSON; put back a copy of it', cause);
  }
  if (!isKeyFile(file)) throw keyFileError(path, 'holds no keys; put back a copy of it');
  return file.keys.map(key => toSigningKey(key.secret));
}

function isKeyFile(file: unknown): file is KeyFile {
  return (
    typeof file === 'object' &&
    file !== null &&
    'keys' in file &&
    Array.isArray(file.keys) &&
    file.keys.length > 0 &&
    file.keys.every(
      (key: unknown) =>
        typeof key === 'object' &&
        key !== null &&
        'secret' in key &&
        typeof key.secret === 'string' &&
        Buffer.from(key.secret, 'base64').length >= KEY_BYTES,
    )
  );
}

/** Makes the file whole or not at all, and never over one that another process has made meanwhile. */
async function makeKeyFile(path: string): Promise<readonly SigningKey[]> {
  const secret = randomBytes(KEY_BYTES).toString('base64');
  const { keyId } = toSigningKey(secret);
  const content: KeyFile = { keys: [{ keyId, secret, createdAt: new Date().toISOString() }] };
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, path).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    });
  } catch (cause) {
    throw keyFileError(
      path,
      'cannot be written; make SATCHEL_HOME a folder that Satchel may write to',
      cause,
    );
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  const keys = await readKeyFile(path);
  if (keys === null) throw keyFileError(path, 'vanished while it was made');
  return keys;
}

function keyFileError(path: string, problem: string, cause?: unknown): BackupError {
  return new BackupError(
    'unavailable',
    `The file of signing keys ${path} ${problem}.`,
    { file: path, setting: 'SATCHEL_HOME' },
    { cause },
  );
}

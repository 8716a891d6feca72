import { spawnSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectBytes, describeBackupStorage, runChild } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalStorage } from './local-storage.js';
import { partialFileName } from './partial-file-name.js';
import { sweepPartialFiles } from './sweep-partial-files.js';

const MIB = 1_048_576;
const CHILD = new URL('./local-storage.child.ts', import.meta.url);

describeBackupStorage('LocalStorage', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-storage-'));
  return {
    storage: new LocalStorage(join(folder, 'backups')),
    bytesOnTheWay: async () => {
      const names = (await readdir(join(folder, 'backups'))).filter(name => name.endsWith('.partial'));
      const sizes = await Promise.all(
        names.map(async name => (await lstat(join(folder, 'backups', name))).size),
      );
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    dispose: () => rm(folder, { recursive: true }),
  };
});

describe('LocalStorage', () => {
  let parent: string;
  let folder: string;
  let storage: LocalStorage;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'satchel-storage-'));
    folder = join(parent, 'deep', 'backups');
    storage = new LocalStorage(folder);
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('makes a missing folder, and files, for their owner alone', async () => {
    await storage.write('a.json', chunks('{}'));
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
    expect((await lstat(join(folder, 'a.json'))).mode & 0o777).toBe(0o600);
    expect((await lstat(join(folder, 'a.json'))).nlink).toBe(1);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('takes a folder that does not exist as empty, and says so where a file is asked for', async () => {
    expect(await listKeys(storage)).toEqual([]);
    expect(await storage.stat('a')).toBeNull();
    await storage.remove('a');
    await expect(storage.read('a')).rejects.toMatchObject({
      kind: 'not_found',
      context: { setting: 'BACKUP_DIR', folder },
    });
    await expect(lstat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that BACKUP_DIR is a file', async () => {
    await writeFile(join(parent, 'file'), '');
    for (const path of [join(parent, 'file'), join(parent, 'file', 'below')]) {
      const refused = { kind: 'validation_error', context: { setting: 'BACKUP_DIR', folder: path } };
      const inFile = new LocalStorage(path);
      await expect(inFile.write('a', chunks('x'))).rejects.toMatchObject(refused);
      await expect(inFile.read('a')).rejects.toMatchObject(refused);
      await expect(inFile.stat('a')).rejects.toMatchObject(refused);
      await expect(listKeys(inFile)).rejects.toMatchObject(refused);
      await expect(inFile.remove('a')).rejects.toMatchObject(refused);
    }
  });

  it('sees nothing in the folder but plain files with a name of their own', async () => {
    await mkdir(join(folder, 'sub-folder'), { recursive: true });
    await writeFile(join(folder, '.gitkeep'), '');
    await writeFile(join(folder, partialFileName('b.json')), 'half');
    await writeFile(join(folder, 'sub-folder', 'c.json'), '{}');
    await storage.write('a.json', chunks('{}'));
    expect(await listKeys(storage)).toEqual(['a.json']);
    expect(await storage.stat('sub-folder')).toBeNull();
    await expect(storage.read('sub-folder')).rejects.toMatchObject({ kind: 'not_found' });
    await storage.remove('sub-folder');
    expect(await readFile(join(folder, 'sub-folder', 'c.json'), 'utf8')).toBe('{}');
  });

  it('never follows a symbolic link', async () => {
    const outside = join(parent, 'outside');
    await writeFile(outside, 'secret');
    await mkdir(folder, { recursive: true });
    await symlink(outside, join(folder, 'link'));
    await symlink(join(parent, 'nowhere'), join(folder, 'dangling'));
    for (const key of ['link', 'dangling']) {
      await expect(storage.read(key)).rejects.toMatchObject({ kind: 'not_found' });
      expect(await storage.stat(key)).toBeNull();
      await expect(storage.write(key, chunks('x'))).rejects.toMatchObject({ kind: 'conflict' });
      await storage.remove(key);
      expect((await lstat(join(folder, key))).isSymbolicLink()).toBe(true);
    }
    expect(await listKeys(storage)).toEqual([]);
    expect(await readFile(outside, 'utf8')).toBe('secret');
    await expect(lstat(join(parent, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may itself be reached through a symbolic link', async () => {
    await mkdir(join(parent, 'disk'));
    await symlink(join(parent, 'disk'), join(parent, 'alias'));
    await new LocalStorage(join(parent, 'alias')).write('a', chunks('x'));
    expect(await readFile(join(parent, 'disk', 'a'), 'utf8')).toBe('x');
  });

  it('refuses, and removes, what the disk gives back otherwise than it was given', async () => {
    async function* body() {
      yield Buffer.alloc(2 * MIB, 1);
      const [partial = ''] = await readdir(folder);
      const handle = await open(join(folder, partial), 'r+');
      await handle.write(Buffer.from([2]), 0, 1, MIB);
      await handle.close();
      yield Buffer.alloc(10, 1);
    }
    await expect(storage.write('flipped', body())).rejects.toMatchObject({
      kind: 'system_error',
      context: { setting: 'BACKUP_DIR' },
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('brings a large body to the disk while more of it comes, and tells what the disk says only once', async () => {
    await mkdir(folder, { recursive: true });
    const handle = await open(join(parent, 'any'), 'w');
    const broken = Object.assign(new Error('i/o error'), { code: 'EIO' });
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync');
    await handle.close();
    datasync.mockRejectedValueOnce(broken);
    try {
      const body = async function* () {
        for (let count = 0; count < 17; count++) yield Buffer.alloc(MIB);
      };
      await expect(storage.write('lost', body())).rejects.toMatchObject({ context: { code: 'EIO' } });
      expect(await readdir(folder)).toEqual([]);
      await storage.write('kept', body());
      expect(datasync).toHaveBeenCalledTimes(2);
    } finally {
      datasync.mockRestore();
    }
  });

  it('does not overwrite a file that came while the body was read', async () => {
    async function* body() {
      yield Buffer.from('mine');
      await writeFile(join(folder, 'a'), 'theirs');
    }
    await expect(storage.write('a', body())).rejects.toMatchObject({ kind: 'conflict' });
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('says that a file it was writing has been taken away', async () => {
    async function* body() {
      yield Buffer.from('x');
      await rm(folder, { recursive: true });
    }
    await expect(storage.write('a', body())).rejects.toMatchObject({
      kind: 'unavailable',
      context: { setting: 'BACKUP_DIR', folder },
    });
  });

  it('keeps the error of a body that looks like one of the disk', async () => {
    async function* body() {
      yield Buffer.from('x');
      await readFile(join(parent, 'no such file'));
    }
    await expect(storage.write('a', body())).rejects.toMatchObject({ name: 'Error', code: 'ENOENT' });
  });

  it('leaves only a partial file when its process is killed, which the next writer removes', async () => {
    const child = runChild(CHILD, [folder, 'killed.json', 'waits']);
    expect(await child.nextLine()).toBe('writing');
    const [partial = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(partial).toMatch(/^\.killed\.json\..*\.partial$/);

    // While the writer lives, its file is left alone.
    await storage.write('meanwhile.json', chunks('{}'));
    expect((await readdir(folder)).sort()).toEqual([partial, 'meanwhile.json']);

    await child.kill();
    expect(await listKeys(storage)).toEqual(['meanwhile.json']);
    expect(await storage.stat('killed.json')).toBeNull();

    await new LocalStorage(folder).write('killed.json', chunks('{}'));
    expect((await readdir(folder)).sort()).toEqual(['killed.json', 'meanwhile.json']);
  });

  it('says that the disk is full, and leaves nothing of the body', async () => {
    const disk = join(parent, 'disk');
    await mkdir(disk);
    const small = ['sh', '-c', `mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"`, disk];
    const within = firstThatWorks([
      ['unshare', '--mount', ...small],
      ['unshare', '--map-root-user', '--mount', ...small],
      // Where nothing may be mounted, a limit of the process stands in for the disk's.
      ['sh', '-c', 'ulimit -f 3072; exec "$@"', 'sh'],
    ]);
    const child = runChild(CHILD, [disk, 'full.json', 'goes on'], within);
    const { output } = await child.ended();
    expect(JSON.parse(output.slice(output.indexOf('{')))).toEqual({
      kind: 'unavailable',
      setting: 'BACKUP_DIR',
      code: within[0] === 'unshare' ? 'ENOSPC' : 'EFBIG',
      left: [],
    });
  });

  it('says that files may not be that large, and leaves nothing of the body', async () => {
    const child = runChild(
      CHILD,
      [folder, 'large.json', 'goes on'],
      ['sh', '-c', 'ulimit -f 3072; exec "$@"', 'sh'],
    );
    const { output } = await child.ended();
    expect(JSON.parse(output.slice(output.indexOf('{')))).toEqual({
      kind: 'unavailable',
      setting: 'BACKUP_DIR',
      code: 'EFBIG',
      left: [],
    });
  });

  it('says that the folder may not be written', async () => {
    await storage.write('a.json', chunks('{}'));
    await chmod(parent, 0o755);
    await chmod(join(parent, 'deep'), 0o755);
    await chmod(folder, 0o555);
    await chmod(join(folder, 'a.json'), 0o000);
    await asPlainUser(async () => {
      const refused = { kind: 'unavailable', context: { setting: 'BACKUP_DIR', code: 'EACCES' } };
      const readOnly = new LocalStorage(folder);
      await expect(readOnly.write('b.json', chunks('{}'))).rejects.toMatchObject(refused);
      await expect(readOnly.remove('a.json')).rejects.toMatchObject(refused);
      await expect(readOnly.read('a.json')).rejects.toMatchObject(refused);
      await expect(new LocalStorage(join(folder, 'new')).write('a', chunks('x'))).rejects.toMatchObject(
        refused,
      );
    });
    await chmod(folder, 0o700);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('tries again to prepare its folder after it could not', async () => {
    await writeFile(join(parent, 'deep'), '');
    await expect(storage.write('a', chunks('x'))).rejects.toMatchObject({ kind: 'validation_error' });
    await rm(join(parent, 'deep'));
    await storage.write('a', chunks('x'));
    expect((await collectBytes(await storage.read('a'))).toString()).toBe('x');
  });

  describe('sweepPartialFiles', () => {
    const elsewhere = (age: string) => `.a.json.0123456789ab-1-1-${age}.partial`;

    beforeEach(() => mkdir(folder, { recursive: true }));

    it('removes what was written elsewhere once it has not been touched for an hour', async () => {
      await writeFile(join(folder, elsewhere('00000001')), 'old');
      await writeFile(join(folder, elsewhere('00000002')), 'young');
      const now = new Date('2026-03-01T12:00:00Z');
      await utimes(join(folder, elsewhere('00000001')), now, new Date('2026-03-01T10:59:59Z'));
      await utimes(join(folder, elsewhere('00000002')), now, new Date('2026-03-01T11:00:01Z'));
      expect(await sweepPartialFiles(folder, now)).toEqual([elsewhere('00000001')]);
      expect(await readdir(folder)).toEqual([elsewhere('00000002')]);
    });

    it('keeps what a living process writes, however old it is', async () => {
      const own = partialFileName('a.json');
      await writeFile(join(folder, own), '');
      await utimes(join(folder, own), 0, 0);
      expect(await sweepPartialFiles(folder)).toEqual([]);
    });

    it('is not fooled by a process id that is used again', async () => {
      const own = partialFileName('a.json');
      const reused = own.replace(/-(\d+)-([0-9a-f]{8})\.partial$/, (_, start, random) => {
        return `-${Number(start) + 1}-${random}.partial`;
      });
      await writeFile(join(folder, reused), '');
      expect(await sweepPartialFiles(folder)).toEqual([reused]);
    });

    it('touches nothing that is not a partial file of ours', async () => {
      const names = ['.gitkeep', 'notes.partial', '.x.partial', elsewhere('0000000g'), 'a.json'];
      for (const name of names) await writeFile(join(folder, name), '');
      for (const name of names) await utimes(join(folder, name), 0, 0);
      await mkdir(join(folder, elsewhere('00000001')));
      await symlink(join(folder, 'a.json'), join(folder, elsewhere('00000002')));
      expect(await sweepPartialFiles(folder)).toEqual([]);
      expect(await readdir(folder)).toHaveLength(7);
    });

    it('removes the second name of a file whose writer died between linking and unlinking', async () => {
      await writeFile(join(folder, 'a.json'), '{}');
      await link(join(folder, 'a.json'), join(folder, elsewhere('00000001')));
      expect(await sweepPartialFiles(folder, new Date(Date.now() + 7_200_000))).toHaveLength(1);
      expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('{}');
    });
  });
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

async function listKeys(storage: LocalStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list()) keys.push(key);
  return keys.sort();
}

/** Permission bits do not bind root: then the test acts as a user without a name, as it is without that anyway. */
async function asPlainUser(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}

/** @returns the first of several ways to run a command that this machine permits */
function firstThatWorks(commands: readonly (readonly string[])[]): readonly string[] {
  for (const [command = '', ...args] of commands) {
    const { status } = spawnSync(command, [...args, 'true'], { stdio: 'ignore' });
    if (status === 0) return [command, ...args];
  }
  throw new Error('this machine can run none of the commands');
}

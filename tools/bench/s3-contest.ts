import { rm } from 'node:fs/promises';
import { makeKeyPair } from '@satchel/archive';
import { startTestS3, type TestS3 } from '@satchel/testing';
import { compete, type Arena, type Contender, type Result } from './contest.ts';
import { SCHOOL } from './databases.ts';
import { reportOf, type CreatedReport, type Satchel } from './satchel.ts';

const BUCKET = 'bench';

/**
 * Backing up a whole school into a bucket, encrypted, beside the same into a folder and in the open. The S3 server is a process of its own on this
 * machine, so that it takes its share of the cores and no network is waited for: dearer than a server elsewhere, and
 * without its distance.
 */
export async function contestS3(arena: Arena, satchel: Satchel): Promise<readonly Result[]> {
  const server = await startTestS3();
  try {
    await server.createBucket(BUCKET);
    const { recipient } = await makeKeyPair();
    return await compete(arena, [localCreate(arena, satchel), s3Create(arena, satchel, server, recipient)]);
  } finally {
    await server.stop();
  }
}

function localCreate({ databases }: Arena, satchel: Satchel): Contender {
  return {
    id: 'create-local',
    title: 'create',
    program: satchel.program(databases.url(SCHOOL), 'create'),
    conclude: async ({ stdout }) => {
      const { path, size_bytes } = reportOf<CreatedReport>(stdout);
      await rm(path);
      await rm(`${path}.manifest.json`);
      return size_bytes;
    },
  };
}

/** @param server its memory holds what is stored: it is removed after each run */
function s3Create(
  { databases }: Arena,
  satchel: Satchel,
  { endpoint }: TestS3,
  recipient: string,
): Contender {
  const program = satchel.program(databases.url(SCHOOL), 'create');
  return {
    id: 'create-s3',
    title: 'create, encrypted and into S3',
    program: {
      ...program,
      env: {
        ...program.env,
        BACKUP_RECIPIENTS: recipient,
        BACKUP_DESTINATIONS: 'cloud',
        DESTINATION_CLOUD_URL: `s3://${BUCKET}/school?endpoint=${endpoint}`,
        DESTINATION_CLOUD_ACCESS_KEY_ID: 'bench',
        DESTINATION_CLOUD_SECRET_ACCESS_KEY: 'bench',
      },
    },
    conclude: async ({ stdout }) => {
      const { path, size_bytes } = reportOf<CreatedReport>(stdout);
      const address = path.replace('s3:/', endpoint);
      await fetch(address, { method: 'DELETE' });
      await fetch(`${address}.manifest.json`, { method: 'DELETE' });
      return size_bytes;
    },
  };
}

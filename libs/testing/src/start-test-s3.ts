import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * An S3 server in a process of its own. Its objects are in its memory; it takes any access key but those that
 * `start-test-s3.child.ts` refuses.
 */
export interface TestS3 {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Makes an empty bucket. */
  createBucket(name: string): Promise<void>;
  /** Ends it at once, with all that it holds. Safe to call twice. */
  stop(): Promise<void>;
}

/** Run as it is: from its source where we are, else compiled. */
const SERVER = new URL(
  import.meta.url.endsWith('.ts') ? './start-test-s3.child.ts' : './start-test-s3.child.js',
  import.meta.url,
);

/**
 * Starts an S3 server on 127.0.0.1.
 *
 * @param port any free one without it
 * @throws if it does not start
 */
export async function startTestS3(port = 0): Promise<TestS3> {
  const server = spawn(process.execPath, [fileURLToPath(SERVER), String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(server, 'close');
  const [line] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    closed.then(() => [undefined]),
  ])) as [string | undefined];
  if (line === undefined) throw new Error(`The S3 server did not start on port ${port}.`);
  const endpoint = `http://127.0.0.1:${line}`;
  return {
    endpoint,
    createBucket: async name => {
      const answer = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
      if (!answer.ok) throw new Error(`Bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    stop: async () => {
      server.kill('SIGKILL');
      await closed;
    },
  };
}

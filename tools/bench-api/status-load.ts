import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';
import { Latencies } from './latencies.ts';
import type { Verdict } from './verdict.ts';

/** Target: the 99th percentile of the status while a backup runs in the same process, in milliseconds. */
const STATUS_LIMIT_MS = 100;
/** Between two questions of one watcher, in milliseconds; a browser asks about once a second. */
const ASK_EVERY_MS = 20;

/** Backs the school up and asks for the job's status and the system's all the time until it is done. */
export async function loadStatus(client: Client, say: (line: string) => void): Promise<Verdict[]> {
  const { status, body } = await client.post('create/', { backup_type: 'full' });
  if (status !== 202) throw new Error(`create/ answered ${status}: ${body.toString().slice(0, 300)}`);
  const jobId = /"job_id":"([^"]+)"/.exec(body.toString())?.[1] ?? '';
  const job = new Latencies();
  const system = new Latencies();
  const startedMs = performance.now();
  for (;;) {
    const [ofJob, ofSystem] = await Promise.all([
      client.get(`status/${jobId}/`),
      client.get('system/status/'),
    ]);
    job.add(ofJob.ms);
    system.add(ofSystem.ms);
    if (ofJob.status !== 200) throw new Error(`status/ answered ${ofJob.status}`);
    const state = /"status":"(pending|running|success|failed|cancelled)"|"state":"(\w+)"/.exec(
      ofJob.body.toString().replace(/^\{"status":"success",/, '{'),
    );
    const is = state?.[1] ?? state?.[2];
    if (is === 'success') break;
    if (is !== 'pending' && is !== 'running')
      throw new Error(`The backup ended as ${is}: ${ofJob.body.toString().slice(0, 500)}`);
    await delay(ASK_EVERY_MS);
  }
  say(
    `Backup in the same process: ${((performance.now() - startedMs) / 1000).toFixed(1)} s, ${job.count} questions; ` +
      `status p50 ${job.percentile(0.5).toFixed(1)} ms, p99 ${job.percentile(0.99).toFixed(1)} ms, worst ${job.worst.toFixed(1)} ms`,
  );
  const verdict = (what: string, latencies: Latencies): Verdict => ({
    what,
    value: latencies.percentile(0.99),
    limit: STATUS_LIMIT_MS,
    unit: 'ms',
  });
  return [
    verdict('status of the job while it runs, 99th percentile', job),
    verdict('system/status meanwhile, 99th percentile', system),
  ];
}

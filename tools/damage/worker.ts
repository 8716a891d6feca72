import { parentPort, workerData } from 'node:worker_threads';
import type { Form } from './stored-forms.ts';
import { tallyDamage } from './tally.ts';

const { form, times, seed } = workerData as { form: Form; times: number; seed: number };
parentPort?.postMessage(await tallyDamage(form, times, seed));

import type { ErrorKind } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';

/** What a part answered, or why it did not. */
export type Answer<T> =
  | { readonly reachable: true; readonly value: T }
  | { readonly reachable: false; readonly kind: ErrorKind; readonly problem: string };

export interface WatchLimits {
  /** An answer this young is given without asking again. */
  readonly freshMs: number;
  /** One this young is given at once, while the part is asked again behind the scenes. */
  readonly staleMs: number;
  /** How long somebody waits for a part before it counts as out of reach. */
  readonly patienceMs: number;
}

/**
 * The last answer of a part that may be slow, or away. However many ask, the part is asked once at a time; nobody waits
 * longer than their patience; who asks again within moments gets the same answer.
 */
export class Watched<T> {
  #last: { readonly answer: Answer<T>; readonly atMs: number } | undefined;
  #asking: Promise<Answer<T>> | undefined;

  constructor(
    private readonly what: string,
    private readonly ask: () => Promise<T>,
    private readonly limits: WatchLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  async read(): Promise<Answer<T>> {
    const ageMs = this.#last === undefined ? Infinity : this.nowMs() - this.#last.atMs;
    if (this.#last !== undefined && ageMs < this.limits.freshMs) return this.#last.answer;
    const asking = this.#refresh();
    if (this.#last !== undefined && ageMs < this.limits.staleMs) return this.#last.answer;
    return await this.#atMost(asking);
  }

  #refresh(): Promise<Answer<T>> {
    this.#asking ??= answerOf(this.ask).then(answer => {
      this.#last = { answer, atMs: this.nowMs() };
      this.#asking = undefined;
      return answer;
    });
    return this.#asking;
  }

  async #atMost(asking: Promise<Answer<T>>): Promise<Answer<T>> {
    const { patienceMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Answer<T>>(resolve => {
      const problem = `The ${this.what} did not answer within ${patienceMs / 1000} seconds.`;
      timer = setTimeout(() => resolve({ reachable: false, kind: 'unavailable', problem }), patienceMs);
    });
    try {
      return await Promise.race([asking, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function answerOf<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { reachable: true, value: await ask() };
  } catch (thrown) {
    const { kind, message } = toBackupError(thrown);
    // The words of a bug are for the log.
    return { reachable: false, kind, problem: kind === 'system_error' ? 'It does not work.' : message };
  }
}

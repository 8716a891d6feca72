import { Heartbeat, type Secret } from '@satchel/domain';
import { callReceiver, withPath } from './call-receiver.js';

/** A job waits for this, so it is short; the next backup pings again. */
const PING_TIMEOUT_MS = 5_000;

/** Pings an address as healthchecks.io and its like have them: itself after a success, `/fail` below it after a failure. */
export class HttpHeartbeat extends Heartbeat {
  readonly #url: URL;

  constructor(
    url: Secret<string>,
    private readonly timeoutMs = PING_TIMEOUT_MS,
  ) {
    super();
    this.#url = new URL(url.reveal());
  }

  override succeeded(): Promise<boolean> {
    return this.#ping(this.#url);
  }

  override failed(): Promise<boolean> {
    return this.#ping(withPath(this.#url, '/fail'));
  }

  async #ping(url: URL): Promise<boolean> {
    const receiver = { url, setting: 'HEARTBEAT_URL', timeoutMs: this.timeoutMs };
    return await callReceiver(receiver, { method: 'GET' }).then(
      () => true,
      () => false,
    );
  }
}

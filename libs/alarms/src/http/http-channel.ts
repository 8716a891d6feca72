import type { AlarmChannelName, AlarmNotice, AlarmWording, Secret } from '@satchel/domain';
import { AlarmChannel } from '@satchel/domain';
import { callReceiver } from './call-receiver.js';

/** Longest wait for a server that does not answer, in milliseconds. */
export const SEND_TIMEOUT_MS = 10_000;

export interface HttpChannelOptions {
  readonly url: Secret<string>;
  readonly wording: AlarmWording;
  readonly timeoutMs?: number;
}

/** A JSON document by POST: what it is, and its headers, is all that such channels differ in. */
export abstract class HttpChannel extends AlarmChannel {
  protected readonly wording: AlarmWording;
  readonly #url: URL;
  readonly #timeoutMs: number;

  /** @param setting the name of the setting that holds the address */
  constructor(
    override readonly name: AlarmChannelName,
    private readonly setting: string,
    { url, wording, timeoutMs = SEND_TIMEOUT_MS }: HttpChannelOptions,
  ) {
    super();
    this.#url = new URL(url.reveal());
    this.#timeoutMs = timeoutMs;
    this.wording = wording;
  }

  get target(): string {
    // The path of such an address is often its secret.
    return this.#url.host;
  }

  /** The document as an object; it is told in JSON. */
  protected abstract document(notice: AlarmNotice): object;

  protected headers(_body: string, _notice: AlarmNotice): Readonly<Record<string, string>> {
    return {};
  }

  override async send(notice: AlarmNotice, signal?: AbortSignal): Promise<string | null> {
    const body = JSON.stringify(this.document(notice));
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...this.headers(body, notice) };
    const receiver = { url: this.#url, setting: this.setting, timeoutMs: this.#timeoutMs };
    await callReceiver(receiver, { method: 'POST', headers, body }, signal);
    return null;
  }
}

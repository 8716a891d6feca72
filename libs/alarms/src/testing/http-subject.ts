import type { AlarmChannel } from '@satchel/domain';
import { TEST_TIMEOUT_MS, type AlarmChannelSubject } from '@satchel/testing/conformance';
import { startHttpReceiver, type HttpReceiver } from './http-receiver.js';

export const WORDING = { language: 'en', publicUrl: 'https://satchel.example' } as const;

/** A channel over HTTP with a receiver of its own. @param textOf what a person reads of a document */
export async function openHttpSubject(
  make: (origin: string, timeoutMs: number) => AlarmChannel,
  secrets: readonly string[],
  textOf: (document: string) => string,
): Promise<AlarmChannelSubject & { readonly receiver: HttpReceiver }> {
  const receiver = await startHttpReceiver();
  return {
    receiver,
    channel: make(receiver.origin, TEST_TIMEOUT_MS),
    secrets,
    behave: mood => void (receiver.mood = mood),
    stop: () => receiver.close(),
    received: () => receiver.requests.map(({ body }) => body),
    readable: () => textOf(receiver.requests.at(-1)?.body ?? ''),
    get elsewhere() {
      return receiver.elsewhere;
    },
    dispose: () => receiver.close(),
  };
}

/** Every text in a JSON document, one a line. */
export function textsOf(document: string): string {
  const texts: string[] = [];
  JSON.parse(document, (_name, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}

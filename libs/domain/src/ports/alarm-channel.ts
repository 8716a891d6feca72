import type { Alarm, AlarmChannelName, AlarmEvent } from '../alarm/alarm.js';

/** What is to be told. */
export interface AlarmNotice {
  /** Given to the receiver where its format lets it, so that it can tell a message that comes twice. */
  readonly deliveryId: string;
  readonly event: AlarmEvent;
  /** Null: a test. */
  readonly alarm: Alarm | null;
  readonly at: Date;
}

/**
 * Tells people. Any adapter guarantees:
 *
 * - `send` returns once the other side has taken the message, and not before.
 * - It ends within the channel's time limit, whatever the other side does, and at once when the signal is aborted. It
 *   follows no redirect: a message goes where the settings say, or nowhere.
 * - Names in it are texts of strangers: none of them is markup, a header or a mention where it arrives, and the message is
 *   never longer than the format allows.
 * - No error, and no log line made of it, holds a password, a token or the path of an address.
 *
 * @throws BackupError `unavailable`: out of reach, too slow, too busy, a fault at the other side: worth another try, after
 *   `retryAfterMs` of its context where the other side has said; any other kind: it refuses this, and will again
 */
export abstract class AlarmChannel {
  abstract readonly name: AlarmChannelName;
  /** Where it goes, for people who may see settings: a host, addresses; no secret. */
  abstract readonly target: string;
  /** @returns what went less than well (one of several addresses was refused), for a person; null if nothing did */
  abstract send(notice: AlarmNotice, signal?: AbortSignal): Promise<string | null>;
}

/**
 * A dead man's switch: somebody elsewhere who gets worried if no backup is reported for too long. Both return within
 * seconds and never throw; whether they got through is the answer.
 */
export abstract class Heartbeat {
  abstract succeeded(): Promise<boolean>;
  abstract failed(): Promise<boolean>;
}

/** Where no heartbeat is set up. */
export class NoHeartbeat extends Heartbeat {
  succeeded(): Promise<boolean> {
    return Promise.resolve(true);
  }

  failed(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

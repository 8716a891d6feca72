/** By which door somebody came in. */
export const CHANNELS = ['cli', 'api', 'system'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who asks, and from where: what the audit log keeps of a person. */
export interface Actor {
  /** A user of ours; null for the shell's user and for the system itself. */
  readonly userId: string | null;
  /** User name, or the account's name at a shell; `system` where nobody asked. */
  readonly name: string;
  readonly channel: Channel;
  /** The address that a request came from; null where there was none. */
  readonly address: string | null;
  /** The API token that stood in for the person; null if none did. */
  readonly tokenId: string | null;
}

/** The product itself, at work without being asked. */
export const SYSTEM_ACTOR: Actor = {
  userId: null,
  name: 'system',
  channel: 'system',
  address: null,
  tokenId: null,
};

/** The person at a shell. @param account the operating system's name; null where it is not known */
export function shellActor(account: string | null): Actor {
  return { userId: null, name: account ?? 'shell', channel: 'cli', address: null, tokenId: null };
}

/** Whose rights are not what they were: one session's, one token's, everything of a user, or (a role was edited) anybody's. */
export type AccessChange =
  | { readonly of: 'session'; readonly sessionId: string }
  | { readonly of: 'token'; readonly tokenId: string }
  | { readonly of: 'user'; readonly userId: string }
  | { readonly of: 'everybody' };

/**
 * Tells whoever remembers answers of `AuthenticateRequest` which of them to forget, so that a log-out works with the
 * next request although they are kept for a moment. Within one process: a cache must still forget by itself after a
 * second, for what other processes have changed.
 */
export class AccessChanges {
  readonly #listeners = new Set<(change: AccessChange) => void>();

  /** @param listener must not throw. @returns a function that ends it */
  listen(listener: (change: AccessChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: AccessChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Session } from '@satchel/domain';
import { Clock } from '@satchel/domain';
import { z } from 'zod';
import { DerivedKeys } from './derived-keys.js';

export const ISSUER = 'satchel';
export const AUDIENCE = 'satchel-api';

/** The one algorithm; what a token says about itself is not asked. */
export const ALGORITHM = 'HS256';

const PURPOSE = 'satchel access token';

/** Tokens that are remembered at most; then all are forgotten, and judged anew. */
const MAX_JUDGED = 10_000;

const HEADER = z.object({ alg: z.literal(ALGORITHM), kid: z.string().max(64) });

const CLAIMS = z.object({ sub: z.uuid(), sid: z.uuid(), iat: z.int(), exp: z.int() });

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/** What a token says. */
interface Contents {
  readonly claims: AccessClaims;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One whose signature was right, and the key that it was right by. */
interface Judged extends Contents {
  readonly keyId: string;
  readonly key: Buffer;
}

export interface AccessToken {
  readonly text: string;
  readonly expiresAt: Date;
}

/**
 * Access tokens: JWTs that name a user and a session, good for minutes. They carry no rights: those are looked up for
 * each request, so a change of them need not wait for a token to expire.
 */
@Injectable()
export class AccessTokens {
  /** By the whole text, so that no other text is taken for one of these. */
  readonly #judged = new Map<string, Judged>();

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: DerivedKeys,
    private readonly clock: Clock,
    private readonly lifetimeMs: number,
  ) {}

  async issue({ userId, sessionId }: Session): Promise<AccessToken> {
    const { keyId, secret } = await this.keys.current(PURPOSE);
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    const exp = iat + Math.floor(this.lifetimeMs / 1000);
    const text = await this.jwt.signAsync(
      { sub: userId, sid: sessionId, iat, exp, iss: ISSUER, aud: AUDIENCE },
      { secret: toSecret(secret), algorithm: ALGORITHM, keyid: keyId },
    );
    return { text, expiresAt: new Date(exp * 1000) };
  }

  /** The key that a token says it is signed with, which is today's or an earlier one of ours. @returns null if it is not */
  async keyOf(text: string): Promise<Buffer | null> {
    const keyId = keyIdOf(text);
    return keyId === null ? null : this.#keyById(keyId);
  }

  /** What a token whose signature is ours says. @returns null if it is not whole, or has expired by the product's clock */
  read(payload: unknown): AccessClaims | null {
    const token = contentsOf(payload);
    return token === null || this.#isOver(token.expiresAt) ? null : token.claims;
  }

  /**
   * Remembers a token whose signature, issuer and audience have just been found right: the same text is right again, and
   * its browser sends it with every request. Whether its time is over and its key still known is asked each time.
   */
  async remember(text: string, payload: unknown): Promise<void> {
    const contents = contentsOf(payload);
    const keyId = keyIdOf(text);
    const key = keyId && (await this.#keyById(keyId));
    if (contents === null || keyId === null || !key) return;
    if (this.#judged.size >= MAX_JUDGED) this.#judged.clear();
    this.#judged.set(text, { ...contents, keyId, key });
  }

  /** What a token says that is remembered. @returns null if it is not, has expired, or its key is known no longer */
  async remembered(text: string): Promise<AccessClaims | null> {
    const judged = this.#judged.get(text);
    if (judged === undefined) return null;
    const isGood = !this.#isOver(judged.expiresAt) && (await this.#keyById(judged.keyId)) === judged.key;
    if (isGood) return judged.claims;
    this.#judged.delete(text);
    return null;
  }

  /** Whose token this is, by its signature alone; whether the session still lives is not asked. @returns null if it is not ours */
  async userIdOf(text: string): Promise<string | null> {
    const known = await this.remembered(text);
    if (known !== null) return known.userId;
    const secret = await this.keyOf(text);
    if (secret === null) return null;
    try {
      const payload: unknown = await this.jwt.verifyAsync(text, {
        secret,
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        ignoreExpiration: true,
      });
      return this.read(payload)?.userId ?? null;
    } catch {
      return null;
    }
  }

  async #keyById(keyId: string): Promise<Buffer | null> {
    const key = await this.keys.byId(keyId, PURPOSE);
    return key && toSecret(key.secret);
  }

  #isOver(expiresAt: number): boolean {
    return this.clock.now().getTime() >= expiresAt;
  }
}

function contentsOf(payload: unknown): Contents | null {
  const claims = CLAIMS.safeParse(payload);
  if (!claims.success) return null;
  const { sub, sid, exp } = claims.data;
  return { claims: { userId: sub, sessionId: sid }, expiresAt: exp * 1000 };
}

/** Which key a token says it is signed with. @returns null if it says none, or another algorithm than ours */
function keyIdOf(text: string): string | null {
  const header = HEADER.safeParse(parsePart(text.split('.', 1)[0] ?? ''));
  return header.success ? header.data.kid : null;
}

/**
 * The types of `@nestjs/jwt` and `passport-jwt` know bytes alone, but `jsonwebtoken`, which both hand it to, takes a key object
 * as it is. Bytes it would take for a PEM first, with each request, which costs more than all the rest of checking a token.
 */
function toSecret(key: KeyObject): Buffer {
  return key as unknown as Buffer;
}

function parsePart(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Secret } from '@satchel/domain';

/** Tells people, and programs that look for leaked secrets, what a token is. */
export const TOKEN_PREFIX = 'satchel_pat_';

const SECRET_BYTES = 32;

/** Without those that are taken for another: 0 O, 1 l I. */
const PASSWORD_LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const PASSWORD_GROUPS = 4;
const GROUP_LETTERS = 5;

/** 256 random bits, in base64url. */
export function newRefreshToken(): Secret<string> {
  return new Secret(randomBytes(SECRET_BYTES).toString('base64url'));
}

export function newApiToken(): Secret<string> {
  return new Secret(TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString('base64url'));
}

/** Whether text looks like a token of ours; saves a look into the store for what cannot be one. */
export function isApiToken(text: string): boolean {
  return /^satchel_pat_[A-Za-z0-9_-]{43}$/.test(text);
}

/** What the store keeps of a token. No salt, no cost: nobody guesses 256 random bits. */
export function digestOf(token: Secret<string>): string {
  return `sha256:${createHash('sha256').update(token.reveal()).digest('hex')}`;
}

/** A password of 116 bits that can be read out over a telephone. */
export function newPassword(): Secret<string> {
  const letter = (): string => PASSWORD_LETTERS[randomInt(PASSWORD_LETTERS.length)] ?? '';
  const group = (): string => Array.from({ length: GROUP_LETTERS }, letter).join('');
  return new Secret(Array.from({ length: PASSWORD_GROUPS }, group).join('-'));
}

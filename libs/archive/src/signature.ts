import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing, Origin, PartSummary, Signature, SigningKey } from '@satchel/domain';
import { canonicalJson } from './canonical-json.js';
import type { Members } from './parse-header.js';

/** What a signature is over: a document without `signature`, each part reduced to what tells its rows. */
export interface SignedContent {
  /** Every top-level member but `rows` and `signature`, unknown ones and `digest` included. */
  readonly members: Members;
  readonly parts: readonly PartSummary[];
}

export function signContent(content: SignedContent, key: SigningKey): Signature {
  return {
    keyId: key.keyId,
    algorithm: 'hmac-sha256',
    value: hmacOf(content, key).toString('hex'),
  };
}

/**
 * Says where a document is from. The signature covers the stored digest, the header and the parts' digests, none of
 * which a change of layout touches; so it stays valid in a relaid document, and only there while the bytes differ.
 *
 * @param bytesEqual whether the document's own bytes have the digest that it states
 */
export async function originOf(
  content: SignedContent,
  signature: Signature | null,
  bytesEqual: boolean,
  keyRing: KeyRing,
): Promise<Origin> {
  if (signature === null) return 'foreign';
  const key = await keyRing.byId(signature.keyId);
  if (key === null) return 'foreign';
  const stated = Buffer.from(signature.value, 'hex');
  const computed = hmacOf(content, key);
  if (stated.length !== computed.length || !timingSafeEqual(stated, computed)) return 'altered';
  return bytesEqual ? 'ours' : 'relaid';
}

function hmacOf(content: SignedContent, key: SigningKey): Buffer {
  const hmac = createHmac('sha256', key.secret.reveal());
  const names = [...content.members.keys(), 'rows'].sort();
  let lead = '{';
  for (const name of names) {
    hmac.update(`${lead}${JSON.stringify(name)}:`);
    lead = ',';
    if (name === 'rows') updateWithParts(hmac, content.parts);
    else hmac.update(canonicalJson(content.members.get(name)));
  }
  return hmac.update('}').digest();
}

/** Part by part, so that the text of a million parts is never in memory at once. */
function updateWithParts(hmac: { update(text: string): unknown }, parts: readonly PartSummary[]): void {
  let lead = '[';
  for (const { count, digest, relation } of parts) {
    hmac.update(lead + canonicalJson({ count, digest, relation }));
    lead = ',';
  }
  hmac.update(parts.length === 0 ? '[]' : ']');
}

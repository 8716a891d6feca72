import { KeyRing, Secret } from '@satchel/domain';

/** A key ring with the same key in every process. */
export class OneKey extends KeyRing {
  override current() {
    return Promise.resolve({ keyId: 'key-1', secret: new Secret(new Uint8Array(32).fill(7)) });
  }

  override byId() {
    return this.current();
  }
}

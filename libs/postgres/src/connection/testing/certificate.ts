import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its private key, both PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
}

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
};

/** An authority that lives as long as the test; its certificates hold from 2000 to 2099, whatever the clock says. */
export class TestAuthority {
  readonly #key: KeyObject;
  /** PEM, for `sslrootcert`. */
  readonly certificate: string;

  constructor(private readonly name: string) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const isAuthority = extension(OID.basicConstraints, sequence(Buffer.from('0101ff', 'hex')));
    this.certificate = this.#issue(name, privateKey, isAuthority);
  }

  /** @param host what the certificate is for: a DNS name */
  issue(host: string): IssuedCertificate {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = extension(OID.subjectAltName, sequence(element(0x82, Buffer.from(host, 'ascii'))));
    return {
      certificate: this.#issue(host, privateKey, names),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  #issue(subject: string, key: KeyObject, extensions: Buffer): string {
    const algorithm = sequence(objectId(OID.ecdsaWithSha256));
    const content = sequence(
      element(0xa0, element(0x02, Buffer.from([2]))),
      element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      distinguishedName(this.name),
      sequence(time('20000101000000Z'), time('20991231235959Z')),
      distinguishedName(subject),
      createPublicKey(key).export({ type: 'spki', format: 'der' }),
      element(0xa3, sequence(extensions)),
    );
    const signature = sign('sha256', content, this.#key);
    const der = sequence(content, algorithm, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
    const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

/** DER (X.690): tag, length, content. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function distinguishedName(commonName: string): Buffer {
  const attribute = sequence(objectId(OID.commonName), element(0x0c, Buffer.from(commonName, 'utf8')));
  return sequence(element(0x31, attribute));
}

function time(text: string): Buffer {
  // Up to 2049 a year has two digits (RFC 5280, 4.1.2.5).
  return text < '2050'
    ? element(0x17, Buffer.from(text.slice(2), 'ascii'))
    : element(0x18, Buffer.from(text, 'ascii'));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), element(0x04, value));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressSubject, delayMs, nameSubject } from './sign-in-delay.js';

describe('the delay after failed sign-ins', () => {
  it('begins at the fifth failure, doubles, and ends at a quarter of an hour', () => {
    const seconds = Array.from({ length: 16 }, (_, failures) => delayMs(failures) / 1000);
    expect(seconds).toEqual([0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('never gets shorter, and never longer than a quarter of an hour', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), failures => {
        expect(delayMs(failures + 1)).toBeGreaterThanOrEqual(delayMs(failures));
        expect(delayMs(failures)).toBeLessThanOrEqual(900_000);
      }),
    );
  });
});

describe('what failures are counted by', () => {
  it('is the name without regard to case', () => {
    expect(nameSubject(' Ünal ')).toBe(nameSubject('ÜNAL'));
    expect(nameSubject('asha')).not.toBe(nameSubject('bela'));
  });

  it.each([
    ['192.0.2.7', 'address:192.0.2.7'],
    ['::ffff:192.0.2.7', 'address:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', 'address:2001:db8:1:2::/64'],
    ['2001:db8::1', 'address:2001:db8:0:0::/64'],
    ['::1', 'address:0:0:0:0::/64'],
    ['fe80::1%eth0', 'address:fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', 'address:64:ff9b:0:0::/64'],
    ['unknown', 'address:unknown'],
  ])('is of the address %s %s', (address, subject) => {
    expect(addressSubject(address)).toBe(subject);
  });

  it('is the same for all addresses of an IPv6 network, however they are written', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), fc.tuple(group, group, group, group), (net, host) => {
        const written = [...net, ...host].map(each => each.toString(16)).join(':');
        const padded = [...net, ...host]
          .map(each => each.toString(16).padStart(4, '0'))
          .join(':')
          .toUpperCase();
        const other = [...net, 0, 0, 0, 1].map(each => each.toString(16)).join(':');
        expect(addressSubject(padded)).toBe(addressSubject(written));
        expect(addressSubject(other)).toBe(addressSubject(written));
        const elsewhere = [net[0] ^ 1, ...net.slice(1), ...host].map(each => each.toString(16)).join(':');
        expect(addressSubject(elsewhere)).not.toBe(addressSubject(written));
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { endsOnThisMachine, paysEncoderThread, usefulConnections } from './useful-connections.js';

describe('usefulConnections', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 2],
    [8, 4],
  ])('leaves to a server that shares our machine half of its processors (%i)', (processors, connections) => {
    expect(usefulConnections(16, { processors, isShared: true })).toBe(connections);
  });

  it('never takes more than are asked for', () => {
    expect(usefulConnections(2, { processors: 32, isShared: true })).toBe(2);
  });

  it('takes all that are asked for where the server has a machine of its own', () => {
    expect(usefulConnections(16, { processors: 2, isShared: false })).toBe(16);
  });
});

describe('paysEncoderThread', () => {
  it.each([
    ['two processors and the server', 2, true, 1, false],
    ['three processors and the server', 3, true, 1, true],
    ['three processors and the server, which reads for two connections', 3, true, 2, false],
    ['two processors, and the server on a machine of its own', 2, false, 8, true],
    ['one processor, and the server on a machine of its own', 1, false, 1, false],
  ])('with %s', (_, processors, isShared, connections, expected) => {
    expect(paysEncoderThread(connections, { processors, isShared })).toBe(expected);
  });
});

describe('endsOnThisMachine', () => {
  const here = { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1', localPort: 51234 };
  const elsewhere = { remoteAddress: '192.0.2.7', localAddress: '192.0.2.1', localPort: 51234 };
  const unix = { remoteAddress: undefined, localAddress: undefined, localPort: undefined };

  it.each([
    ['itself', here, { clientAddress: '127.0.0.1', clientPort: 51234 }, true],
    ['itself, by a Unix socket', unix, { clientAddress: null, clientPort: null }, true],
    ['another machine', elsewhere, { clientAddress: '192.0.2.1', clientPort: 51234 }, false],
    ['a tunnel to one', here, { clientAddress: '127.0.0.1', clientPort: 40000 }, false],
    [
      'a tunnel to one that forwards to a network',
      here,
      { clientAddress: '192.0.2.9', clientPort: 51234 },
      false,
    ],
    ['a proxy with a Unix socket here', unix, { clientAddress: '192.0.2.1', clientPort: 40000 }, false],
    ['a proxy before a Unix socket there', here, { clientAddress: null, clientPort: null }, false],
  ])('tells %s', (_, stream, seen, expected) => {
    expect(endsOnThisMachine(stream, seen)).toBe(expected);
  });
});

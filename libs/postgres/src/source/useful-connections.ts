/** The two ends of a socket, of a `net.Socket`'s members; a Unix socket has none. */
export interface SocketEnds {
  readonly remoteAddress?: string | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** Where a connection goes, as the server sees it; both are null for a Unix socket. */
export interface ClientSeen {
  readonly clientAddress: string | null;
  readonly clientPort: number | null;
}

/** The processors of this machine, and whether the server takes its share of them. */
export interface Processors {
  readonly processors: number;
  readonly isShared: boolean;
}

/**
 * How many of the connections that were asked for make a backup faster. On a machine of its own the server gets all of them. Where it
 * shares ours, half of the processors are for it, rounded up: making and packing rows takes as much of them as reading does. Beyond that
 * a connection only takes turns with the others, and costs more than it brings: tables are then read in ranges, past the
 * server's ring buffer.
 */
export function usefulConnections(jobs: number, { processors, isShared }: Processors): number {
  return isShared ? Math.min(jobs, Math.ceil(processors / 2)) : jobs;
}

/**
 * Whether a thread of its own makes rows sooner than the thread that receives and digests them. Compressing is done in
 * another one anyway; a third on two processors, or on what the server leaves of them, waits for the others, and what is handed
 * over to it is copied twice.
 *
 * @param connections that are read at the same time
 */
export function paysEncoderThread(connections: number, { processors, isShared }: Processors): boolean {
  return processors - (isShared ? connections : 0) >= 2;
}

/**
 * Whether a connection's other end is this machine itself. What only looks so is not taken for it: a tunnel, a proxy or a pooler is
 * another client to the server than we are.
 *
 * @param stream the connection's socket, with TLS or without
 */
export function endsOnThisMachine(stream: SocketEnds, seen: ClientSeen): boolean {
  if (stream.remoteAddress === undefined) return seen.clientAddress === null;
  return (
    stream.remoteAddress === stream.localAddress &&
    seen.clientAddress === stream.localAddress &&
    seen.clientPort === stream.localPort
  );
}

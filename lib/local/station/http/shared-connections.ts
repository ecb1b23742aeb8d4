/** No one client takes all connections of the station: whoever opens more than a share has the newest closed. */
import type { Server, Socket } from 'node:net';
import { type AddressRanges, plainAddress } from '../../../net/address-ranges.ts';
import { networkOf } from '../access/attempt-limit.ts';

export interface ConnectionShare {
  /** Connections of one client at a time; of a proxy any number, as it stands for many. */
  readonly most: number;
  readonly proxies: AddressRanges;
}

export function shareConnections(server: Server, { most, proxies }: ConnectionShare): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress ?? '') ?? 'unknown';
    if (proxies.has(peer)) return;
    const client = networkOf(peer);
    const count = open.get(client) ?? 0;
    if (count >= most) {
      socket.destroy();
      return;
    }
    open.set(client, count + 1);
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  });
}

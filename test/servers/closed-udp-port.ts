import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A UDP port of 127.0.0.1 that nobody has: the kernel answers with ICMP port-unreachable. It is below those that the kernel
 * gives away (ip_local_port_range, from 32768), so that no client of another test gets it meanwhile.
 */
export async function closedUdpPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    const isFree = await once(socket, 'listening').then(
      () => true,
      () => false,
    );
    socket.close();
    await once(socket, 'close');
    if (isFree) return port;
  }
}

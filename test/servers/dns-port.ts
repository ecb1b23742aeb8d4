import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/**
 * One port of 127.0.0.1 for TCP and UDP, as DNS has it. A free one of TCP may be somebody's of UDP: then another is tried.
 *
 * @param port 0: a free one
 */
export async function bindDnsPort(
  port = 0,
): Promise<{ readonly tcp: Server; readonly udp: Socket; readonly port: number }> {
  for (;;) {
    const tcp = createServer().listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    const bound = (tcp.address() as AddressInfo).port;
    const udp = createSocket('udp4');
    udp.bind(bound, '127.0.0.1');
    try {
      await once(udp, 'listening');
      return { tcp, udp, port: bound };
    } catch (error) {
      udp.close();
      tcp.close();
      await once(tcp, 'close');
      if (port !== 0) throw error;
    }
  }
}

/**
 * Runs inside the namespace: a name server, a web server on the public addresses whose every host redirects somewhere
 * else, and traps on the forbidden addresses. The plan comes as JSON in the first argument; what the traps saw is told
 * on standard output when standard input ends.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { startDnsServer, type Zone } from '../../servers/dns-server.ts';

export interface SitePlan {
  readonly zone: Zone;
  readonly web: readonly string[];
  /** Location that a host redirects to. */
  readonly locations: Readonly<Record<string, string>>;
  readonly traps: readonly { readonly address: string; readonly ports: readonly number[] }[];
}

const { zone, web, locations, traps } = JSON.parse(process.argv[2] ?? '') as SitePlan;
const seen: string[] = [];

async function listen(address: string, port: number, serve: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  server.listen({ host: address, port, ipv6Only: true });
  await once(server, 'listening');
}

const redirect = (socket: Socket): void => {
  socket.on('data', (chunk) => {
    const host = /^host: *([^:\r\n]+)/im.exec(chunk.toString('latin1'))?.[1] ?? '';
    const location = locations[host];
    const head = location === undefined ? 'HTTP/1.1 200 OK' : `HTTP/1.1 302 Found\r\nLocation: ${location}`;
    socket.end(`${head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
};

for (const address of web) await listen(address, 80, redirect);
for (const { address, ports } of traps) {
  for (const port of ports) {
    await listen(address, port, (socket) => {
      seen.push(`${address} ${port}/tcp`);
      socket.destroy();
    });
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    udp.on('message', () => seen.push(`${address} ${port}/udp`));
    udp.bind(port, address);
    await once(udp, 'listening');
  }
}
const dns = await startDnsServer(zone);
process.stdout.write(`${dns.address}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);

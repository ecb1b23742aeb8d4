import { createServer, type Server } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { decode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { openerFor } from '../../../lib/kinds/tcp/openers.ts';
import { readBytes } from '../../../lib/net/read.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { testContext } from '../../servers/probe-context.ts';

const randomHex = (bytes: number): string => 'ab'.repeat(bytes);
const opener = (port: number, host = 'www.example.com') => {
  const { bytes } = openerFor(port, host, undefined, randomHex);
  return Buffer.from(bytes ?? []);
};

describe('openers of the tcp probe', () => {
  it.each([21, 22, 23, 25, 110, 143, 587, 3306, 5900])('never speaks first on port %i', (port) => {
    expect(openerFor(port, 'h', undefined, randomHex)).toEqual({ name: 'none', graceMs: 0 });
  });

  it.each([
    [5432, '0000000804d2162f'],
    [6379, '50494e470d0a'],
    [3389, '030000130ee000000000000100080003000000'],
    [5672, '414d515000000901'],
  ])('sends the first message of the protocol of port %i', (port, hex) => {
    expect(opener(port).toString('hex')).toBe(hex);
  });

  it('waits before it speaks to a service that nothing is known of', () => {
    const { graceMs, bytes } = openerFor(4444, 'h', undefined, randomHex);
    expect(graceMs).toBe(1_000);
    expect(Buffer.from(bytes ?? []).toString()).toBe('\r\n\r\n');
  });

  it.each([
    [80, 'www.example.com', 'Host: www.example.com\r\n'],
    [8080, '2001:db8::1', 'Host: [2001:db8::1]:8080\r\n'],
  ])('asks an HTTP port for its headers alone', (port, host, line) => {
    const request = opener(port, host).toString();
    expect(request).toMatch(/^HEAD \/ HTTP\/1\.1\r\n/);
    expect(request).toContain(line);
    expect(request).toMatch(/\r\n\r\n$/);
  });

  it('asks DNS over TCP for the name servers of the root', () => {
    const bytes = opener(53);
    expect(bytes.readUInt16BE(0)).toBe(bytes.length - 2);
    expect(decode(bytes.subarray(2)).questions).toEqual([{ name: '.', type: 'NS', class: 'IN' }]);
  });

  it('asks LDAP for the root DSE in well-formed BER', () => {
    const bytes = opener(389);
    expect(bytes[0]).toBe(0x30);
    expect(bytes[1]).toBe(bytes.length - 2);
    expect(bytes.subarray(5, 6).toString('hex')).toBe('63');
    expect(bytes.toString('latin1')).toContain('objectClass');
  });

  it.each([
    [445, (bytes: Buffer) => bytes.readUInt32BE(0) + 4],
    [1433, (bytes: Buffer) => bytes.readUInt16BE(2)],
    [27017, (bytes: Buffer) => bytes.readInt32LE(0)],
  ])('states the right length in the message for port %i', (port, lengthOf) => {
    const bytes = opener(port);
    expect(lengthOf(bytes)).toBe(bytes.length);
  });

  it('knocks with a ClientHello that OpenSSL answers with a ServerHello', async () => {
    const authority = await createAuthority();
    const issued = await authority.issue({ names: ['www.example.com'] });
    let servername: string | undefined;
    const secureContext = createSecureContext({ key: issued.key, cert: issued.cert });
    const server: Server = createServer((socket) => {
      const tls = new TLSSocket(socket, {
        isServer: true,
        secureContext,
        SNICallback: (name, done) => {
          servername = name;
          done(null, secureContext);
        },
      });
      tls.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const context = testContext();
    const dialled = await context.dial('127.0.0.1', port, { timeoutMs: 2_000 });
    if (!dialled.ok) throw new Error(dialled.result.status);
    dialled.socket.write(opener(443));
    const { bytes } = await readBytes(dialled.socket, {
      timeoutMs: 2_000,
      maxBytes: 100,
      deadline: context.deadline,
    });
    dialled.socket.destroy();
    server.close();
    // A handshake record (22) whose first message is a ServerHello (2).
    expect([bytes[0], bytes[5]]).toEqual([22, 2]);
    expect(servername).toBe('www.example.com');
  });
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { CHAIN_LIMIT } from '../../../lib/kinds/connection/tls-chain.ts';
import { handshake } from '../../../lib/kinds/connection/tls-handshake.ts';
import { createAuthority, createCertificate } from '../../certificates/authority.ts';
import { testContext } from '../../servers/probe-context.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from './scenario.ts';

const root = await createAuthority();
const middle = await root.intermediate();
const { key, cert, chain } = await middle.issue({ names: ['www.test', 'localhost'], ip: ['127.0.0.1'] });
const anchors = [root.root];

test('a healthy server: version, cipher, chain, names, trust, times and both sides of the exchange', async () => {
  const port = await tlsServer({ key, cert: chain });
  const { observation, tls, finding } = await observeTls(port, { anchors, spec: { oldProtocols: true } });
  expect(tls).toMatchObject({
    handshake: { status: 'complete' },
    servername: 'www.test',
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    oldestProtocol: 'TLSv1.2',
    nameMatch: { ok: true },
    trust: { status: 'anchored', anchor: 'CN=Inbound Check Test Root', path: [0, 1] },
  });
  expect(tls.chain?.map(({ subject }) => subject)).toEqual(['CN=www.test', 'CN=Inbound Check Test CA 1']);
  expect(observation.timings).toMatchObject({ connect: expect.any(Number), tls: expect.any(Number) });
  expect(observation.localAddress).toBe('127.0.0.1');
  expect(observation.exchange.map(({ dir }) => dir)).toEqual(['event', 'sent', 'received', 'event']);
  expect(observation.exchange[1]?.text).toBe('ClientHello: TLS 1.0 to 1.3, server name www.test');
  expect(finding.summary).toMatch(/speaks TLSv1\.3, its certificate is valid for 89 more days/);
});

test('a trusted root that was not sent is not in the chain', async () => {
  const { tls } = await observeTls(await tlsServer({ key, cert: chain }), { anchors });
  expect(tls.chain).toHaveLength(2);
});

test('the server sees a handshake that was completed and a connection that was closed', async () => {
  const server = createServer({ key, cert: chain });
  const seen = new Promise<string>((resolve) => {
    server.on('tlsClientError', (error) => resolve(error.message));
    server.on('secureConnection', (socket) => {
      socket.on('error', (error) => resolve(error.message));
      socket.on('end', () => resolve('completed and closed'));
      socket.resume();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await observeTls((server.address() as AddressInfo).port, { anchors });
  expect(await seen).toBe('completed and closed');
  server.close();
});

test('a chain that is known does not replace a shorter one with the same leaf', async () => {
  const whole = await tlsServer({ key, cert: chain });
  const short = await tlsServer({ key, cert });
  const statuses = [];
  for (const port of [whole, short, whole, short]) {
    const { tls } = await observeTls(port, { anchors });
    statuses.push(tls.trust?.status);
  }
  expect(statuses).toEqual(['anchored', 'issuer-missing', 'anchored', 'issuer-missing']);
});

test('the same chain is judged again under other anchors', async () => {
  const port = await tlsServer({ key, cert: chain });
  expect((await observeTls(port, { anchors })).tls.trust?.status).toBe('anchored');
  expect((await observeTls(port)).tls.trust?.status).toBe('issuer-missing');
});

test('SNI chooses the site, and an address sends none', async () => {
  const asked: string[] = [];
  const port = await tlsServer({
    key,
    cert: chain,
    SNICallback: (name, done) => {
      asked.push(name);
      done(null);
    },
  });
  await observeTls(port, { anchors, spec: { oldProtocols: true } });
  expect(new Set(asked)).toEqual(new Set(['www.test']));
  asked.length = 0;
  const { tls, faults } = await observeTls(port, {
    anchors,
    host: '127.0.0.1',
    spec: { oldProtocols: true },
  });
  expect(asked).toEqual([]);
  expect(tls.servername).toBeUndefined();
  expect(tls.nameMatch).toEqual({ ok: true });
  expect(faults).toEqual([]);
});

test('ALPN is reported, and a server that speaks nothing offered answers with alert 120', async () => {
  const port = await tlsServer({ key, cert: chain, ALPNProtocols: ['h2'] });
  const shake = async (alpn: readonly string[]) => {
    const context = testContext();
    const dialled = await context.dial('127.0.0.1', port, { timeoutMs: 1_000 });
    if (!dialled.ok) throw new Error('no connection');
    const { result, socket } = await handshake(
      dialled.socket,
      { host: 'www.test', timeoutMs: 1_000, alpn },
      context,
    );
    socket?.destroy();
    return result;
  };
  expect(await shake(['h2', 'http/1.1'])).toMatchObject({ alpn: 'h2', handshake: { status: 'complete' } });
  expect(await shake(['http/1.1'])).toMatchObject({ handshake: { status: 'alert', number: 120 } });
});

test('a stapled OCSP response is measured, and satisfies must-staple', async () => {
  const must = await middle.issue({ names: ['www.test'], mustStaple: true });
  const server = createServer({ key: must.key, cert: must.chain }, (socket) => socket.on('error', () => {}));
  server.on('OCSPRequest', (_certificate, _issuer, done: (error: null, response: Buffer) => void) =>
    done(null, Buffer.alloc(471, 1)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = await observeTls((server.address() as AddressInfo).port, { anchors });
  server.close();
  expect(seen.tls.ocspStapledBytes).toBe(471);
  expect(seen.tls.mustStaple).toBe(true);
  expect(seen.faults).toEqual([]);
});

test('of a chain of 102 certificates sixteen are kept and all are counted', async () => {
  const stuffing = Array.from(
    { length: 100 },
    (_, n) => createCertificate({ subject: `stuffing ${n}` }).cert,
  );
  const { tls, state } = await observeTls(await tlsServer({ key, cert: chain + stuffing.join('') }), {
    anchors,
  });
  expect(tls.chain).toHaveLength(CHAIN_LIMIT);
  expect(tls.chainLength).toBe(102);
  expect(state).toBe('open');
});

test('a certificate with 1,000 names is bounded in the finding too', async () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `n${n}.example`);
  const many = await middle.issue({ names });
  const seen = await observeTls(await tlsServer({ key: many.key, cert: many.chain }), { anchors });
  expect(seen.faults).toEqual(['tls.cert-name-mismatch fail']);
  expect(seen.tls.nameMatch?.reason?.length).toBeLessThanOrEqual(300);
  expect(seen.finding.summary.length).toBeLessThan(500);
});

test('the end of the run ends the handshake', async () => {
  const end = new AbortController();
  const context = { ...testContext({ deadline: end.signal }) };
  const { listen, silent } = await import('../../servers/tcp-peers.ts');
  const peer = await listen(silent);
  const dialled = await context.dial('127.0.0.1', peer.port, { timeoutMs: 1_000 });
  if (!dialled.ok) throw new Error('no connection');
  const shaking = handshake(dialled.socket, { host: 'www.test', timeoutMs: 10_000 }, context);
  end.abort();
  expect((await shaking).result.handshake).toEqual({ status: 'deadline' });
  await peer.close();
});

test('the socket of a completed handshake is ready to use', async () => {
  const port = await tlsServer({ key, cert: chain }, (socket) => socket.end('hello'));
  const context = { ...testContext(), trustAnchors: anchors };
  const dialled = await context.dial('127.0.0.1', port, { timeoutMs: 1_000 });
  if (!dialled.ok) throw new Error('no connection');
  const { socket } = await handshake(dialled.socket, { host: 'www.test', timeoutMs: 1_000 }, context);
  if (!socket) throw new Error('no handshake');
  const [data] = (await once(socket, 'data')) as [Buffer];
  expect(data.toString()).toBe('hello');
  socket.destroy();
});

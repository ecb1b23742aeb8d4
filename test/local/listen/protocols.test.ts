/** Each protocol of a listener's port, over real sockets; every proof is judged as the prober judges it. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Challenge,
  challengeText,
  judgeProof,
  readProof,
  runKey,
  sessionExporter,
} from '../../../lib/kinds/listener/proof.ts';
import { createCertificate } from '../../../lib/local/demo/certificate.ts';
import { listenSilent } from '../../cli/listeners.ts';
import { code, dial, dialTls, exchange, NOTICE, readAll, readUntil, start } from './started-listener.ts';

const challenge: Challenge = { run: '0123456789abcdef', nonce: '00112233445566778899aabbccddeeff' };
const text = challengeText(challenge);
const key = runKey(code, challenge.run);
const get = (path: string, method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: test\r\n\r\n`;
const judged = (answer: string, exporter?: Buffer, of = challenge) => {
  const proof = readProof(answer);
  return proof && { ...proof, judgement: judgeProof(key, of, proof, exporter) };
};

describe('plain connections', () => {
  it('HTTP: the proof is the body, and nobody may cache it', async () => {
    const { port, next } = await start();
    const answer = await exchange(port, get(`/a/b/${text}/tango-lima-47`));
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    for (const field of [
      'Content-Type: text/plain; charset=us-ascii',
      'Connection: close',
      'Cache-Control: no-store',
    ])
      expect(head.split('\r\n')).toContain(field);
    expect(head).toContain(`Content-Length: ${body.length}`);
    expect(body).toMatch(/^icl1 [^\n]*\n$/);
    const arrival = await next();
    expect(arrival).toMatchObject({ what: 'challenge', over: 'http', port, ...challenge });
    expect(judged(body)).toMatchObject({
      judgement: 'proven',
      destination: `127.0.0.1:${port}`,
      source: arrival.remote,
    });
    expect(judged(body)).not.toHaveProperty('tlsMac');
  });

  it('a bare line', async () => {
    const { port, next } = await start();
    expect(judged(await exchange(port, `${text} tango-lima-47\r\n`))).toMatchObject({ judgement: 'proven' });
    expect(await next()).toMatchObject({ what: 'challenge', over: 'line', ...challenge });
  });

  it('a bare line without its end, when the client has closed its side', async () => {
    const { port } = await start();
    expect(judged(await exchange(port, text, { half: true }))).toMatchObject({ judgement: 'proven' });
  });

  it('in pieces of one byte', async () => {
    const { port } = await start();
    const socket = (await dial(port)).setNoDelay();
    const answer = readAll(socket);
    for (const byte of get(`/${text}`)) socket.write(byte);
    expect(judged(await answer)).toMatchObject({ judgement: 'proven' });
  });

  it('SMTP: the proof is the last line of the answer to EHLO', async () => {
    const { port, next } = await start('smtp');
    const socket = await dial(port);
    expect(await readUntil(socket, /\n$/)).toBe('220 host.test ESMTP Inbound Check test listener\r\n');
    socket.write(`EHLO x.${text}.invalid\r\n`);
    const answer = await readUntil(socket, /^250 [^\n]*\n/m);
    expect(answer).toMatch(/^250-host\.test\r\n250 icl1 [^\r\n]*\r\n$/);
    expect(judged(answer)).toMatchObject({ judgement: 'proven', destination: `127.0.0.1:${port}` });
    expect(await next()).toMatchObject({ what: 'challenge', over: 'smtp', ...challenge });
    socket.write('MAIL FROM:<>\r\n');
    expect(await readUntil(socket, /\n$/)).toMatch(/^550 5\.7\.1 no mail is taken here/);
    socket.write('STARTTLS\r\n');
    expect(await readUntil(socket, /\n$/)).toMatch(/^500 /);
    socket.write('QUIT\r\n');
    expect(await readAll(socket)).toMatch(/^221 /);
  });

  it('an IPv4 client of an IPv6 socket is an IPv4 client', async () => {
    const { port, next } = await start('any', { bind: '::' });
    expect(judged(await exchange(port, `${text}\n`))).toMatchObject({
      judgement: 'proven',
      destination: `127.0.0.1:${port}`,
    });
    expect((await next()).remote).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it.runIf(process.platform === 'linux')(
    'a port that another program has on loopback alone is opened on the other addresses',
    async () => {
      // A mail server for local programs; the host's address is one that Linux has without asking.
      const taken = await listenSilent();
      const { listener, port } = await start('any', {
        ports: [{ port: taken, role: 'any' }],
        addresses: ['127.0.0.2'],
      });
      expect(listener.ports).toEqual([
        { port: taken, role: 'any', state: 'listening', addresses: ['127.0.0.2'] },
      ]);
      expect(judged(await exchange(port, `${text}\n`, { host: '127.0.0.2' }))).toMatchObject({
        judgement: 'proven',
        destination: `127.0.0.2:${taken}`,
      });
    },
  );

  it('an IPv6 address is in brackets', async () => {
    const { port, next } = await start('any', { bind: '::1' });
    const proof = judged(await exchange(port, `${text}\n`, { host: '::1' }));
    expect(proof).toMatchObject({ judgement: 'proven', destination: `[::1]:${port}` });
    expect((await next()).remote).toBe(proof?.source);
  });
});

describe('TLS on any port', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: the proof covers the session', async (version) => {
    const { port, next } = await start();
    const socket = await dialTls(port, { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    const exporter = sessionExporter(socket);
    socket.write(get(`/${text}/tango-lima-47`));
    const answer = await readAll(socket);
    expect(judged(answer, exporter)).toMatchObject({ judgement: 'proven' });
    expect(judged(answer, Buffer.alloc(32))).toMatchObject({ judgement: 'other-session' });
    expect(await next()).toMatchObject({ what: 'challenge', over: 'https' });
  });

  it('a line in TLS', async () => {
    const { port, next } = await start();
    const socket = await dialTls(port);
    const exporter = sessionExporter(socket);
    socket.write(`${text}\n`);
    expect(judged(await readAll(socket), exporter)).toMatchObject({ judgement: 'proven' });
    expect(await next()).toMatchObject({ what: 'challenge', over: 'tls-line' });
  });

  it('a ClientHello whose first byte comes alone', async () => {
    const { port } = await start();
    const proxied = await dial(port);
    const server: Server = createServer((client) => {
      client.once('data', (hello: Buffer) => {
        proxied.setNoDelay().write(hello.subarray(0, 1));
        // In a segment of its own: the next turn of the loop would be enough, one more does no harm.
        setImmediate(() => {
          proxied.write(hello.subarray(1));
          pipeline(client, proxied, client, () => undefined);
        });
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const socket = await dialTls(typeof address === 'object' ? (address?.port ?? 0) : 0);
    const exporter = sessionExporter(socket);
    socket.write(get(`/${text}`));
    expect(judged(await readAll(socket), exporter)).toMatchObject({ judgement: 'proven' });
  });

  it('465: SMTP in TLS', async () => {
    const { port, next } = await start('smtps');
    const socket = await dialTls(port);
    const exporter = sessionExporter(socket);
    await readUntil(socket, /^220 [^\n]*\n/m);
    socket.write(`EHLO x.${text}.invalid\r\n`);
    expect(judged(await readUntil(socket, /^250 [^\n]*\n/m), exporter)).toMatchObject({
      judgement: 'proven',
    });
    expect(await next()).toMatchObject({ what: 'challenge', over: 'smtps' });
    socket.destroy();
  });

  it('a proxy that ends TLS on the way shows: the proof is of another session', async () => {
    const { port } = await start();
    const { key: privateKey, cert } = createCertificate({ names: ['proxy.test'] });
    const secureContext = createSecureContext({ key: privateKey, cert });
    const proxy = createServer((client) => {
      const outer = new TLSSocket(client, { isServer: true, secureContext });
      void dialTls(port).then((inner) => pipeline(outer, inner, outer, () => undefined));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await once(proxy, 'listening');
    const address = proxy.address();
    const socket = await dialTls(typeof address === 'object' ? (address?.port ?? 0) : 0);
    const exporter = sessionExporter(socket);
    socket.write(get(`/${text}`));
    expect(judged(await readAll(socket), exporter)).toMatchObject({ judgement: 'other-session' });
  });
});

describe('what is no challenge', () => {
  it.each([
    ['another path', get('/')],
    ['a challenge in a header alone', `GET / HTTP/1.1\r\nX-Test: ${text}\r\n\r\n`],
    ['a challenge with one digit less', get(`/${text.slice(0, -1)}`)],
  ])('HTTP, %s: says what this is, and no proof', async (_, request) => {
    const { port, next } = await start();
    const answer = await exchange(port, request);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.split('\r\n\r\n')[1]).toBe(`${NOTICE}\n`);
    expect(await next()).toMatchObject({ what: 'no-challenge', first: request.split('\r\n')[0] });
  });

  it('a line: the same words', async () => {
    const { port, next } = await start();
    expect(await exchange(port, 'SSH-2.0-scanner\r\n')).toBe(`${NOTICE}\r\n`);
    expect(await next()).toMatchObject({ what: 'no-challenge', first: 'SSH-2.0-scanner' });
  });

  it('HEAD has no body', async () => {
    const { port } = await start();
    expect(await exchange(port, get('/', 'HEAD'))).toMatch(/\r\nContent-Length: \d+\r\n[\s\S]*\r\n\r\n$/);
  });

  it('EHLO with another name: an ordinary answer', async () => {
    const { port, next } = await start('smtp');
    const answer = await exchange(port, 'EHLO scanner.test\r\nQUIT\r\n');
    expect(answer).toMatch(/^220 [^\n]*\n250-host\.test\r\n250 HELP\r\n221 /);
    expect(await next()).toMatchObject({ what: 'no-challenge', first: 'EHLO scanner.test' });
  });

  it('plain text where TLS should begin gets no greeting', async () => {
    const { port } = await start('smtps');
    expect(await exchange(port, 'EHLO scanner.test\r\n')).toBe(`${NOTICE}\r\n`);
  });

  it('a handshake that is not finished', async () => {
    const { port, next } = await start();
    const socket = await dial(port);
    socket.end(Buffer.from('1603010005010000010000', 'hex'));
    expect(await next()).toMatchObject({ what: 'tls-failed' });
    socket.destroy();
  });

  it('--health is answered with ok, and tells nobody', async () => {
    const { port, listener, next } = await start('any', { health: '/up' });
    expect(await exchange(port, get('/up?probe=1'))).toMatch(/ 200 OK\r\n[\s\S]*\r\n\r\nok\n$/);
    expect((await exchange(port, get('/up/'))).endsWith(`${NOTICE}\n`)).toBe(true);
    expect(listener.counts()).toMatchObject([{ connections: 2, health: 1, proofs: 0 }]);
    // The first that is told is the other one.
    expect(await next()).toMatchObject({ what: 'no-challenge', first: 'GET /up/ HTTP/1.1' });
  });
});

describe('replay', () => {
  it('an old answer proves nothing for a new nonce', async () => {
    const { port } = await start();
    const old = await exchange(port, `${text}\n`);
    const next = { ...challenge, nonce: 'ffeeddccbbaa99887766554433221100' };
    expect(judged(old, undefined, challenge)).toMatchObject({ judgement: 'proven' });
    expect(judged(old, undefined, next)).toMatchObject({ judgement: 'wrong' });
  });

  it('a listener with another code gives a proof that is wrong', async () => {
    const { port } = await start('any', {
      code: 'ZZZZZZZZZZZZZZZZ' as typeof code,
    });
    expect(judged(await exchange(port, `${text}\n`))).toMatchObject({ judgement: 'wrong' });
  });
});

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookNetwork } from '../../../lib/service/alerts/guarded-connector.ts';
import { createWebhookNetwork } from '../../../lib/service/alerts/network.ts';
import { type Posted, post } from '../../../lib/service/alerts/post.ts';
import { type Authority, createAuthority } from '../../certificates/authority.ts';
import { type DnsServer, startDnsServer } from '../../servers/dns-server.ts';
import { type Answer, answering, startReceiver } from './receiver.ts';

const NOW = Date.parse('2026-11-25T01:00:00Z');
const request = { headers: { 'content-type': 'application/json', 'x-mark': '1' }, body: '{"a":1}' };
const within = (timeoutMs = 5_000) => ({ timeoutMs, now: NOW });
const local = createWebhookNetwork({ allowPrivate: true, servers: ['127.0.0.1:1'] });

let dns: DnsServer;
let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
  dns = await startDnsServer({
    'hooks.test': { A: ['127.0.0.1'] },
    'other.test': { A: ['127.0.0.1'] },
    'inside.test': { A: ['10.0.0.1'] },
    'metadata.test': { A: ['169.254.169.254'] },
    'both.test': { A: ['93.184.215.14', '127.0.0.1'] },
    'mapped.test': { AAAA: ['::ffff:127.0.0.1'] },
    'rebinding.test': { A: ['93.184.215.14'], laterA: ['127.0.0.1'] },
    'empty.test': {},
  });
});
afterAll(() => dns.close());

const named = (allowPrivate: boolean) =>
  createWebhookNetwork({ allowPrivate, servers: [dns.address], trustAnchors: [authority.root] });

/** No packet leaves: what would be dialled is kept instead. */
function watching(network: WebhookNetwork) {
  const dialled: string[] = [];
  const dial: WebhookNetwork['dial'] = async (address) => {
    dialled.push(address);
    return { ok: false, result: { status: 'timeout' }, ms: 1 };
  };
  return { watched: { ...network, dial }, dialled };
}

async function posted(answer: Answer, timeoutMs?: number): Promise<Posted> {
  const { port } = await startReceiver(answer);
  return post(local, `http://127.0.0.1:${port}/`, request, within(timeoutMs));
}

describe('a webhook that is reached', () => {
  it('gets the request as it was made, with path and query', async () => {
    const receiver = await startReceiver(answering(200, {}, 'ok'));
    const url = `http://127.0.0.1:${receiver.port}/services/T/B?x=%2F`;
    expect(await post(local, url, request, within())).toEqual({
      status: 'answered',
      code: 200,
      excerpt: 'ok',
    });
    expect(receiver.got).toMatchObject([
      {
        method: 'POST',
        path: '/services/T/B?x=%2F',
        headers: { 'x-mark': '1', host: `127.0.0.1:${receiver.port}`, 'content-length': '7' },
        body: '{"a":1}',
      },
    ]);
  });

  it('is reached over TLS with its name, and its certificate is verified', async () => {
    const receiver = await startReceiver(answering(204), await authority.issue({ names: ['hooks.test'] }));
    const at = (host: string) => `https://${host}:${receiver.port}/secret-path`;
    expect(await post(named(true), at('hooks.test'), request, within())).toMatchObject({ code: 204 });
    expect(await post(named(true), at('other.test'), request, within())).toEqual({
      status: 'unanswered',
      message: 'its certificate is not valid for it (ERR_TLS_CERT_ALTNAME_INVALID)',
      passing: false,
    });
    const withoutAnchor = createWebhookNetwork({ allowPrivate: true, servers: [dns.address] });
    expect(await post(withoutAnchor, at('hooks.test'), request, within())).toMatchObject({
      message: expect.stringContaining('its certificate is not valid for it'),
      passing: false,
    });
    expect(receiver.got).toHaveLength(1);
  });

  it('may answer with a redirect, which is not followed', async () => {
    const target = await startReceiver(answering(200));
    const location = `http://127.0.0.1:${target.port}/`;
    for (const code of [301, 302, 307, 308])
      expect(await posted(answering(code, { location }))).toMatchObject({ status: 'answered', code });
    expect(target.connections()).toBe(0);
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 01:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2020 01:00:30 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', undefined],
    ['-5', 0],
  ])('may ask for a pause: %s', async (value, retryAfterMs) => {
    const answer = await posted(answering(429, { 'retry-after': value }));
    expect(answer).toMatchObject({ code: 429 });
    expect('retryAfterMs' in answer ? answer.retryAfterMs : undefined).toBe(retryAfterMs);
  });

  it('may answer without end: the beginning counts', async () => {
    const endless = await posted((response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed && response.write('x'.repeat(65_536))) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    expect(endless).toMatchObject({ status: 'answered', code: 200 });
    expect('excerpt' in endless && endless.excerpt).toMatch(/^x{199}…$/);
  });

  it('may break its answer off: the status counts', async () => {
    const broken = await posted((response) => {
      response.writeHead(500, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    expect(broken).toMatchObject({ status: 'answered', code: 500 });
  });

  it('has what it says shown as text', async () => {
    expect(await posted(answering(400, {}, '\u001b[31mno_text\u0000'))).toMatchObject({
      excerpt: '\\x1b[31mno_text\\x00',
    });
  });
});

describe('a webhook that does not answer', () => {
  it.each([
    ['takes the request and says nothing', () => undefined],
    [
      'sends a header a second',
      (response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => response.socket?.write('x: y\r\n'), 20);
        response.socket?.on('close', () => clearInterval(timer));
      },
    ],
  ] as [string, Answer][])('is given up in time: it %s', async (_, answer) => {
    expect(await posted(answer, 300)).toEqual({
      status: 'unanswered',
      message: 'no answer in time',
      passing: true,
    });
  });

  it('may close, or answer what is no HTTP or more headers than anybody needs', async () => {
    for (const text of [
      '',
      '220 mail.example.com ESMTP\r\n',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`,
    ])
      expect(await posted((response) => void response.socket?.end(text))).toMatchObject({
        status: 'unanswered',
        message: expect.stringMatching(
          /^no answer \((UND_ERR_SOCKET|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)\)$/,
        ),
        passing: true,
      });
  });

  it('may speak no TLS, or take the connection and stay silent', async () => {
    const plain = await startReceiver(answering(200));
    expect(await post(local, `https://127.0.0.1:${plain.port}/`, request, within())).toMatchObject({
      message: expect.stringMatching(/^(TLS failed \(\w+\)|closed during the TLS handshake)$/),
      passing: true,
    });
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    expect(await post(local, `https://127.0.0.1:${port}/`, request, within(300))).toMatchObject({
      status: 'unanswered',
      passing: true,
    });
    silent.close();
  });

  it('may refuse the connection, or have no address: both may pass', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    expect(await post(local, `http://127.0.0.1:${port}/`, request, within())).toEqual({
      status: 'unanswered',
      message: 'no connection (refused)',
      passing: true,
    });
    for (const [host, codes] of [
      ['absent.test', 'NXDOMAIN'],
      ['empty.test', 'NODATA'],
    ])
      expect(await post(named(true), `http://${host}/`, request, within())).toEqual({
        status: 'unanswered',
        message: `its name has no address (${codes})`,
        passing: true,
      });
  });
});

describe('the address guard', () => {
  it.each([
    ['hooks.test', 'loopback'],
    ['inside.test', 'private (RFC 1918)'],
    ['metadata.test', 'cloud metadata'],
    ['mapped.test', 'IPv4-mapped'],
    ['127.0.0.1', 'loopback'],
    ['[::1]', 'loopback'],
    ['localhost', 'loopback'],
  ])('keeps %s from being dialled, after its name was looked up', async (host, range) => {
    const receiver = await startReceiver(answering(200));
    const answer = await post(named(false), `http://${host}:${receiver.port}/`, request, within());
    expect(answer).toMatchObject({ status: 'unanswered', passing: false });
    expect('message' in answer && answer.message).toContain(range);
    expect(receiver.connections()).toBe(0);
  });

  it('refuses a name as a whole when one of its addresses leads inside', async () => {
    const { watched, dialled } = watching(named(false));
    expect(await post(watched, 'https://both.test/', request, within())).toMatchObject({
      message: 'its address is not one of the internet (loopback)',
      passing: false,
    });
    expect(dialled).toEqual([]);
  });

  it('dials the address that was judged: a name that changes meanwhile gets nothing', async () => {
    const { watched, dialled } = watching(named(false));
    const url = 'https://rebinding.test/';
    expect(await post(watched, url, request, within())).toMatchObject({ message: 'no connection (timeout)' });
    expect(dialled).toEqual(['93.184.215.14']);
    // The next sending looks again, and judges again.
    const later = watching(named(false));
    expect(await post(later.watched, url, request, within())).toMatchObject({ passing: false });
    expect(later.dialled).toEqual([]);
  });
});

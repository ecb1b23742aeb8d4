import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../../lib/local/demo/certificate.ts';
import { createOwnership } from '../../../lib/service/ownership/handler.ts';
import { proveHosts } from '../../../lib/service/ownership/prove.ts';
import { startDnsServer, type Zone } from '../../servers/dns-server.ts';
import { testContext } from '../../servers/probe-context.ts';
import { invocation, memoryTelemetry } from '../runs/ports.ts';

const CHALLENGE = '0123456789abcdef0123456789abcdef';
const TXT = { TXT: ['v=spf1 -all', `inbound-check=${CHALLENGE}`] };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function dns(zone: Zone) {
  const server = await startDnsServer(zone);
  closing.push(server.close);
  return server;
}

async function web(answer: RequestListener, tls = false): Promise<number> {
  const server = tls
    ? createTlsServer(createCertificate({ subject: 'somebody.else.example' }), answer)
    : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A port of loopback on which nothing listens. */
const NOBODY = 9;

async function prove(
  hosts: readonly string[],
  zone: Zone,
  ports: { http?: number; https?: number } = {},
  allowPrivate = true,
) {
  const server = await dns(zone);
  const context = testContext({ dnsServers: [server.address], allowPrivate, timeoutMs: 400 });
  const found = await proveHosts(hosts, CHALLENGE, context, { http: NOBODY, https: NOBODY, ...ports });
  return { found, queries: server.queries };
}

const seenOf = (found: Awaited<ReturnType<typeof prove>>['found']): string =>
  found.flatMap((one) => ('seen' in one ? one.seen : ['PROVEN'])).join('\n');

describe('a TXT record', () => {
  it.each([
    ['at the host itself', '_inbound-check.www.example.com', 'www.example.com', true],
    ['at the registered domain above it', '_inbound-check.example.com', 'example.com', true],
  ])('proves %s', async (_, name, at, below) => {
    const { found } = await prove(['www.example.com'], { [name]: TXT });
    expect(found).toEqual([{ host: 'www.example.com', proven: { method: 'dns-txt', at, below } }]);
  });

  it('is followed through an alias, as ACME does', async () => {
    const { found } = await prove(['www.example.com'], {
      '_inbound-check.www.example.com': { CNAME: 'proofs.example.net' },
      'proofs.example.net': TXT,
    });
    expect(found).toMatchObject([{ proven: { at: 'www.example.com' } }]);
  });

  it('proves nothing from the suffix that others register below, and is not asked for there', async () => {
    const { found, queries } = await prove(['shop.example.co.uk', 'ada.github.io'], {
      '_inbound-check.co.uk': TXT,
      '_inbound-check.github.io': TXT,
      '_inbound-check.uk': TXT,
    });
    expect(found.every((one) => 'seen' in one)).toBe(true);
    expect(queries.filter(({ type }) => type === 'TXT').map(({ name }) => name)).toEqual([
      '_inbound-check.shop.example.co.uk',
      '_inbound-check.example.co.uk',
      '_inbound-check.ada.github.io',
    ]);
  });

  it('of a suffix itself covers no name below it', async () => {
    const { found } = await prove(['github.io'], { '_inbound-check.github.io': TXT });
    expect(found).toMatchObject([{ proven: { at: 'github.io', below: false } }]);
  });

  it('is asked for once, however many hosts are below it', async () => {
    const { queries } = await prove(['a.example.com', 'b.example.com'], {
      '_inbound-check.example.com': TXT,
    });
    expect(queries.filter(({ name }) => name === '_inbound-check.example.com')).toHaveLength(1);
  });

  it.each<[string, Zone, string]>([
    ['there is no such name', {}, 'TXT _inbound-check.example.com: no such name'],
    [
      'the name has other records',
      { '_inbound-check.example.com': { A: ['192.0.2.1'] } },
      'TXT _inbound-check.example.com: the name is there, but has no TXT record',
    ],
    [
      'another challenge stands there',
      { '_inbound-check.example.com': { TXT: ['inbound-check=old\u001b[2J'] } },
      `TXT _inbound-check.example.com: "inbound-check=old\\x1b[2J", and not "inbound-check=${CHALLENGE}"`,
    ],
    [
      'the zone is broken',
      { '_inbound-check.example.com': { rcode: 'SERVFAIL' } },
      'TXT _inbound-check.example.com: the name server answered SERVFAIL',
    ],
    [
      'nobody answers',
      { '_inbound-check.example.com': { silent: true } },
      'TXT _inbound-check.example.com: no answer from the name server',
    ],
  ])('is said to be missing when %s', async (_, zone, line) => {
    const { found } = await prove(['example.com'], zone);
    expect(seenOf(found).split('\n')[0]).toBe(line);
  });
});

describe('a file', () => {
  const A = { 'www.example.com': { A: ['127.0.0.1'] } };
  const file =
    (text: string, status = 200, headers = {}): RequestListener =>
    (request, response) => {
      const right = request.url === '/.well-known/inbound-check.txt';
      response.writeHead(right ? status : 404, headers).end(text);
    };

  it.each([
    ['alone', CHALLENGE],
    [
      'among those of other targets',
      `${'0'.repeat(32)}\r\n\r\n  inbound-check=${CHALLENGE} \r\n${'1'.repeat(32)}\n`,
    ],
    ['as the TXT record has it', `inbound-check=${CHALLENGE}\n`],
  ])('proves the name with the challenge %s', async (_, text) => {
    const { found } = await prove(['www.example.com'], A, { http: await web(file(text)) });
    expect(found).toEqual([
      { host: 'www.example.com', proven: { method: 'http-file', at: 'www.example.com', below: false } },
    ]);
  });

  it('proves an address', async () => {
    const { found, queries } = await prove(['127.0.0.1'], {}, { http: await web(file(CHALLENGE)) });
    expect(found).toMatchObject([{ proven: { method: 'http-file', at: '127.0.0.1' } }]);
    expect(queries).toEqual([]);
  });

  it('is taken over https whatever is wrong with the certificate', async () => {
    const { found } = await prove(['www.example.com'], A, { https: await web(file(CHALLENGE), true) });
    expect(found).toMatchObject([{ proven: { method: 'http-file' } }]);
  });

  it('asks for the host by its name', async () => {
    let asked: string | undefined;
    const port = await web((request, response) => {
      asked = request.headers.host;
      response.end(CHALLENGE);
    });
    await prove(['www.example.com'], A, { http: port });
    expect(asked).toBe(`www.example.com:${port}`);
  });

  it('tries the next address when the first does not answer', async () => {
    const zone = { 'www.example.com': { A: ['127.0.0.7', '127.0.0.1'] } };
    const { found } = await prove(['www.example.com'], zone, { http: await web(file(CHALLENGE)) });
    expect(found).toMatchObject([{ proven: { method: 'http-file' } }]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['is not there', file('no', 404), /: HTTP 404$/m],
    [
      'is elsewhere',
      file('', 302, { location: 'http://other.example.net/\u009b2J' }),
      /: HTTP 302 to http:\/\/other\.example\.net\/.*; redirects are not followed$/m,
    ],
    ['holds something else', file('<html>'), /^HTTP 200 at .*: it begins "<html>" and has no line/m],
    ['holds the challenge in the midst of a line', file(`x${CHALLENGE}`), /^HTTP 200 at .*has no line/m],
    [
      'holds it in a page of its visitors',
      file(`<p>Guest book</p>\n${CHALLENGE}\n`),
      /but other text as well/,
    ],
    ['holds it among words', file(`# ours\n${CHALLENGE}\n`), /but other text as well/],
    ['is longer than 4 kB', file(`${`${CHALLENGE}\n`.repeat(130)}`), /: HTTP 200 with more than 4096 bytes/],
    ['is no HTTP', (request) => request.socket.end('220 mail\r\n'), /sent no HTTP answer \(not-http\)/],
  ])('that %s proves nothing, and what was seen is said', async (_, answer, line) => {
    const { found } = await prove(['www.example.com'], A, { http: await web(answer) });
    expect(seenOf(found)).toMatch(line);
    expect(seenOf(found)).not.toMatch(/[\u001b\u009b]/);
  });

  it('is looked for on no address that is not on the internet, after resolution', async () => {
    let asked = 0;
    const port = await web((_, response) => {
      asked += 1;
      response.end(CHALLENGE);
    });
    const { found } = await prove(['www.example.com'], A, { http: port }, false);
    expect(seenOf(found)).toMatch(/no packet was sent to 127\.0\.0\.1:\d+: loopback/);
    expect(asked).toBe(0);
  });
});

describe('the function', () => {
  it('answers host by host', async () => {
    const server = await dns({ '_inbound-check.example.com': TXT });
    const handler = createOwnership({
      allowPrivate: true,
      dnsServers: [server.address],
      ports: { http: NOBODY, https: NOBODY },
      telemetry: memoryTelemetry(),
    });
    const { hosts } = await handler(
      { hosts: ['www.example.com', 'www.example.net'], challenge: CHALLENGE },
      invocation(),
    );
    expect(hosts).toMatchObject([
      { host: 'www.example.com', proven: { at: 'example.com' } },
      { host: 'www.example.net', seen: expect.arrayContaining([expect.stringContaining('no such name')]) },
    ]);
  });

  it('ends in its own time, and says what it did not look at', async () => {
    const server = await dns({ '_inbound-check.example.com': { silent: true } });
    const handler = createOwnership({
      allowPrivate: true,
      dnsServers: [server.address],
      telemetry: memoryTelemetry(),
    });
    const { hosts } = await handler({ hosts: ['example.com'], challenge: CHALLENGE }, invocation(2_150));
    expect(hosts).toMatchObject([{ seen: expect.arrayContaining([expect.stringMatching(/time was up/)]) }]);
  });

  it.each([
    ['nothing', undefined],
    ['no hosts', { hosts: [], challenge: CHALLENGE }],
    ['an empty host', { hosts: [''], challenge: CHALLENGE }],
    ['a host longer than a name', { hosts: ['a'.repeat(254)], challenge: CHALLENGE }],
    ['a host that is no text', { hosts: [1], challenge: CHALLENGE }],
    ['more hosts than a target has', { hosts: Array(51).fill('example.com'), challenge: CHALLENGE }],
    ['no challenge', { hosts: ['example.com'] }],
    ['another challenge than we make', { hosts: ['example.com'], challenge: CHALLENGE.toUpperCase() }],
  ])('refuses %s, and asks nobody', async (_, event) => {
    const server = await dns({ '_inbound-check.example.com': TXT });
    const handler = createOwnership({
      allowPrivate: true,
      dnsServers: [server.address],
      telemetry: memoryTelemetry(),
    });
    await expect(handler(event, invocation())).rejects.toThrow('names no hosts and challenge');
    expect(server.queries).toEqual([]);
  });
});

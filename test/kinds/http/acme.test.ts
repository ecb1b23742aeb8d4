/** HTTP-01 as Let's Encrypt fetches it. Ports 80 and 443 are led to servers on free ports. */
import { createServer } from 'node:https';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/net/clock.ts';
import { createDial } from '../../../lib/net/dial.ts';
import { createFamilyDial } from '../../../lib/net/family-dial.ts';
import { type Authority, createAuthority } from '../../certificates/authority.ts';
import { testContext } from '../../servers/probe-context.ts';
import { listening, observeHttp, page, peer } from './scenario.ts';

let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority();
});

/** Answers 302 to `to` with the path that was asked for. */
const redirecting = (to: (path: string) => string) =>
  peer((socket) => {
    socket.once('data', (request) => {
      const path = request.toString('latin1').split(' ')[1] ?? '/';
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${to(path)}\r\nContent-Length: 0\r\n\r\n`);
    });
  });

/** @param ports where connections to 80 and 443 go */
async function fetchChallenge(port: number, ports: { readonly 80?: number; readonly 443?: number }) {
  const dialled: string[] = [];
  const { guard, deadline } = testContext();
  const dial = createDial({ guard, clock: systemClock, deadline });
  const found = await observeHttp(port, {
    assertions: { acmePath: true },
    pins: [80, 443].map((known) => ({ host: 'other.test', port: known, address: '127.0.0.1' })),
    context: {
      dial: (address, to, options) => {
        dialled.push(`${address}:${to === port ? 'port' : to}`);
        return dial(address, (ports as Record<number, number>)[to] ?? to, options);
      },
    },
  });
  return { ...found, dialled };
}

describe('HTTP-01 behind a redirect', () => {
  it('gets through to the same path over https, with a certificate that nobody trusts', async () => {
    const { key, chain } = await ca.issue({ names: ['wrong.test'] });
    const target = await listening(
      createServer({ key, cert: chain }, (_, response) => response.writeHead(404).end()),
    );
    const port = await redirecting((path) => `https://other.test${path}`);
    const { state, faults, last } = await fetchChallenge(port, { 443: target });
    expect({ state, faults, status: last?.statusCode }).toEqual({ state: 'open', faults: [], status: 404 });
    expect(last?.tls?.alpn).toBeUndefined();
  });

  it('is blocked where the token is lost, though the page there is well', async () => {
    const port = await redirecting(() => 'http://other.test/');
    const { faults, finding } = await fetchChallenge(port, {
      80: await page('200 OK', '<title>Home</title>'),
    });
    expect(faults).toEqual(['http.acme-path-blocked fail', 'http.status-unexpected warn']);
    expect(finding.summary).toContain('lost the token');
  });

  it.each([
    [
      'nothing newer than TLS 1.1',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    ],
    ['suites that Go does not offer', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['DHE alone', { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' }],
  ] as const)('is blocked by a target that speaks %s', async (_, options) => {
    const { key, chain } = await ca.issue({ names: ['other.test'], keyType: 'rsa-2048' });
    const server = createServer({ key, cert: chain, ...options }, (_request, response) => response.end('x'));
    server.on('tlsClientError', () => {});
    const port = await redirecting((path) => `https://other.test${path}`);
    const { faults } = await fetchChallenge(port, { 443: await listening(server) });
    expect(faults[0]).toBe('http.acme-path-blocked fail');
    expect(faults[1]).toMatch(/^tls\./);
  });

  it.each([
    [
      'IPv6 alone, since a certificate authority has no second try',
      [4, 6],
      '::1',
      ['http.acme-path-blocked fail', 'tcp.refused warn'],
    ],
    ['IPv4 from a vantage that has no IPv6', [4], '127.0.0.1', []],
  ] as const)('is judged at its target over %s', async (_, families, address, found) => {
    const target = await page('404 Not Found', '');
    const port = await redirecting((path) => `http://other.test${path}`);
    const { guard, deadline } = testContext();
    const dial = createDial({ guard, clock: systemClock, deadline });
    const own = createFamilyDial(dial, families, { everywhere: true });
    const { state, faults, last } = await observeHttp(port, {
      assertions: { acmePath: true },
      pins: ['127.0.0.1', '::1'].map((one) => ({ host: 'other.test', port: 80, address: one })),
      context: { dial: (to, known, options) => own(to, known === 80 ? target : known, options) },
    });
    expect({ state, address: last?.address }).toEqual({ state: 'open', address });
    expect(faults.toSorted()).toEqual(found.toSorted());
  });

  it('is not said to get through where the target was not tried', async () => {
    const port = await redirecting((path) => `http://other.test${path}`);
    const { guard, deadline } = testContext();
    const dial = createDial({ guard, clock: systemClock, deadline });
    const own = createFamilyDial(dial, [4], { everywhere: true });
    const { faults, finding } = await observeHttp(port, {
      assertions: { acmePath: true },
      pins: [{ host: 'other.test', port: 80, address: '::1' }],
      context: { dial: own },
    });
    expect(faults).toEqual(['prober.no-ipv6 warn']);
    expect(finding.summary).toMatch(
      /^www\.test redirects to http:\/\/other\.test\/\S+: This vantage has no IPv6/,
    );
  });

  it('is not followed after a 303', async () => {
    const port = await peer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 303 See Other\r\nLocation: /x\r\n\r\n'));
    });
    const { faults, finding } = await fetchChallenge(port, {});
    expect(faults).toEqual(['http.acme-path-blocked fail', 'http.status-unexpected warn']);
    expect(finding.summary).toContain('do not follow a 303');
  });
});

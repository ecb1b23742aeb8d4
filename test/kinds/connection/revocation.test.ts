/** Asking whether certificates are revoked: an authority's own web server on loopback, sound, late, hostile. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { tlsFacts } from '../../../lib/kinds/connection/tls-facts.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import { fetchWhole } from '../../../lib/kinds/http/measure/fetch-whole.ts';
import { type Authority, createAuthority } from '../../certificates/authority.ts';
import { createCrl, revocationExtensions, type Sources } from '../../certificates/crl.ts';
import { testContext } from '../../servers/probe-context.ts';
import { ocspResponse } from '../../servers/tls-material.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from '../tls/scenario.ts';

const SERIAL = '3a000000c0ffee01';
const root = await createAuthority();
const asked: string[] = [];
afterEach(() => {
  asked.length = 0;
});

/** Each test has an authority of its own: lists are remembered by issuer and URL. */
const newIssuer = (): Promise<Authority> => root.intermediate({ subject: `CA ${Math.random()}` });

async function webServer(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function observe(issuer: Authority, sources: Sources, revocation = true) {
  const { key, chain } = await issuer.issue({
    names: ['www.test'],
    serial: SERIAL,
    extensions: revocationExtensions(sources),
  });
  const port = await tlsServer({ key, cert: chain });
  return observeTls(port, { anchors: [root.root], spec: { revocation, timeoutMs: 5_000 } });
}

/** Of the server's own certificate; that of its issuer names nobody. */
const ofServer = ({ revocation }: TlsResult) => revocation?.filter(({ certificate }) => certificate === 0);

test('without being asked nobody is asked', async () => {
  const url = await webServer((_request, response) => response.end());
  const { tls, faults } = await observe(await newIssuer(), { crl: [[`${url}/ca.crl`]], ocsp: url }, false);
  expect(asked).toEqual([]);
  expect(tls.revocation).toBeUndefined();
  expect(faults).toEqual([]);
});

test('a list that has the certificate: the day, the reason and the source', async () => {
  const issuer = await newIssuer();
  const list = createCrl(issuer, {
    revoked: [{ serial: SERIAL, at: new Date('2026-11-03T10:20:30Z'), reason: 1 }],
  });
  const url = await webServer((_request, response) => response.end(list));
  const { tls, faults, state, summaryOf } = await observe(issuer, { crl: [[`${url}/ca.crl`]], ocsp: url });
  expect(state).toBe('open');
  expect(faults).toEqual(['tls.cert-revoked fail']);
  expect(summaryOf('tls.cert-revoked')).toBe(
    `The certificate of www.test was revoked on 2026-11-03 (keyCompromise), says the list of its authority, ${url}/ca.crl. ` +
      'Firefox and Safari keep lists of revoked certificates of public authorities and refuse it; Chrome refuses what its own ' +
      'shorter list (CRLSets) has; curl, OpenSSL, Java and Go do not ask by default.',
  );
  expect(tls.revocation?.[0]).toMatchObject({
    certificate: 0,
    source: 'crl',
    status: 'revoked',
    revokedAt: '2026-11-03T10:20:30.000Z',
    reason: 'keyCompromise',
  });
  // The list has decided; the responder is not asked.
  expect(asked).toEqual(['/ca.crl']);
});

test('a revoked intermediate, by the list that it names', async () => {
  const url = await webServer((_request, response) => response.end(rootList));
  const issuer = await root.intermediate({
    subject: 'Revoked CA',
    serial: '4b01',
    extensions: revocationExtensions({ crl: [[`${url}/root.crl`]] }),
  });
  const rootList = createCrl(root, { revoked: [{ serial: '4b01', reason: 2 }] });
  const { tls, faults, summaryOf } = await observe(issuer, {});
  expect(faults).toEqual(['tls.cert-revoked fail']);
  expect(summaryOf('tls.cert-revoked')).toMatch(
    /^The issuing certificate CN=Revoked CA was revoked on .* \(cACompromise\)/,
  );
  expect(tls.revocation).toEqual([
    expect.objectContaining({ certificate: 0, source: 'none', status: 'unknown' }),
    expect.objectContaining({ certificate: 1, source: 'crl', status: 'revoked' }),
  ]);
});

test('a list without it: not revoked, and one list serves all that name it', async () => {
  const issuer = await newIssuer();
  const list = createCrl(issuer);
  const url = await webServer((_request, response) => response.end(list));
  const first = await observe(issuer, { crl: [[`${url}/ca.crl`]] });
  expect(first.faults).toEqual([]);
  const fact = tlsFacts(first.tls).find(({ label }) => label === 'Revoked');
  expect(fact?.value).toMatch(/^no \(list http:.*\/ca\.crl, of .* UTC, the next one by .* UTC\)$/);
  await observe(issuer, { crl: [[`${url}/ca.crl`]] });
  expect(asked).toEqual(['/ca.crl']);
});

describe('a responder, where there is no list', () => {
  test.each(['good', 'revoked'] as const)('%s', async (status) => {
    const issuer = await newIssuer();
    const response = ocspResponse(issuer, issuer, Buffer.from(SERIAL, 'hex'), status);
    const url = await webServer((_request, answer) => answer.end(response));
    const { tls, faults } = await observe(issuer, { ocsp: `${url}/` });
    expect(tls.revocation?.[0]).toMatchObject({ source: 'ocsp', status });
    expect(faults).toEqual(status === 'revoked' ? ['tls.cert-revoked fail'] : []);
    // One request, in the path of a GET: base64 of DER that begins with four sequences.
    expect(Buffer.from(decodeURIComponent(asked[0]?.slice(1) ?? ''), 'base64')[0]).toBe(0x30);
  });

  test('signed by somebody else, it counts for nothing', async () => {
    const issuer = await newIssuer();
    const stranger = await newIssuer();
    const response = ocspResponse(issuer, stranger, Buffer.from(SERIAL, 'hex'), 'revoked');
    const url = await webServer((_request, answer) => answer.end(response));
    const { tls, faults } = await observe(issuer, { ocsp: url });
    expect(faults).toEqual([]);
    expect(tls.revocation?.[0]).toMatchObject({ status: 'unknown', detail: expect.stringMatching(/signed/) });
  });
});

describe('what can’t be used is told, and is nobody’s fault', () => {
  const list = (make: (issuer: Authority) => RequestListener, why: RegExp) => async () => {
    const issuer = await newIssuer();
    const url = await webServer(make(issuer));
    const { tls, faults, state } = await observe(issuer, { crl: [[`${url}/ca.crl`]] });
    expect(state).toBe('open');
    expect(faults).toEqual([]);
    expect(ofServer(tls)).toEqual([
      expect.objectContaining({ source: 'crl', status: 'unknown', detail: expect.stringMatching(why) }),
    ]);
  };
  const revoked = { revoked: [{ serial: SERIAL }] };

  test(
    'a list that the issuer did not sign',
    list(() => (_request, response) => response.end(createCrl(root, revoked)), /of another issuer/),
  );
  test(
    'an old list, sent again',
    list(
      (issuer) => (_request, response) =>
        response.end(
          createCrl(issuer, {
            ...revoked,
            thisUpdate: new Date(Date.now() - 20 * 86_400_000),
            nextUpdate: new Date(Date.now() - 10 * 86_400_000),
          }),
        ),
      /out of date: a new one was due on/,
    ),
  );
  test(
    'a page of an error',
    list(() => (_request, response) => response.writeHead(404).end('no'), /status 404/),
  );
  test(
    'HTML',
    list(() => (_request, response) => response.end('<html>'), /no list that can be read/),
  );
  test(
    'a gigabyte, announced',
    list(
      () => (_request, response) => {
        response.writeHead(200, { 'content-length': 1_073_741_824 });
        response.write(Buffer.alloc(1_000));
      },
      /larger than 10 MB/,
    ),
  );
  test(
    'bytes without end',
    list(
      () => (_request, response) => {
        const piece = Buffer.alloc(262_144, 0x30);
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', more);
        more();
      },
      /larger than 10 MB/,
    ),
  );
  test(
    'a gzip bomb that nobody asked for',
    list(
      () => (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(Buffer.alloc(5_000_000)));
      },
      /content coding that was not asked for/,
    ),
  );
  test(
    'a redirect to the metadata address of a cloud',
    list(
      () => (_request, response) =>
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
      /cloud metadata/,
    ),
  );
  test(
    'redirects without end',
    list(
      () => (request, response) => response.writeHead(302, { location: `${request.url}x` }).end(),
      /one redirect leads to the next/,
    ),
  );
  test(
    'a redirect to another protocol',
    list(
      () => (_request, response) => response.writeHead(302, { location: 'gopher://127.0.0.1/' }).end(),
      /over http/,
    ),
  );
  test(
    'a connection that is closed',
    list(() => (request) => request.socket.destroy(), /closed the connection|reset/),
  );

  test('only ldap, only https, and a name that is not found', async () => {
    const issuer = await newIssuer();
    const { tls, faults } = await observe(issuer, {
      crl: [['ldap://127.0.0.1/cn=CA'], ['https://127.0.0.1:1/ca.crl']],
    });
    expect(faults).toEqual([]);
    expect(ofServer(tls)?.map(({ status, detail }) => [status, detail])).toEqual([
      ['unknown', 'its address is none that is fetched (http:)'],
      ['unknown', 'its address is none that is fetched (http:)'],
    ]);
  });

  test('a server that says nothing until the probe’s time is over', async () => {
    const issuer = await newIssuer();
    const url = await webServer(() => {});
    const { key, chain } = await issuer.issue({
      names: ['www.test'],
      extensions: revocationExtensions({ crl: [[`${url}/ca.crl`]] }),
    });
    const seen = await observeTls(await tlsServer({ key, cert: chain }), {
      anchors: [root.root],
      spec: { revocation: true, timeoutMs: 700 },
    });
    expect(seen.faults).toEqual([]);
    expect(seen.tls.revocation?.[0]).toMatchObject({
      status: 'unknown',
      detail: 'silence until the timeout',
    });
  });

  test('for a chain that leads to no trusted root nothing is fetched', async () => {
    const stranger = await createAuthority({ subject: 'Nobody' });
    const url = await webServer((_request, response) => response.end());
    const { key, chain } = await stranger.issue({
      names: ['www.test'],
      extensions: revocationExtensions({ crl: [[url]], ocsp: url }),
    });
    const { tls } = await observeTls(await tlsServer({ key, cert: chain }), { spec: { revocation: true } });
    expect(tls.revocation).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('where the address guard forbids this machine’s own network', () => {
  test('no connection is made', async () => {
    const url = await webServer((_request, response) => response.end());
    const bounds = { maxBytes: 1_000, timeoutMs: 2_000 };
    const fetched = await fetchWhole(`${url}/ca.crl`, bounds, testContext({ allowPrivate: false }));
    expect(fetched).toMatchObject({ ok: false, why: expect.stringMatching(/not dialled: the address is/) });
    expect(asked).toEqual([]);
  });

  test('and where ownership is asked for, port 80 alone', async () => {
    const url = await webServer((_request, response) => response.end());
    const context = { ...testContext(), webPortsElsewhere: true as const };
    const fetched = await fetchWhole(`${url}/ca.crl`, { maxBytes: 1_000, timeoutMs: 2_000 }, context);
    expect(fetched).toMatchObject({
      ok: false,
      why: expect.stringMatching(/of a host that nobody has proven/),
    });
    expect(asked).toEqual([]);
  });
});

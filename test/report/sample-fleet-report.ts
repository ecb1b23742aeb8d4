/**
 * Twelve endpoints seen from five vantages, diagnosed and judged by the real ladder, with four runs of history: the
 * report that a customer's network team gets.
 */

import { advance } from '../../lib/engine/compare/advance.ts';
import type { EndpointRecord } from '../../lib/engine/history.ts';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { createHeadline } from '../../lib/engine/verdict/headline.ts';
import { judgeTogether } from '../../lib/engine/verdict/judge-together.ts';
import { concludeRun } from '../../lib/engine/verdict/run.ts';
import type { TlsResult } from '../../lib/kinds/contract/tls-result.ts';
import { diagnose } from '../../lib/kinds/diagnoses.ts';
import type { Observation } from '../../lib/kinds/observation.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { ExchangeLine } from '../../lib/model/observed.ts';
import type { VantageFacts } from '../../lib/model/plan.ts';
import { countVerdicts } from '../../lib/model/verdict-counts.ts';
import type { CertificateFacts } from '../../lib/x509/facts.ts';
import { certificate, hop, issuer, plainHop } from './sample-evidence.ts';

const START = Date.UTC(2026, 2, 1, 9, 30, 5);
const DAY = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

interface Where {
  readonly id: string;
  readonly source: string;
  readonly own: string;
  /** Round trip in ms. */
  readonly rtt: number;
  readonly portsProved: readonly number[];
}
const WHERE: readonly Where[] = [
  {
    id: 'eu-central-1',
    source: '198.51.100.7',
    own: '10.0.1.17',
    rtt: 9,
    portsProved: [22, 25, 443, 636, 3306],
  },
  {
    id: 'eu-west-1',
    source: '198.51.100.39',
    own: '10.1.1.9',
    rtt: 24,
    portsProved: [22, 25, 443, 636, 3306],
  },
  {
    id: 'us-east-1',
    source: '203.0.113.71',
    own: '169.254.76.1',
    rtt: 92,
    portsProved: [22, 443, 636, 3306],
  },
  {
    id: 'sa-east-1',
    source: '203.0.113.90',
    own: '169.254.76.1',
    rtt: 198,
    portsProved: [22, 443, 636, 3306],
  },
  {
    id: 'ap-southeast-2',
    source: '203.0.113.140',
    own: '169.254.76.1',
    rtt: 281,
    portsProved: [22, 443, 636, 3306],
  },
];

const facts = ({ id, source, portsProved }: Where): VantageFacts => ({
  id,
  kind: id === 'eu-central-1' ? 'lambda-vpc' : 'lambda',
  sourceAddress: source,
  families: [4],
  controls: [22, 25, 443, 636, 3306].map((port) => ({
    port,
    family: 4,
    target: `control.example.net:${port}`,
    ok: portsProved.includes(port),
    detail: portsProved.includes(port) ? 'connected' : 'no answer within 5,000 ms',
    at: iso(START + 400),
  })),
  negative: { address: '240.0.0.1', port: 443, clean: true, detail: 'unreachable', at: iso(START + 500) },
});

const endpoint = (
  id: string,
  kind: Endpoint['kind'],
  host: string,
  port: number,
  over: Partial<Endpoint> = {},
): Endpoint => ({
  id,
  target: 'customer.example',
  kind,
  host,
  port,
  ...(kind === 'http' || kind === 'https' ? { path: '/' } : {}),
  expect: 'open',
  level: 'required',
  ...over,
});

type See = (where: Where, at: number, attempt: number) => Observation;

const line = (at: number, dir: ExchangeLine['dir'], text: string): ExchangeLine => ({
  at: iso(at),
  dir,
  text,
});
const tenth = (ms: number): number => Math.round(ms * 10) / 10;

const base = (of: Endpoint, address: string, { id, own, rtt }: Where, at: number) => ({
  endpointId: of.id,
  vantage: id,
  host: of.host,
  port: of.port,
  address,
  ...(address !== '' && { family: 4 as const, localAddress: own }),
  startedAt: iso(at),
  timings: { dns: tenth(2 + rtt / 8), connect: rtt + 0.4, total: tenth(rtt * 2.2) },
});
const connected = { connect: { status: 'connected' as const } };

const silent =
  (of: Endpoint, address: string): See =>
  (where, at) => {
    const common = {
      ...base(of, address, where, at),
      timings: { dns: tenth(2 + where.rtt / 8), total: 10_003.1 },
      connect: { status: 'timeout' as const },
      exchange: [
        line(at, 'event', `connecting to ${address}:${of.port}`),
        line(at + 10_000, 'event', 'no answer within 10000 ms'),
      ],
    };
    return of.kind === 'smtp' || of.kind === 'https' || of.kind === 'tls'
      ? { kind: of.kind, ...common }
      : { kind: 'tcp', ...common };
  };

const leaf = (name: string, over: Partial<CertificateFacts> = {}): CertificateFacts =>
  certificate({ subject: `CN=${name}`, altNames: [`DNS:${name}`], ...over });

const handshake = (name: string, over: Partial<TlsResult> = {}): TlsResult => ({
  handshake: { status: 'complete' },
  servername: name,
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'http/1.1',
  chain: [leaf(name), issuer],
  nameMatch: { ok: true },
  trust: {
    status: 'anchored',
    anchor: 'CN=Example Root R1, O=Example Trust',
    anchorNotBefore: '2016-05-01T00:00:00.000Z',
    anchorNotAfter: '2041-04-30T23:59:59.000Z',
    path: [0, 1],
  },
  oldestProtocol: 'TLSv1.2',
  ...over,
});

const https =
  (
    of: Endpoint,
    address: string,
    over: { tls?: Partial<TlsResult>; status?: number; title?: string } = {},
  ): See =>
  (where, at) => {
    const { rtt } = where;
    const status = over.status ?? 200;
    const timings = {
      dns: tenth(2 + rtt / 8),
      connect: rtt + 0.4,
      tls: tenth(rtt * 1.1 + 6),
      firstByte: tenth(rtt + 12),
      total: tenth(rtt * 3.2 + 24),
    };
    return {
      kind: 'https',
      ...base(of, address, where, at),
      timings,
      ...connected,
      http: {
        hops: [
          hop({
            url: `https://${of.host}/`,
            address,
            statusCode: status,
            headers: { server: 'Apache', 'content-type': 'text/html; charset=utf-8' },
            tls: handshake(of.host, over.tls),
            timings,
          }),
        ],
        stopped: 'final',
        title: over.title ?? 'Welcome',
        bodyBytes: 4812,
        bodySha256: 'c0ffee00d4e5b6978812034455667788990a1b2c3d4e5f60718293a4b5c6d7e8',
        bodySample: '<!doctype html><html lang="en"><head><title>Welcome</title></head><body>…'.repeat(8),
        hsts: 'max-age=31536000',
        http2: true,
      },
      exchange: [
        line(at, 'event', `connected to ${address}:${of.port} from ${where.own}:4182${rtt % 10}`),
        line(at + rtt * 2, 'event', `TLSv1.3 TLS_AES_256_GCM_SHA384, certificate CN=${of.host}`),
        line(at + rtt * 2, 'sent', 'GET / HTTP/1.1'),
        line(at + rtt * 2, 'sent', `Host: ${of.host}`),
        line(at + rtt * 2, 'sent', 'User-Agent: inbound-check/0.1.0 (external reachability check)'),
        line(at + rtt * 2, 'sent', 'Accept: */*'),
        line(at + rtt * 3, 'received', `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Service Unavailable'}`),
        line(at + rtt * 3, 'received', 'server: Apache'),
        line(at + rtt * 3, 'received', 'content-type: text/html; charset=utf-8'),
      ],
    };
  };

const redirect =
  (of: Endpoint, address: string): See =>
  (where, at) => ({
    kind: 'http',
    ...base(of, address, where, at),
    ...connected,
    http: {
      hops: [
        plainHop({
          url: `http://${of.host}/`,
          address,
          statusCode: 301,
          location: `https://${of.host}/`,
          timings: { connect: where.rtt, firstByte: where.rtt + 3, total: where.rtt * 2 + 4 },
        }),
        hop({ url: `https://${of.host}/`, address, tls: handshake(of.host) }),
      ],
      stopped: 'final',
    },
    exchange: [
      line(at, 'sent', 'GET / HTTP/1.1'),
      line(at + where.rtt, 'received', 'HTTP/1.1 301 Moved Permanently'),
      line(at + where.rtt, 'received', `location: https://${of.host}/`),
    ],
  });

const ssh =
  (of: Endpoint, address: string): See =>
  (where, at) => ({
    kind: 'ssh',
    ...base(of, address, where, at),
    ...connected,
    ssh: {
      identification: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3',
      read: { end: 'complete', bytes: 41, text: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3' },
    },
    exchange: [
      line(at, 'event', `connected to ${address}:22 from ${where.own}:4190${where.rtt % 10}`),
      line(at + where.rtt, 'received', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\\r\\n'),
    ],
  });

const refused =
  (of: Endpoint, address: string): See =>
  (where, at) => ({
    kind: 'tcp',
    ...base(of, address, where, at),
    connect: { status: 'refused', code: 'ECONNREFUSED' },
    exchange: [line(at + where.rtt, 'event', 'refused (ECONNREFUSED)')],
  });

const smtps =
  (of: Endpoint, address: string): See =>
  (where, at) => ({
    kind: 'smtps',
    ...base(of, address, where, at),
    ...connected,
    smtp: {
      end: 'complete',
      lastPhase: 'quit',
      banner: { code: 220, lines: [`${of.host} ESMTP Postfix`] },
      bannerMs: where.rtt + 20,
      ehlo: { code: 250, lines: [of.host, 'SIZE 52428800', '8BITMIME', 'SMTPUTF8'] },
      extensions: ['SIZE 52428800', '8BITMIME', 'SMTPUTF8'],
      tls: handshake(of.host, { chain: [leaf(of.host, { notAfter: '2026-03-13T00:00:00.000Z' }), issuer] }),
      ptr: [of.host],
    },
    exchange: [
      line(at, 'event', 'TLSv1.3 TLS_AES_256_GCM_SHA384'),
      line(at + where.rtt, 'received', `220 ${of.host} ESMTP Postfix`),
      line(at + where.rtt, 'sent', 'EHLO probe.example.net'),
      line(at + where.rtt * 2, 'received', `250-${of.host}`),
      line(at + where.rtt * 2, 'received', '250-SIZE 52428800'),
      line(at + where.rtt * 2, 'received', '250-8BITMIME'),
      line(at + where.rtt * 2, 'received', '250 SMTPUTF8'),
      line(at + where.rtt * 2, 'sent', 'QUIT'),
      line(at + where.rtt * 3, 'received', '221 2.0.0 Bye'),
    ],
  });

const nxdomain =
  (of: Endpoint): See =>
  (where, at) => ({
    kind: 'dns',
    ...base(of, '', where, at),
    timings: { dns: where.rtt, total: where.rtt },
    dns: {
      name: of.host,
      servers: ['192.0.2.53'],
      answers: ['A', 'AAAA'].map((type) => ({ type, code: 'NXDOMAIN', records: [], ms: where.rtt })),
      cnames: [],
      addresses: [],
    },
    exchange: [line(at, 'sent', `${of.host} A?`), line(at + where.rtt, 'received', 'NXDOMAIN')],
  });

const bareTls =
  (of: Endpoint, address: string): See =>
  (where, at) => ({
    kind: 'tls',
    ...base(of, address, where, at),
    ...connected,
    tls: handshake(of.host),
    exchange: [line(at, 'event', 'TLSv1.3 TLS_AES_256_GCM_SHA384')],
  });

/** The first see it one way, the others another. */
const split =
  (most: See, few: See, ids: readonly string[]): See =>
  (where, at, attempt) =>
    (ids.includes(where.id) ? few : most)(where, at, attempt);

const WEB = '192.0.2.10';
const MX = '192.0.2.25';
const www = endpoint('https://www.customer.example:443/', 'https', 'www.customer.example', 443, {
  reason: 'Landing pages are served over https.',
  source: 'https://wiki.example.net/network-communication',
});
const plain = endpoint('http://www.customer.example:80/', 'http', 'www.customer.example', 80);
const mx = endpoint('smtp://mx.customer.example:25', 'smtp', 'mx.customer.example', 25, {
  reason: 'Replies to simulations are caught by mail.',
});
const portal = endpoint('https://portal.customer.example:443/', 'https', 'portal.customer.example', 443);
const training = endpoint(
  'https://training.customer.example:443/',
  'https',
  'training.customer.example',
  443,
);
const shell = endpoint('ssh://www.customer.example:22 (closed)', 'ssh', 'www.customer.example', 22, {
  expect: 'closed',
});
const sql = endpoint('tcp://www.customer.example:3306 (closed)', 'tcp', 'www.customer.example', 3306, {
  expect: 'closed',
});
const rdp = endpoint('tcp://www.customer.example:3389 (closed)', 'tcp', 'www.customer.example', 3389, {
  expect: 'closed',
});
const mailTls = endpoint('smtps://mx.customer.example:465', 'smtps', 'mx.customer.example', 465, {
  level: 'recommended',
});
const api = endpoint('https://api.customer.example:443/', 'https', 'api.customer.example', 443);
const gone = endpoint('dns://tracking.customer.example:53', 'dns', 'tracking.customer.example', 53);
const ldaps = endpoint('tls://ldap.customer.example:636', 'tls', 'ldap.customer.example', 636);

const expired: Partial<TlsResult> = {
  chain: [leaf('portal.customer.example', { notAfter: '2026-02-01T00:00:00.000Z' })],
  trust: { status: 'issuer-missing', path: [0] },
};
const renewed = leaf('www.customer.example', {
  fingerprint256: 'f0'.repeat(32),
  notAfter: '2026-08-30T23:59:59.000Z',
});

interface Row {
  readonly of: Endpoint;
  readonly now: See;
  /** How it was four days ago, three, two, one; the last entry holds on. */
  readonly before?: readonly See[];
}
const ROWS: readonly Row[] = [
  {
    of: www,
    now: https(www, WEB, { tls: { chain: [renewed, issuer] } }),
    before: [https(www, '192.0.2.9'), https(www, WEB)],
  },
  { of: plain, now: redirect(plain, WEB) },
  { of: mx, now: silent(mx, MX), before: [silent(mx, MX)] },
  {
    of: portal,
    now: https(portal, '192.0.2.11', { tls: expired }),
    before: [https(portal, '192.0.2.11')],
  },
  {
    of: training,
    now: split(https(training, WEB), silent(training, WEB), ['sa-east-1', 'ap-southeast-2']),
    before: [https(training, WEB)],
  },
  { of: shell, now: ssh(shell, WEB), before: [silent(shell, WEB), ssh(shell, WEB)] },
  { of: sql, now: silent(sql, WEB) },
  { of: rdp, now: refused(rdp, WEB) },
  { of: mailTls, now: smtps(mailTls, MX) },
  { of: api, now: https(api, '192.0.2.12', { status: 503, title: 'Service Unavailable' }) },
  { of: gone, now: nxdomain(gone), before: [nxdomain(gone)] },
  { of: ldaps, now: split(bareTls(ldaps, '192.0.2.36'), silent(ldaps, '192.0.2.36'), ['us-east-1']) },
];

function judged({ of }: Row, see: See, start: number): EndpointReport {
  return judgeTogether(
    of,
    WHERE.map((where) => {
      const vantage = facts(where);
      const attempts = [1, 2].map((attempt) => {
        const observation = see(where, start + attempt * 12_000 - 11_000 + where.rtt, attempt);
        return { observation, vantage: where.id, attempt };
      });
      const [first] = attempts;
      // As a run does: what is well is not asked twice.
      const finding =
        first &&
        diagnose(first.observation, { endpoint: of, vantage, now: Date.parse(first.observation.startedAt) });
      const fine = finding?.state === 'open' && finding.faults.every(({ severity }) => severity !== 'fail');
      return { endpointId: of.id, measured: fine ? attempts.slice(0, 1) : attempts, facts: vantage };
    }),
  );
}

function withHistory(row: Row): EndpointReport {
  let record: EndpointRecord | undefined;
  for (const ago of [4, 3, 2, 1]) {
    const start = START - ago * DAY;
    const see = row.before?.[4 - ago] ?? row.before?.at(-1) ?? row.now;
    const run = { id: `run-${4 - ago}`, startedAt: iso(start) };
    record = advance(record, judged(row, see, start), run).record;
  }
  return advance(record, judged(row, row.now, START), { id: 'now', startedAt: iso(START) }).report;
}

function fleetReport(endpoints: EndpointReport[]): Report {
  const counts = countVerdicts();
  for (const { verdict } of endpoints) counts[verdict] += 1;
  return Report.parse({
    schema: 'inbound-check/report@1',
    id: 'V1StGXR8_Z5jdHi6B-myT',
    profile: 'lucy-saas',
    startedAt: iso(START),
    finishedAt: iso(START + 24_412),
    ...concludeRun(counts, { vantages: WHERE.length, headline: createHeadline(endpoints) }),
    vantages: WHERE.map((where) => {
      const { id, kind, sourceAddress, controls, negative } = facts(where);
      return { id, kind, sourceAddress, controls, negativeControl: negative };
    }),
    endpoints,
  });
}

export const sampleFleetReport: Report = fleetReport(ROWS.map(withHistory));

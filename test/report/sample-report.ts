/** A report with every verdict, every kind and hostile text in every field that a peer controls. */
import {
  type EndpointReport,
  Report,
  type ReportHead,
  type ReportTail,
} from '../../lib/engine/report-schema.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';
import {
  certificate,
  FORMULA,
  HOSTILE,
  hop,
  httpsExchange,
  line,
  plainHop,
  smtpExchange,
  tls,
} from './sample-evidence.ts';
import { observation } from './sample-observation.ts';

const endpoint = (
  over: Partial<EndpointReport> &
    Pick<EndpointReport, 'id' | 'kind' | 'port' | 'verdict' | 'summary' | 'observations'>,
): EndpointReport => ({
  target: 'www.example.com',
  host: 'www.example.com',
  expect: 'open',
  level: 'required',
  ...over,
});

const healthy = endpoint({
  id: 'https://www.example.com:443/',
  kind: 'https',
  port: 443,
  path: '/',
  verdict: 'pass',
  summary: 'HTTP 200 over TLSv1.3 from both addresses.',
  reason: 'Landing pages are served over https.',
  source: 'https://wiki.example.net/network-communication',
  observations: [
    observation({
      state: 'open',
      summary: 'HTTP 200 over TLSv1.3.',
      timings: { dns: 4.1, connect: 11.2, tls: 24.6, firstByte: 18.4, total: 63 },
      evidence: {
        connect: { status: 'connected' },
        http: {
          hops: [
            hop({
              url: 'https://www.example.com/',
              statusCode: 302,
              location: 'https://www.example.com/start',
              timings: { connect: 11.2, tls: 24.6, firstByte: 18.4, total: 55.2 },
            }),
            hop({
              url: 'https://www.example.com/start',
              timings: { connect: 10.9, tls: 9.8, firstByte: 14, total: 36 },
            }),
          ],
          stopped: 'final',
          title: 'Welcome',
          bodyBytes: 4812,
          bodySha256: 'c0ffee00d4e5b6978812034455667788990a1b2c3d4e5f60718293a4b5c6d7e8',
          hsts: 'max-age=31536000',
          http2: true,
        },
        exchange: httpsExchange,
      },
    }),
    observation({
      address: '2001:db8::10',
      family: 6,
      localAddress: '2001:db8:ffff::7',
      state: 'open',
      summary: 'HTTP 200 over TLSv1.3.',
      timings: { connect: 14, tls: 30.3, firstByte: 21, total: 68.5 },
      evidence: {
        connect: { status: 'connected' },
        http: { hops: [hop({ address: '2001:db8::10' })], stopped: 'final', http2: true },
        exchange: httpsExchange,
      },
    }),
  ],
});

const filtered = endpoint({
  id: 'smtp://www.example.com:25',
  kind: 'smtp',
  port: 25,
  verdict: 'fail',
  cause: 'tcp.filtered',
  side: 'network',
  summary:
    'No answer from 192.0.2.10 port 25 within 5.0 s, twice, while the control mx.example.net:25 answered from the same vantage: a firewall in front of the host drops the connection.',
  fix: 'Permit TCP 25 from any source to 192.0.2.10 on the firewall in front of the host.\nThen check that the mail server listens on 192.0.2.10:25.',
  rules: [
    {
      product: 'nftables',
      rule: 'nft add rule inet filter input ip daddr 192.0.2.10 tcp dport 25 ct state new accept',
    },
    {
      product: 'Cisco ASA',
      rule: 'access-list OUTSIDE_IN extended permit tcp any host 192.0.2.10 eq 25\naccess-group OUTSIDE_IN in interface outside',
    },
  ],
  reason: 'Replies are caught by mail.',
  observations: [1, 2].map((attempt) =>
    observation({
      attempt,
      state: 'filtered',
      cause: 'tcp.filtered',
      summary: 'No answer within 5.0 s.',
      timings: { dns: 3.9, total: 5003.9 },
      evidence: {
        connect: { status: 'timeout' },
        exchange: [
          line(0, 'event', 'SYN to 192.0.2.10:25'),
          line(5000, 'event', 'no answer within 5,000 ms'),
        ],
      },
    }),
  ),
});

const faultyCertificate = endpoint({
  id: 'https://shop.example.com:443/',
  target: 'shop.example.com',
  host: 'shop.example.com',
  kind: 'https',
  port: 443,
  verdict: 'fail',
  cause: 'tls.cert-expired',
  alsoFound: ['tls.cert-name-mismatch', 'tls.chain-incomplete'],
  side: 'service',
  summary: 'The certificate expired on 2026-02-01 (28 days ago).',
  fix: 'Renew the certificate and install it with its intermediate.',
  observations: [
    observation({
      state: 'open',
      cause: 'tls.cert-expired',
      alsoFound: ['tls.cert-name-mismatch', 'tls.chain-incomplete'],
      summary: 'The certificate expired on 2026-02-01.',
      timings: { dns: 2, connect: 12, tls: 31, firstByte: 40, total: 88 },
      evidence: {
        connect: { status: 'connected' },
        http: {
          hops: [
            hop({
              url: 'https://shop.example.com/',
              tls: tls({
                chain: [
                  certificate({
                    subject: 'CN=old.example.com',
                    altNames: ['DNS:old.example.com'],
                    notAfter: '2026-02-01T00:00:00.000Z',
                  }),
                ],
                nameMatch: { ok: false, reason: 'the certificate is for old.example.com' },
                trust: { status: 'issuer-missing' },
                oldestProtocol: 'TLSv1',
              }),
            }),
          ],
          stopped: 'final',
        },
        exchange: httpsExchange,
      },
    }),
  ],
});

const hostile = endpoint({
  id: 'https://evil.example.com:443/',
  target: 'evil.example.com',
  host: 'evil.example.com',
  kind: 'https',
  port: 443,
  verdict: 'warn',
  cause: 'http.content-missing',
  side: 'service',
  summary: `The title is “${HOSTILE}”.`,
  fix: `Ask what ${HOSTILE} means.`,
  rules: [{ product: HOSTILE, rule: `permit ${HOSTILE}\n\`\`\`\nescaped?` }],
  reason: FORMULA,
  source: 'javascript:alert(1)',
  observations: [
    observation({
      state: 'open',
      cause: 'http.content-missing',
      summary: HOSTILE,
      timings: { connect: 5, tls: 6, firstByte: 7, total: 20 },
      evidence: {
        connect: { status: 'connected' },
        http: {
          hops: [
            hop({
              url: 'https://evil.example.com/',
              headers: { server: HOSTILE, [HOSTILE]: 'x' },
              tls: tls({
                chain: [
                  certificate({
                    subject: `CN=${HOSTILE}`,
                    issuer: HOSTILE,
                    altNames: [`DNS:${HOSTILE}`],
                    fingerprint256: 'ff00',
                  }),
                ],
              }),
            }),
          ],
          stopped: 'final',
          title: HOSTILE,
        },
        exchange: [line(1, 'received', HOSTILE), line(2, 'received', FORMULA)],
        unknownPart: { text: HOSTILE },
      },
    }),
  ],
});

const others: EndpointReport[] = [
  endpoint({
    id: 'ssh://www.example.com:22 (closed)',
    kind: 'ssh',
    port: 22,
    expect: 'closed',
    verdict: 'fail',
    cause: 'exposure.open-but-must-be-closed',
    side: 'network',
    summary: 'SSH answers on 192.0.2.10 port 22, which must not be reachable from the internet.',
    fix: 'Close TCP 22 on the firewall for all sources but the management network.',
    observations: [
      observation({
        state: 'open',
        cause: 'exposure.open-but-must-be-closed',
        summary: 'SSH-2.0-OpenSSH_9.2p1 answered.',
        timings: { connect: 10, firstByte: 22, total: 33 },
        evidence: {
          connect: { status: 'connected' },
          ssh: {
            identification: `SSH-2.0-OpenSSH_9.2p1 ${HOSTILE}`,
            read: { end: 'complete', bytes: 41, text: 'SSH-2.0-OpenSSH_9.2p1' },
          },
          exchange: [line(22, 'received', 'SSH-2.0-OpenSSH_9.2p1')],
        },
      }),
    ],
  }),
  endpoint({
    id: 'tcp://www.example.com:3306 (closed)',
    kind: 'tcp',
    port: 3306,
    expect: 'closed',
    verdict: 'pass',
    summary: 'Refused, as it must be.',
    observations: [
      observation({
        state: 'closed',
        summary: 'Refused.',
        timings: { connect: 10.3, total: 10.3 },
        evidence: { connect: { status: 'refused', code: 'ECONNREFUSED' }, exchange: [] },
      }),
    ],
  }),
  endpoint({
    id: 'dns://gone.example.com:53',
    target: 'gone.example.com',
    host: 'gone.example.com',
    kind: 'dns',
    port: 53,
    verdict: 'fail',
    cause: 'dns.nxdomain',
    side: 'dns',
    summary: 'gone.example.com does not exist (NXDOMAIN from 192.0.2.53).',
    fix: 'Create the name in the zone example.com.',
    observations: [
      observation({
        address: '',
        state: 'broken',
        cause: 'dns.nxdomain',
        summary: 'NXDOMAIN.',
        timings: { dns: 12, total: 12 },
        evidence: {
          dns: {
            name: 'gone.example.com',
            servers: ['192.0.2.53'],
            answers: [{ type: 'A', code: 'NXDOMAIN', records: [], ms: 12 }],
            cnames: [],
            addresses: [],
          },
          exchange: [line(0, 'sent', 'gone.example.com A?'), line(12, 'received', 'NXDOMAIN')],
        },
      }),
    ],
  }),
  endpoint({
    id: 'smtp://mx.example.com:25',
    target: 'mx.example.com',
    host: 'mx.example.com',
    kind: 'smtp',
    port: 25,
    verdict: 'inconclusive',
    cause: 'prober.egress-blocked',
    side: 'prober',
    summary: 'This vantage cannot reach any host on port 25, so nothing is proved about mx.example.com.',
    fix: 'Run the check from a vantage whose network lets TCP 25 out.',
    observations: [
      observation({
        state: 'inconclusive',
        cause: 'prober.egress-blocked',
        summary: 'No answer; the control did not answer either.',
        timings: { dns: 1, total: 5001 },
        evidence: { connect: { status: 'timeout' }, exchange: [] },
      }),
    ],
  }),
  endpoint({
    id: 'smtps://mx.example.com:465',
    target: 'mx.example.com',
    host: 'mx.example.com',
    kind: 'smtps',
    port: 465,
    level: 'recommended',
    verdict: 'warn',
    cause: 'tls.cert-expires-soon',
    side: 'service',
    summary: 'The certificate expires in 12 days, on 2026-03-13.',
    fix: 'Renew it.',
    flapped: true,
    observations: [
      observation({
        address: '192.0.2.25',
        state: 'open',
        cause: 'tls.cert-expires-soon',
        summary: '220 mx.example.com',
        timings: { connect: 9, tls: 20, firstByte: 30, total: 120 },
        evidence: {
          connect: { status: 'connected' },
          smtp: {
            end: 'complete',
            lastPhase: 'quit',
            banner: { code: 220, lines: [`mx.example.com ${HOSTILE}`] },
            bannerMs: 30,
            ehlo: { code: 250, lines: ['mx.example.com', 'SIZE 52428800', '8BITMIME'] },
            extensions: ['SIZE 52428800', '8BITMIME'],
            starttlsOffered: false,
            tls: tls({ chain: [certificate({ notAfter: '2026-03-13T00:00:00.000Z' })] }),
            ptr: ['mx.example.com'],
            mx: {
              domain: 'example.com',
              records: [{ preference: 10, exchange: 'mx.example.com' }],
              nullMx: false,
              addresses: ['192.0.2.25'],
            },
          },
          exchange: smtpExchange,
        },
      }),
    ],
  }),
  endpoint({
    id: 'http://www.example.com:80/',
    kind: 'http',
    port: 80,
    path: '/',
    verdict: 'pass',
    summary: '301 to https.',
    observations: [
      observation({
        state: 'open',
        summary: '301 to https.',
        timings: { connect: 10, firstByte: 20, total: 31 },
        evidence: {
          connect: { status: 'connected' },
          http: {
            hops: [
              plainHop({
                url: 'http://www.example.com/',
                statusCode: 301,
                location: 'https://www.example.com/',
              }),
            ],
            stopped: 'final',
          },
          exchange: [],
        },
      }),
    ],
  }),
  endpoint({
    id: 'tls://www.example.com:8443',
    kind: 'tls',
    port: 8443,
    verdict: 'pass',
    summary: 'TLSv1.3.',
    observations: [
      observation({
        state: 'open',
        summary: 'TLSv1.3.',
        timings: { connect: 10, tls: 20, total: 31 },
        evidence: { connect: { status: 'connected' }, tls: tls(), exchange: [] },
      }),
    ],
  }),
  endpoint({
    id: 'ntp://ntp.example.com:123',
    target: 'ntp.example.com',
    host: 'ntp.example.com',
    kind: 'ntp',
    port: 123,
    verdict: 'pass',
    summary: 'Stratum 2, offset 1.4 ms.',
    observations: [
      observation({
        address: '192.0.2.123',
        state: 'open',
        summary: 'Stratum 2.',
        timings: { firstByte: 9, total: 9 },
        evidence: {
          connect: { status: 'connected' },
          ntp: { status: 'answered', stratum: 2, referenceId: '192.0.2.1', offsetMs: 1.4 },
          exchange: [],
        },
      }),
    ],
  }),
];

/** Validated against the schema, so that a change of the model shows here first. */
export const sampleReport: Report = Report.parse({
  schema: 'inbound-check/report@1',
  id: 'V1StGXR8_Z5jdHi6B-myT',
  profile: 'lucy-saas',
  startedAt: '2026-03-01T09:30:05.000Z',
  finishedAt: '2026-03-01T09:30:17.412Z',
  verdict: 'fail',
  summary:
    '4 of 12 endpoints failed, the most serious on port 25 of www.example.com: a firewall drops the connection.',
  notice: 'DEMO: a small site on this machine’s loopback interface, made for show.',
  vantages: [
    {
      id: 'local',
      kind: 'local',
      sourceAddress: '198.51.100.7',
      controls: [
        { port: 25, ok: true, family: 4, target: 'mx.example.net:25', detail: '220 in 31 ms' },
        { port: 25, ok: false, family: 6, target: 'mx.example.net:25', detail: `no answer ${HOSTILE}` },
        { port: 443, ok: true, family: 4, target: 'www.example.net:443', detail: 'connected in 12 ms' },
      ],
      negativeControl: { address: '240.0.0.1', clean: true, detail: 'unreachable, as it must be' },
    },
  ],
  endpoints: [healthy, filtered, ...others, faultyCertificate, hostile],
});

/** A run's three moments, as a format gets them. */
export function moments(report: Report): { head: ReportHead; endpoints: EndpointReport[]; tail: ReportTail } {
  const { endpoints, finishedAt: _finishedAt, verdict: _verdict, summary: _summary, ...head } = report;
  const { endpoints: _endpoints, ...rest } = report;
  const counts = { pass: 0, warn: 0, fail: 0, inconclusive: 0 };
  for (const { verdict } of endpoints) counts[verdict] += 1;
  return { head, endpoints, tail: { ...rest, counts } };
}

/** The whole output of a format for a report, of one too that makes its end later, as mail does. */
export async function renderWhole(
  format: ReportFormat,
  report: Report = sampleReport,
  options: Partial<Parameters<ReportFormat['open']>[0]> = {},
): Promise<string> {
  const { head, endpoints, tail } = moments(report);
  const reporter = format.open({ width: 100, color: false, verbose: false, ...options });
  const pieces = [reporter.begin(head), ...endpoints.map((each) => reporter.endpoint(each))];
  return [...pieces, await reporter.end(tail)].join('');
}

/** The whole output of a format for a report; not for one that makes its end later, as mail does. */
export function render(
  format: ReportFormat,
  report: Report = sampleReport,
  options: Partial<Parameters<ReportFormat['open']>[0]> = {},
): string {
  const { head, endpoints, tail } = moments(report);
  const reporter = format.open({ width: 100, color: false, verbose: false, ...options });
  const pieces = [reporter.begin(head), ...endpoints.map((each) => reporter.endpoint(each))];
  const end = reporter.end(tail);
  if (typeof end !== 'string') throw new Error(`${format.id} makes its end later`);
  return [...pieces, end].join('');
}

/** A report as a later version of the same schema may write it. Plain JSON. */
import type { Kind } from '../../lib/model/vocabulary.ts';
import { certificate, tls } from './sample-evidence.ts';

const AT = '2027-03-01T09:30:05.000Z';
const exchange = [{ at: AT, dir: 'sent', text: 'hello from 2027', bytes: 15 }];

const observation = (evidence: Record<string, unknown>, over: Record<string, unknown> = {}) => ({
  vantage: 'local',
  address: '192.0.2.10',
  family: 4,
  state: 'open',
  stateDetail: 'open-after-retry',
  summary: 'It answered.',
  startedAt: AT,
  timings: { connect: 3, total: 12, queue: 1 },
  attempt: 1,
  evidence,
  ...over,
});

const endpoint = (id: string, kind: Kind | 'quic9', over: Record<string, unknown>) => ({
  id,
  target: 'www.example.com',
  kind,
  host: 'www.example.com',
  port: 443,
  expect: 'open',
  level: 'required',
  verdict: 'pass',
  summary: 'It answered.',
  ...over,
});

/** With a kind and a cause that this version doesn't know. */
export const foreign = endpoint('quic9://www.example.com:443', 'quic9', {
  verdict: 'fail',
  cause: 'quic9.no-migration',
  alsoFound: ['quic9.slow'],
  side: 'service',
  summary: 'The server does not migrate connections.',
  message: { key: 'quic9.no-migration', params: { path: [1, 2] } },
  observations: [
    observation(
      { kind: 'quic9', connect: { status: 'connected' }, exchange, quic9: { versions: ['v9'] } },
      { state: 'broken', cause: 'quic9.no-migration', alsoFound: ['quic9.slow'] },
    ),
  ],
});

/** Of a known kind: a part that is new, a part with a value that is new, and one that is as it was. */
export const known = endpoint('tls://www.example.com:443', 'tls', {
  observations: [
    observation({
      kind: 'tls',
      connect: { status: 'resumed-from-ticket', ticket: 'abc' },
      tls: { ...tls({ chain: [certificate()] }), encryptedClientHello: 'accepted' },
      happyEyeballs: { raced: 2 },
      exchange,
    }),
  ],
  history: {
    since: AT,
    atLeast: false,
    runs: [{ run: 'r1', at: AT, verdict: 'fail', cause: 'tls.of-tomorrow', by: 'schedule' }],
    changes: [],
    trend: 'better',
  },
});

/** A known part with an enum value that is new is unread as a whole, and its neighbours are read. */
export const odd = endpoint('https://www.example.com:443/', 'https', {
  path: '/',
  observations: [
    observation({
      kind: 'https',
      connect: { status: 'connected' },
      http: { hops: [], stopped: 'teapot' },
      exchange,
    }),
  ],
});

export const futureReport = {
  schema: 'inbound-check/report@1',
  id: 'run-of-2027',
  startedAt: AT,
  finishedAt: AT,
  verdict: 'fail',
  summary: '1 of 3 endpoints failed.',
  carbon: { grams: 0.2 },
  vantages: [
    { id: 'local', kind: 'orbital', controls: [{ port: 443, ok: true, quality: 'good' }], orbit: 'low' },
  ],
  endpoints: [foreign, known, odd],
};

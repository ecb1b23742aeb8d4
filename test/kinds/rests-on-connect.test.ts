/** Measuring waits for the negative control exactly where a diagnosis would rest on a handshake alone. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../lib/kinds/diagnoses.ts';
import type { HttpHop } from '../../lib/kinds/http/observation.ts';
import { Observation } from '../../lib/kinds/observation.ts';
import { readingFor } from '../../lib/kinds/readings.ts';
import type { SmtpResult } from '../../lib/kinds/smtp/observation.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { endpoint, PUBLIC } from '../engine/run/fakes.ts';

const CONNECTS = [
  { status: 'connected' },
  { status: 'reset', code: 'ECONNRESET' },
  { status: 'refused', code: 'ECONNREFUSED' },
  { status: 'timeout' },
  { status: 'unreachable', code: 'EHOSTUNREACH', local: false },
] as const;

const reply = (code: number, text = 'mx.example') => ({ code, lines: [text] });
const tls = (status: object) => ({ handshake: status });
const COMPLETE = tls({ status: 'complete' });
const hop = (rest: Partial<HttpHop>): { hops: HttpHop[]; stopped: 'final' } => ({
  hops: [
    {
      url: 'http://www.example.com/',
      address: PUBLIC,
      connect: { status: 'connected' },
      outcome: { status: 'answered' },
      timings: { total: 3 },
      ...rest,
    },
  ],
  stopped: 'final',
});
const smtp = (rest: Partial<SmtpResult>): SmtpResult => ({ end: 'complete', lastPhase: 'quit', ...rest });

/** What may follow a connect, by kind. */
const AFTER: readonly (readonly [Kind, string, object])[] = [
  ['tcp', 'bytes', { read: { end: 'complete', bytes: 3, text: 'hi!' } }],
  ['tcp', 'nothing', { read: { end: 'timeout', bytes: 0, text: '' } }],
  ['tcp', 'a FIN', { read: { end: 'fin', bytes: 0, text: '' } }],
  ['tls', 'a whole handshake', { tls: COMPLETE }],
  ['tls', 'an alert', { tls: tls({ status: 'alert', number: 40, name: 'handshake_failure' }) }],
  ['tls', 'no TLS', { tls: tls({ status: 'not-tls', firstBytes: '220 mx' }) }],
  ['tls', 'silence', { tls: tls({ status: 'timeout' }) }],
  [
    'ssh',
    'an identification',
    { ssh: { identification: 'SSH-2.0-x', read: { end: 'complete', bytes: 9, text: 'SSH-2.0-x' } } },
  ],
  ['ssh', 'other bytes', { ssh: { read: { end: 'fin', bytes: 3, text: '220' } } }],
  ['ssh', 'silence', { ssh: { read: { end: 'timeout', bytes: 0, text: '' } } }],
  ['http', 'a whole answer', { http: hop({ statusCode: 200, httpVersion: '1.1' }) }],
  [
    'http',
    'a status and no end',
    { http: hop({ statusCode: 200, outcome: { status: 'no-response', end: 'timeout' } }) },
  ],
  [
    'http',
    'a status and broken headers',
    { http: hop({ statusCode: 200, outcome: { status: 'not-http', firstBytes: 'x' } }) },
  ],
  ['http', 'silence', { http: hop({ outcome: { status: 'no-response', end: 'timeout' } }) }],
  ['http', 'no HTTP', { http: hop({ outcome: { status: 'not-http', firstBytes: 'SSH-2.0' } }) }],
  ['smtp', 'a greeting', { smtp: smtp({ banner: reply(220), ehlo: reply(250), extensions: [] }) }],
  ['smtp', 'a refusal', { smtp: smtp({ banner: reply(554), lastPhase: 'banner' }) }],
  ['smtp', 'a 4xx', { smtp: smtp({ banner: reply(421), lastPhase: 'banner' }) }],
  ['smtp', 'a greeting of NNTP', { smtp: smtp({ banner: reply(200), lastPhase: 'banner' }) }],
  ['smtp', 'FTP', { smtp: smtp({ banner: reply(220, 'FTP ready'), ehlo: reply(500), helo: reply(500) }) }],
  [
    'smtp',
    'no reply to EHLO',
    { smtp: smtp({ banner: reply(220), lastPhase: 'ehlo', notSmtp: 'x', end: 'fin' }) },
  ],
  ['smtp', 'other bytes', { smtp: smtp({ lastPhase: 'banner', notSmtp: 'SSH-2.0', end: 'fin' }) }],
  ['smtp', 'silence', { smtp: smtp({ lastPhase: 'banner', end: 'timeout' }) }],
  [
    'smtps',
    'a greeting within TLS',
    { smtp: smtp({ banner: reply(220), ehlo: reply(250), extensions: [], tls: COMPLETE as never }) },
  ],
  ['smtps', 'no TLS', { smtp: smtp({ lastPhase: 'tls', tls: tls({ status: 'timeout' }) as never }) }],
];

describe.each(CONNECTS)('$status', (connect) => {
  it.each(AFTER)('%s: %s', (kind, _, after) => {
    const observation = Observation.parse({
      kind,
      endpointId: 'x',
      vantage: 'local',
      host: 'www.example.com',
      port: 4000,
      address: PUBLIC,
      family: 4,
      startedAt: '2026-03-01T09:30:00.000Z',
      timings: { total: 3 },
      exchange: [],
      connect,
      ...(connect.status === 'connected' && after),
    });
    const vantage = { id: 'local', kind: 'local' as const, families: [4 as const], controls: [] };
    const { state } = diagnose(observation, {
      endpoint: endpoint({ kind, host: 'www.example.com' }),
      vantage,
      now: Date.parse(observation.startedAt),
    });
    const handshake = connect.status === 'connected' || connect.status === 'reset';
    expect([state, readingFor(kind).restsOnConnect(observation)]).toEqual([
      state,
      handshake && state !== 'open',
    ]);
  });
});

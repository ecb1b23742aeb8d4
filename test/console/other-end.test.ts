import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JoinedRow } from '../../lib/console/gate/board/joined.ts';
import { withJoined } from '../../lib/console/gate/board/joined.ts';
import { turnsOf } from '../../lib/console/gate/board/turns.ts';
import { sentEvidence } from '../../lib/console/gate/other-end/evidence.ts';
import { newAsking, newCode, sealKeys, secretOf } from '../../lib/console/gate/other-end/keys.ts';
import { settingsFor, WAYS } from '../../lib/console/gate/other-end/ways.ts';
import type { EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { readListenerCode, spellCode } from '../../lib/kinds/listener/code.ts';
import { runKey } from '../../lib/kinds/listener/proof.ts';
import { sealKeysOf } from '../../lib/kinds/listener/seal-keys.ts';
import { ListenerSecret } from '../../lib/model/listener-secret.ts';

const row = (id: string, endpoint: Partial<EndpointReport>, more: Partial<JoinedRow> = {}): JoinedRow => ({
  endpoint: { id, kind: 'https', port: 443, expect: 'open', verdict: 'fail', ...endpoint } as EndpointReport,
  runId: 'run-1',
  probedAt: 0,
  since: 0,
  decided: [],
  ...more,
});

describe('the keys of the browser', () => {
  it('are those that Node makes of the code', async () => {
    const code = newCode();
    expect(readListenerCode(spellCode(code))).toBe(code);
    expect(await sealKeys(code)).toEqual(sealKeysOf(code));
    const secret = await secretOf(newAsking(code));
    expect(ListenerSecret.parse(secret)).toEqual(secret);
    expect(secret.key).toBe(runKey(code, secret.run));
  });

  it('are new for each run, while the words of the ports stay', async () => {
    const asking = newAsking();
    const [one, other] = [await secretOf(asking), await secretOf(asking)];
    expect(one.run).not.toBe(other.run);
    expect([one.wordsSeed, one.key]).toEqual([other.wordsSeed, undefined]);
  });
});

describe('the texts to send', () => {
  const settings = settingsFor([
    row('https://a', {}),
    row('smtp://a', { kind: 'smtp', port: 25 }),
    row('https://a/2', {}),
    row('ntp://a', { kind: 'ntp', port: 123 }),
    row('ssh://a', { kind: 'ssh', port: 22, expect: 'closed' }),
  ]);

  it('have the ports at which a listener can stand in, each once', () => {
    expect(settings).toMatchObject({ ports: [25, 443], mailPorts: [25], minutes: 60 });
  });

  it.each(WAYS.map((way) => [way.id, way] as const))('%s names the ports, and no code', (_, way) => {
    const text = way.text(settings);
    expect(text).toMatch(/25\b.{1,4}443/);
    expect(text.length).toBeLessThan(8_000);
  });
});

it('a log is sent as it is, gzipped where it is large, and not where nobody would take it', async () => {
  expect(await sentEvidence('small')).toEqual({ log: 'small' });
  const large = 'line of a log\n'.repeat(50_000);
  const sent = await sentEvidence(large);
  if (sent === undefined || !('logGzip' in sent)) throw new Error('not gzipped');
  expect(gunzipSync(Buffer.from(sent.logGzip, 'base64')).toString()).toBe(large);
  expect(await sentEvidence('x'.repeat(1_000_001))).toBeUndefined();
});

describe('the board with the other end', () => {
  const decided = {
    endpoint: 'a',
    address: '203.0.113.7',
    port: 443,
    found: 'path.host-firewall',
    summary: 's',
  };
  const joined = {
    runId: 'run-1',
    report: {
      endpoints: [{ ...row('a', {}).endpoint, cause: 'path.words-differ' }],
      listeners: [{ decided: [decided] }],
    } as unknown as Report,
  };

  it('has verdict and words of the joined report until the endpoint is measured again, and what both ends decide while it fails', () => {
    const rows = [row('a', {}), row('b', {})];
    expect(withJoined(rows, joined).map((one) => [one.endpoint.cause, one.decided.length])).toEqual([
      ['path.words-differ', 1],
      [undefined, 0],
    ]);
    expect(withJoined([row('a', {}, { runId: 'run-2' })], joined)).toMatchObject([
      { endpoint: { verdict: 'fail' }, decided: [decided] },
    ]);
    expect(withJoined([row('a', { verdict: 'pass' }, { runId: 'run-2' })], joined)).toMatchObject([
      { decided: [] },
    ]);
  });

  it('says whose turn it is by both ends, also of a later run that fails in the same way', () => {
    const endpoint = { ...row('a', { side: 'network', cause: 'tcp.unreachable' }).endpoint };
    const startedAt = '2026-03-01T10:00:00.000Z';
    const listeners = [{ decided: [{ ...decided, side: 'host' }] }];
    const both = {
      runId: 'run-1',
      report: { startedAt, endpoints: [endpoint], listeners } as unknown as Report,
    };
    const sideIn = (runId: string, cause: 'tcp.unreachable' | 'tcp.filtered') =>
      withJoined([row('a', { side: 'network', cause }, { runId })], both)[0]?.endpoint.side;
    expect(sideIn('run-1', 'tcp.unreachable')).toBe('host');
    expect(sideIn('run-2', 'tcp.unreachable')).toBe('host');
    expect(sideIn('run-2', 'tcp.filtered')).toBe('network');
    expect(withJoined([row('a', {}, {})], both)[0]?.decidedAt).toBe(Date.parse(startedAt));
  });

  it('says whose turn it is, most first, since the first of them', () => {
    const rows = [
      row('a', { side: 'service' }, { since: 5 }),
      row('b', { side: 'network' }, { since: 9 }),
      row('c', { side: 'network' }, { since: 7 }),
      row('d', { side: 'host', verdict: 'warn' }),
    ];
    expect(turnsOf(rows)).toEqual([
      { side: 'network', count: 2, since: 7 },
      { side: 'service', count: 1, since: 5 },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../../../lib/model/severity-order.ts';
import { createMerged, nextOf } from '../../../lib/report/prometheus/pages.ts';
import { MAX_SHOWN } from '../../../lib/service/api/fleet-metrics.ts';
import { metricsHandlers } from '../../../lib/service/api/metrics.ts';
import { metricsContracts } from '../../../lib/service/contracts/metrics.ts';
import type { ItemStore } from '../../../lib/service/ports/item-store.ts';
import type { LatestState } from '../../../lib/service/state/latest.ts';

const latest: LatestState = {
  runId: 'run-1',
  startedAt: '2026-11-25T01:00:00.000Z',
  verdict: 'fail',
  endpoints: {
    'https://shop.example.com:443/': {
      verdict: 'warn',
      cause: 'tls.cert-expires-soon',
      since: '2026-11-20T00:00:00.000Z',
      seen: {
        states: { open: 5 },
        durationMs: 123.4,
        httpStatus: 200,
        notAfter: '2026-12-01T00:00:00.000Z',
      },
    },
    'smtp://shop.example.com:25': {
      verdict: 'fail',
      cause: 'tcp.filtered',
      since: '2026-11-25T01:00:00.000Z',
      seen: { states: { filtered: 4, inconclusive: 1 }, durationMs: 30_000 },
    },
    'ssh://shop.example.com:22 (closed)': {
      verdict: 'inconclusive',
      cause: 'prober.egress-blocked',
      since: '2026-11-24T00:00:00.000Z',
    },
  },
};

async function metrics(
  states: Readonly<Record<string, LatestState | undefined>>,
  query: { prefix?: string; limit?: number; after?: string } = {},
): Promise<string> {
  const named = Object.keys(states).map((name) => ({ pk: `TARGET#${name}`, sk: 'TARGET', name }));
  const items: Pick<ItemStore, 'get' | 'list'> = {
    get: async ({ pk, sk }) => {
      const state = states[pk.slice('STATE#'.length)];
      return sk === 'LATEST' && state !== undefined ? { pk, sk, ...state } : undefined;
    },
    list: async (kind, { after = '0', limit = 100 } = {}) => {
      if (kind !== 'target') throw new Error(`${kind} was not asked for`);
      const end = Number(after) + limit;
      const page = { items: named.slice(Number(after), end) };
      return end < named.length ? { ...page, next: String(end) } : page;
    },
  };
  const { getMetrics } = metricsHandlers({
    items,
    now: () => Date.parse('2026-11-25T01:30:00Z'),
  });
  const parsed = metricsContracts.getMetrics.query.parse(query);
  const answer = await getMetrics({
    params: undefined,
    query: parsed,
    body: undefined,
    caller: { arn: 'a', principal: 'a' },
  });
  if (!answer.ok) throw new Error(answer.problem.detail);
  return answer.value;
}

describe('metrics of the fleet', () => {
  it('report each endpoint in the names of blackbox_exporter, and what it does not know in our own', async () => {
    const text = await metrics({ Shop: latest });
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const https = 'target="Shop",endpoint="https://shop.example.com:443/"';
    const smtp = 'target="Shop",endpoint="smtp://shop.example.com:25"';
    const ssh = 'target="Shop",endpoint="ssh://shop.example.com:22 (closed)"';
    expect(samples).toEqual([
      `probe_success{${https}} 1`,
      `probe_success{${smtp}} 0`,
      `probe_duration_seconds{${https}} 0.1234`,
      `probe_duration_seconds{${smtp}} 30`,
      `probe_http_status_code{${https}} 200`,
      `probe_ssl_earliest_cert_expiry{${https}} ${Date.UTC(2026, 11, 1) / 1_000}`,
      ...[https, smtp, ssh].flatMap((endpoint, index) =>
        VERDICTS.map(
          (verdict) =>
            `inbound_check_verdict{${endpoint},verdict="${verdict}"} ${verdict === ['warn', 'fail', 'inconclusive'][index] ? 1 : 0}`,
        ),
      ),
      `inbound_check_cause_info{${https},cause="tls.cert-expires-soon",side="service",rank="0"} 1`,
      `inbound_check_cause_info{${smtp},cause="tcp.filtered",side="network",rank="0"} 1`,
      `inbound_check_cause_info{${ssh},cause="prober.egress-blocked",side="prober",rank="0"} 1`,
      `inbound_check_verdict_since_timestamp_seconds{${https}} ${Date.UTC(2026, 10, 20) / 1_000}`,
      `inbound_check_verdict_since_timestamp_seconds{${smtp}} ${Date.UTC(2026, 10, 25, 1) / 1_000}`,
      `inbound_check_verdict_since_timestamp_seconds{${ssh}} ${Date.UTC(2026, 10, 24) / 1_000}`,
      `inbound_check_vantages{${https},state="open"} 5`,
      `inbound_check_vantages{${smtp},state="filtered"} 4`,
      `inbound_check_vantages{${smtp},state="inconclusive"} 1`,
      'inbound_check_target_info{target="Shop"} 1',
      ...VERDICTS.map(
        (verdict) =>
          `inbound_check_target_verdict{target="Shop",verdict="${verdict}"} ${verdict === 'fail' ? 1 : 0}`,
      ),
      'inbound_check_target_endpoints{target="Shop"} 3',
      `inbound_check_last_run_timestamp_seconds{target="Shop"} ${Date.UTC(2026, 10, 25, 1) / 1_000}`,
      `inbound_check_metrics_timestamp_seconds ${Date.UTC(2026, 10, 25, 1, 30) / 1_000}`,
    ]);
  });

  it('name a target that was never checked', async () => {
    const text = await metrics({ New: undefined });
    expect(text).toContain('inbound_check_target_info{target="New"} 1');
    expect(text).not.toContain('inbound_check_last_run_timestamp_seconds{');
  });

  it('quote names that would end a label', async () => {
    expect(await metrics({ 'a"b\\c\nd': undefined })).toContain(
      'inbound_check_target_info{target="a\\"b\\\\c\\\\x0ad"} 1',
    );
  });

  it('keep a target with very many endpoints short and say how many it has', async () => {
    const [, one] = Object.entries(latest.endpoints)[0] ?? [];
    if (one === undefined) throw new Error('no endpoint');
    const endpoints = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`tcp://a:${n + 1}`, one]));
    const text = await metrics({ Many: { ...latest, endpoints } });
    expect(text.match(/^probe_success\{/gm)).toHaveLength(MAX_SHOWN);
    expect(text).toContain('inbound_check_target_endpoints{target="Many"} 900');
  });

  it('come in pages that together are ten thousand targets, each small enough for Lambda', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [`target-${String(n).padStart(5, '0')}`, latest]),
    );
    const all = createMerged();
    let after: string | undefined;
    let pages = 0;
    do {
      const page = await metrics(states, after === undefined ? {} : { after });
      expect(page.length).toBeLessThan(5_500_000);
      all.add(page);
      after = nextOf(page);
      pages += 1;
    } while (after !== undefined);
    expect(pages).toBeGreaterThan(1);
    const text = [...all.text()].join('');
    expect(text.match(/^inbound_check_target_info\{/gm)).toHaveLength(10_000);
    expect(text.match(/^probe_success\{/gm)).toHaveLength(20_000);
    expect(text.match(/^# HELP probe_success /gm)).toHaveLength(1);
    expect(text.match(/^inbound_check_metrics_timestamp_seconds /gm)).toHaveLength(1);
  });

  it('are of targets with a prefix, and of so many as are asked for', async () => {
    const states = { 'a-1': undefined, 'a-2': undefined, 'b-1': undefined };
    const names = (text: string) =>
      [...text.matchAll(/target_info\{target="([^"]+)"/g)].map(([, name]) => name);
    expect(names(await metrics(states, { prefix: 'a-' }))).toEqual(['a-1', 'a-2']);
    const first = await metrics(states, { limit: 2 });
    expect(names(first)).toEqual(['a-1', 'a-2']);
    const after = nextOf(first);
    expect(names(await metrics(states, after === undefined ? {} : { after }))).toEqual(['b-1']);
  });
});

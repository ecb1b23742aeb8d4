/** Prometheus's own tool reads what we write, and tries the rules of docs/examples. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMerged } from '../../lib/report/prometheus/pages.ts';
import { prometheus } from '../../lib/report/prometheus.ts';
import { createFleetMetrics } from '../../lib/service/api/fleet-metrics.ts';
import type { LatestState } from '../../lib/service/state/latest.ts';
import { ROOT } from '../cli/run-cli.ts';
import { render } from '../report/sample-report.ts';
import { HOSTILE } from '../service/alerts/change.ts';

const examples = join(ROOT, 'docs/examples');
function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, {
    cwd: examples,
    input,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return status === 0 ? '' : `${status}: ${stdout}${stderr}`;
}

const latest: LatestState = {
  runId: 'r',
  startedAt: '2026-11-25T01:00:00.000Z',
  verdict: 'fail',
  endpoints: Object.fromEntries(
    ['https://shop.example.com:443/', HOSTILE, '漢字 "quoted" \\ {a="b"} 1\n'].map((id) => [
      id,
      {
        verdict: 'fail',
        cause: 'tcp.filtered',
        since: '2026-11-25T01:00:00.000Z',
        seen: {
          states: { open: 4, filtered: 1 },
          durationMs: 12.3456,
          httpStatus: 200,
          notAfter: '2026-12-01T00:00:00.000Z',
        },
      },
    ]),
  ),
};

describe('promtool', () => {
  it('refuses what is no metrics text, so that the tests below mean something', () => {
    expect(promtool(['check', 'metrics'], 'a{b="c" 1\n')).not.toBe('');
    expect(promtool(['check', 'metrics'], '# TYPE a gauge\na 1\nb 1\na{x="y"} 2\n# TYPE a gauge\n')).not.toBe(
      '',
    );
  });

  it('takes the metrics of the fleet, page by page and merged', () => {
    const merged = createMerged();
    for (const targets of [
      ['Shop', HOSTILE],
      ['Other', 'a"b\\c\nd'],
    ]) {
      const page = createFleetMetrics(Date.parse('2026-11-25T01:30:00Z'));
      for (const target of targets) page.add(target, latest);
      expect(promtool(['check', 'metrics'], page.text())).toBe('');
      merged.add(page.text());
    }
    const text = [...merged.text()].join('');
    expect(text.match(/^probe_success\{/gm)).toHaveLength(12);
    expect(promtool(['check', 'metrics'], text)).toBe('');
  });

  it('takes the metrics of a report with hostile text in every field', () => {
    expect(promtool(['check', 'metrics'], render(prometheus))).toBe('');
  });

  it('takes the example rules, and they fire when they should', () => {
    expect(promtool(['check', 'rules', 'prometheus-rules.yml'])).toBe('');
    expect(promtool(['test', 'rules', 'prometheus-rules-test.yml'])).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { createExposition, labels } from '../../lib/report/prometheus/exposition.ts';
import { prometheus } from '../../lib/report/prometheus.ts';
import { render, sampleReport } from './sample-report.ts';

const SAMPLE =
  /^([a-z_][a-z0-9_]*)((?:\{(?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

describe('prometheus', () => {
  const text = render(prometheus);
  const lines = text.trimEnd().split('\n');
  const samples = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const match = SAMPLE.exec(line);
      if (match === null) throw new Error(`not a sample: ${line}`);
      return { name: match[1] ?? '', labels: match[2] ?? '', value: Number(match[3]) };
    });
  const value = (name: string, ...labels: string[]): number | undefined =>
    samples.find((each) => each.name === name && labels.every((label) => each.labels.includes(label)))?.value;

  it('gives each metric HELP and TYPE once, before its samples, which are together', () => {
    const order = lines.map((line) => /^(?:# (?:HELP|TYPE) )?([a-z_0-9]+)/.exec(line)?.[1] ?? '');
    const groups = order.filter((name, index) => name !== order[index - 1]);
    expect(new Set(groups).size).toBe(groups.length);
    for (const name of groups) {
      expect(lines.filter((line) => line.startsWith(`# HELP ${name} `))).toHaveLength(1);
      expect(lines.filter((line) => line === `# TYPE ${name} gauge`)).toHaveLength(1);
    }
  });

  it('has no two samples of one name and the same labels', () => {
    const keys = samples.map(({ name, labels }) => name + labels);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ['probe_success', ['endpoint="https://www.example.com:443/"'], 1],
    ['probe_success', ['endpoint="smtp://www.example.com:25"'], 0],
    ['probe_success', ['endpoint="tcp://www.example.com:3306 (closed)"'], 1],
    ['probe_duration_seconds', ['endpoint="https://www.example.com:443/"', 'address="192.0.2.10"'], 0.063],
    ['probe_dns_lookup_time_seconds', ['address="192.0.2.10"'], 0.0041],
    ['probe_ip_protocol', ['address="2001:db8::10"'], 6],
    ['probe_http_status_code', ['endpoint="http://www.example.com:80/"'], 301],
    ['probe_http_redirects', ['address="192.0.2.10"'], 1],
    ['probe_http_duration_seconds', ['address="192.0.2.10"', 'phase="connect"'], 0.0221],
    ['probe_ssl_earliest_cert_expiry', ['target="shop.example.com"'], Date.UTC(2026, 1, 1) / 1000],
    ['probe_tls_version_info', ['version="TLS 1.3"'], 1],
    ['inbound_check_tls_oldest_version_info', ['target="shop.example.com"', 'version="TLS 1.0"'], 1],
    ['inbound_check_endpoint_info', ['endpoint="smtp://www.example.com:25"', 'kind="smtp"', 'port="25"'], 1],
    ['inbound_check_verdict', ['endpoint="smtp://mx.example.com:25"', 'verdict="inconclusive"'], 1],
    ['inbound_check_cause_info', ['cause="tcp.filtered"', 'side="network"', 'rank="0"'], 1],
    ['inbound_check_state', ['endpoint="smtp://www.example.com:25"', 'state="filtered"'], 1],
    ['inbound_check_control_ok', ['port="25"', 'family="6"'], 0],
    ['inbound_check_run_endpoints', ['verdict="fail"'], 4],
  ])('%s of %j is %d', (name, labels, expected) => {
    expect(value(name, ...labels)).toBe(expected);
  });

  it('does not call an endpoint failed that it could not judge', () => {
    expect(value('probe_success', 'endpoint="smtp://mx.example.com:25"')).toBeUndefined();
  });

  it('gives the last attempt of an address, once', () => {
    const attempts = samples.filter(
      ({ name, labels }) => name === 'probe_duration_seconds' && labels.includes('smtp://www.example.com:25'),
    );
    expect(attempts).toHaveLength(1);
    expect(sampleReport.endpoints[1]?.observations).toHaveLength(2);
  });

  it('escapes backslash, quote and line feed in a label', () => {
    const metrics = createExposition({ m: 'help\\\n' });
    metrics.set('m', labels({ a: 'x\\"\n' }), 1);
    expect(metrics.text()).toBe('# HELP m help\\\\\\n\n# TYPE m gauge\nm{a="x\\\\\\"\\\\x0a"} 1\n');
  });
});

/** The examples of docs/ ask for metrics that there are, in labels that they have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { FLEET_FAMILIES } from '../../../lib/report/prometheus/families.ts';
import { createFleetMetrics } from '../../../lib/service/api/fleet-metrics.ts';
import { ROOT, runCli } from '../../cli/run-cli.ts';

const example = (name: string): string => readFileSync(join(ROOT, 'docs/examples', name), 'utf8');

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});
const Dashboard = z.object({
  title: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.enum(['stat', 'table', 'bargauge', 'timeseries']),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string().min(1) })).min(1),
    }),
  ),
});

const rules = Rules.parse(parse(example('prometheus-rules.yml'))).groups.flatMap((group) => group.rules);
const dashboard = Dashboard.parse(JSON.parse(example('grafana-dashboard.json')));
const questions: [string, string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
];

/** A text with every metric. */
const metrics = createFleetMetrics(0);
metrics.add('Shop', {
  runId: 'r',
  startedAt: '2026-11-25T01:00:00.000Z',
  verdict: 'fail',
  endpoints: {
    'https://shop.example.com:443/': {
      verdict: 'fail',
      cause: 'http.status-unexpected',
      since: '2026-11-25T01:00:00.000Z',
      seen: { states: { open: 5 }, durationMs: 1, httpStatus: 500, notAfter: '2026-12-01T00:00:00.000Z' },
    },
  },
});
const text = metrics.text();
const labelsOf = (metric: string): string[] => {
  const labels = new RegExp(`^${metric}\\{(.*)\\}`, 'm').exec(text)?.[1] ?? '';
  return [...labels.matchAll(/(\w+)="/g)].map(([, name = '']) => name);
};

const METRIC = /\b(?:probe|inbound_check)_\w+/g;

describe('the examples', () => {
  it('are checked against all metrics that there are', () => {
    for (const name of Object.keys(FLEET_FAMILIES)) expect(text).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
    expect(questions.length).toBeGreaterThan(10);
  });

  it.each(questions)('%s asks for metrics that there are', (_, expr) => {
    const names = expr.match(METRIC) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(Object.keys(FLEET_FAMILIES)).toContain(name);
    for (const [, name = '', selector = ''] of expr.matchAll(/\b((?:probe|inbound_check)_\w+)\{([^}]*)\}/g))
      for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
        expect(labelsOf(name), `${name} of ${expr}`).toContain(label);
  });

  it('the dashboard asks for variables that it has, and no panel covers another', () => {
    const variables = new Set(dashboard.templating.list.map(({ name }) => name));
    for (const [, name = ''] of example('grafana-dashboard.json').matchAll(/\$\{?(\w+)/g))
      if (name !== 'schema') expect(variables).toContain(name);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('the unit runs a command that there is', async () => {
    const line = /^ExecStart=(.*)$/m.exec(example('inbound-check-metrics.service'))?.[1] ?? '';
    const [tool, command = '', ...options] = line.split(' ');
    expect([tool, command]).toEqual(['inbound-check', 'metrics']);
    const { stdout } = await runCli([command, '--help']);
    for (const option of options.filter((one) => one.startsWith('--'))) expect(stdout).toContain(option);
  });
});

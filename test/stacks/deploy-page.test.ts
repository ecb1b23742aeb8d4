import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../lib/fleet/request.ts';
import { CONFIGURATION_KEYS } from '../../lib/stacks/configuration.ts';
import { LISTS_PREFIX } from '../../lib/stacks/sweep-objects.ts';
import { plannedVantages } from '../../lib/stacks/vantages.ts';
import { resourcesOf } from './statements.ts';
import { fullFleet, plainFleet, synthesize } from './synthesized.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/deploy.md');
const example = (name: string): unknown => JSON.parse(read(`docs/examples/${name}.json`));
const fleet = plannedVantages(plainFleet().configuration).map(({ facts }) => facts);

describe('docs/deploy.md', () => {
  it('names every key of the configuration and no other', () => {
    const documented = [...page.matchAll(/^\| `(\w+)` \|.*\|.*\|$/gm)].map(([, key]) => key);
    expect(CONFIGURATION_KEYS.every((key) => documented.includes(key))).toBe(true);
    for (const [, key] of page.matchAll(/-c ([a-z]\w*)=/g)) expect(CONFIGURATION_KEYS).toContain(key);
  });

  it('names every alarm', () => {
    const alarms = resourcesOf(fullFleet().controlTemplate.toJSON(), 'AWS::CloudWatch::Alarm').map(([id]) =>
      id.replace(/^Observability|[0-9A-F]{8}$/g, ''),
    );
    for (const alarm of alarms) expect(page).toContain(`| \`${alarm}\` |`);
  });

  it('names stacks and state machines as they are called', () => {
    const names = JSON.stringify([...plainFleet().templates]);
    for (const [, name = ''] of page.matchAll(
      /\b(inbound-check-(?:probe-[a-z0-9-]+|control|check|sweep))\b/g,
    ))
      expect(names).toContain(name);
  });

  it('shows an address of one’s own as the configuration takes it', () => {
    const [, block = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const context = JSON.parse(`{${block}}`) as Record<string, unknown>;
    const [vantage] = synthesize(context).configuration.smtpVantages;
    expect(vantage).toMatchObject({ address: '198.51.100.7', ehloName: 'probe.example.com' });
  });

  it('has examples that the plan takes', async () => {
    expect(await readRequest(example('fleet-request'), fleet)).toMatchObject({ ok: true });
    const sweep = example('fleet-sweep') as { request: object; targetsKey: string };
    expect(sweep.targetsKey.startsWith(`${LISTS_PREFIX}/`)).toBe(true);
    const targets = example('fleet-sweep-targets');
    expect(await readRequest({ ...sweep.request, runId: 'child', targets }, fleet)).toMatchObject({
      ok: true,
    });
  });
});

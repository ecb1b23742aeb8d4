import { describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { wants } from '../../../lib/service/alerts/filter.ts';
import { fleetSources } from '../../../lib/service/runs/fleet-sources.ts';
import { noteSources } from '../../../lib/service/runs/note-sources.ts';
import type { SightedSource } from '../../../lib/service/state/sources.ts';
import { vantage } from '../runs/ports.ts';
import { memoryItems } from './memory-items.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T10:00:00.000Z');
const at = (ms: number): string => new Date(START + ms).toISOString();
const seen = (address: string, ms: number, vantageId = 'eu-west-1'): SightedSource => ({
  vantage: vantageId,
  address,
  at: at(ms),
});

function fleet() {
  const items = memoryItems();
  const sent: ChangeEvent[] = [];
  let writes = 0;
  const counted = {
    ...items,
    put: (...given: Parameters<typeof items.put>) => {
      writes += 1;
      return items.put(...given);
    },
  };
  const send = async (events: readonly ChangeEvent[]) => void sent.push(...events);
  const run = (runId: string, ms: number, ...sighted: SightedSource[]) =>
    noteSources({ items: counted, send, fleet: 'inbound-check' }, sighted, { runId, startedAt: at(ms) });
  return { items, sent, run, writes: () => writes };
}

describe('an address that is new', () => {
  it('is announced once, and not in the first run of a fleet', async () => {
    const { run, sent } = fleet();
    await run('first', 0, seen('198.51.100.1', 0), seen('198.51.100.2', 0, 'us-east-1'));
    expect(sent).toEqual([]);
    await run('second', DAY, seen('198.51.100.1', DAY));
    expect(sent).toEqual([]);
    await run('third', 2 * DAY, seen('198.51.100.3', 2 * DAY), seen('198.51.100.2', 2 * DAY, 'us-east-1'));
    await run('fourth', 3 * DAY, seen('198.51.100.3', 3 * DAY));
    expect(sent).toMatchObject([
      {
        kind: 'source-new',
        severity: 'info',
        target: 'inbound-check',
        runId: 'third',
        title: 'inbound-check: a new source address of eu-west-1',
        text: expect.stringContaining('- eu-west-1: 198.51.100.3\n'),
      },
    ]);
    expect(ChangeEvent.parse(sent[0])).toEqual(sent[0]);
  });

  it('is the same event when the publication is tried again, and counts once for two families', async () => {
    const { run, sent } = fleet();
    await run('first', 0, seen('198.51.100.1', 0));
    const both = [seen('198.51.100.9', DAY), seen('2600:1f18::9', DAY)];
    await run('again', DAY, ...both);
    await run('again', DAY, ...both);
    expect(sent.map(({ id }) => id)).toEqual([sent[0]?.id, sent[0]?.id]);
    expect(sent[0]?.title).toContain('2 new source addresses of eu-west-1');
  });

  it('is one that was not seen for thirty days, too', async () => {
    const { run, sent } = fleet();
    await run('first', 0, seen('198.51.100.1', 0));
    await run('later', 31 * DAY, seen('198.51.100.1', 31 * DAY));
    expect(sent.map(({ runId }) => runId)).toEqual(['later']);
  });

  it('comes to a webhook that asks for it, and to no other', async () => {
    const { run, sent } = fleet();
    await run('first', 0, seen('198.51.100.1', 0));
    await run('second', DAY, seen('198.51.100.2', DAY));
    const [event] = sent;
    if (event === undefined) throw new Error('nothing was sent');
    expect(wants({}, event)).toBe(false);
    expect(wants({ kinds: ['failing'] }, event)).toBe(false);
    expect(wants({ kinds: ['source-new'] }, event)).toBe(true);
  });
});

it('writes an address that each run sees once an hour, and nothing for a run without', async () => {
  const { run, writes } = fleet();
  await run('first', 0, seen('198.51.100.1', 0));
  const before = writes();
  await run('nothing', 1_000);
  for (let minute = 5; minute < 60; minute += 5)
    await run(`at-${minute}`, minute * 60_000, seen('198.51.100.1', minute * 60_000));
  expect(writes()).toBe(before);
  await run('next', 3_600_000, seen('198.51.100.1', 3_600_000));
  expect(writes()).toBe(before + 1);
});

it('lists what was seen lately by vantage, the last first, and fixed addresses as such', async () => {
  const { items, run } = fleet();
  await run('old', 0, seen('198.51.100.1', 0));
  await run('new', 40 * DAY, seen('198.51.100.2', 40 * DAY), seen('198.51.100.3', 41 * DAY), {
    ...seen('203.0.113.25', 40 * DAY, 'eu-west-1-smtp'),
    fixed: true,
  });
  const smtp = (id: string, sourceAddress?: string) =>
    vantage(id, { kind: 'lambda-vpc', ...(sourceAddress !== undefined && { sourceAddress }) });
  const all = [
    vantage('eu-west-1'),
    smtp('eu-west-1-smtp'),
    smtp('us-east-1-smtp', '203.0.113.99'),
    vantage('ap-south-1'),
  ];
  const { vantages } = await fleetSources(items, all, START + 41 * DAY);
  expect(vantages.map(({ id, sources }) => [id, sources])).toEqual([
    [
      'eu-west-1',
      [
        { address: '198.51.100.3', firstSeen: at(41 * DAY), lastSeen: at(41 * DAY) },
        { address: '198.51.100.2', firstSeen: at(40 * DAY), lastSeen: at(40 * DAY) },
      ],
    ],
    [
      'eu-west-1-smtp',
      [{ address: '203.0.113.25', fixed: true, firstSeen: at(40 * DAY), lastSeen: at(40 * DAY) }],
    ],
    ['us-east-1-smtp', [{ address: '203.0.113.99', fixed: true }]],
    ['ap-south-1', []],
  ]);
  expect(items.all().every(({ sk, ttl }) => sk === 'FIRST' || typeof ttl === 'number')).toBe(true);
});

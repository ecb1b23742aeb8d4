import { mkdtempSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateHistory } from '../../lib/engine/compare/update-history.ts';
import { openHistory, pruneHistory } from '../../lib/local/history.ts';
import { sampleReport } from '../report/sample-report.ts';

const newDirectory = (): string => join(mkdtempSync(join(tmpdir(), 'inbound-check-history-')), 'history');
const [report] = sampleReport.endpoints;
if (report === undefined) throw new Error('the sample has endpoints');
const run = (day: number) => ({ id: `run-${day}`, startedAt: `2026-03-0${day}T09:00:00.000Z` });

describe('history in files', () => {
  it('gives the second run what the first one saw', async () => {
    const directory = newDirectory();
    const store = openHistory(directory);
    expect((await updateHistory(store, report, run(1))).report.history).toBeUndefined();
    const second = await updateHistory(openHistory(directory), report, run(2));
    expect(second.report.history?.runs).toEqual([
      { run: 'run-1', at: '2026-03-01T09:00:00.000Z', verdict: report.verdict },
    ]);
    const [file = ''] = readdirSync(directory);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('begins again where a record can’t be read', async () => {
    const directory = newDirectory();
    const store = openHistory(directory);
    await updateHistory(store, report, run(1));
    const [file = ''] = readdirSync(directory);
    writeFileSync(join(directory, file), '{"schema":"other"}');
    expect(await store.load(report.id)).toBeUndefined();
    expect((await updateHistory(store, report, run(2))).fault).toBeUndefined();
    expect((await store.load(report.id))?.runs).toHaveLength(1);
  });

  it('that can’t be written costs the report nothing, and says why', async () => {
    const directory = newDirectory();
    writeFileSync(directory, 'a file where the directory should be');
    const { report: told, fault } = await updateHistory(openHistory(directory), report, run(1));
    expect(told).toBe(report);
    expect(fault).toContain(directory);
  });

  it('forgets what was not checked for longest, and what was left half written', async () => {
    const directory = newDirectory();
    const store = openHistory(directory);
    for (const index of [1, 2, 3, 4])
      await updateHistory(store, { ...report, id: `tcp://h${index}:1` }, run(1));
    const partial = join(directory, `${'0'.repeat(32)}.json.abcd.partial`);
    writeFileSync(partial, '{');
    const long = new Date('2020-01-01T00:00:00Z');
    utimesSync(partial, long, long);
    for (const file of readdirSync(directory)) {
      const record = file.endsWith('.json') ? await readEndpoint(join(directory, file)) : '';
      if (record === 'tcp://h3:1') utimesSync(join(directory, file), long, long);
    }
    await pruneHistory(directory, 3);
    const left: string[] = [];
    for await (const { endpoint } of store.all()) left.push(endpoint);
    expect(left.sort()).toEqual(['tcp://h1:1', 'tcp://h2:1', 'tcp://h4:1']);
    expect(readdirSync(directory)).toHaveLength(3);
  });
});

async function readEndpoint(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return (JSON.parse(await readFile(path, 'utf8')) as { endpoint: string }).endpoint;
}

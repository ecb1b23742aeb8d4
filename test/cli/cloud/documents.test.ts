import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDocuments } from '../../../lib/cli/cloud/documents.ts';
import { jsonl } from '../../../lib/report/jsonl.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';

it('writes a report of the fleet as a local run writes one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-documents-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'report.jsonl');
  const report = { ...sampleFleetReport, message: { key: 'run.pass', params: {} } };
  const documents = await openDocuments({ formats: [], outputs: [path], verbose: false });
  if (!documents.ok) throw new Error(documents.message);
  const notAsked = () => Promise.reject(new Error('not asked'));
  const run = { runId: report.id } as Parameters<typeof documents.value.write>[1]['run'];
  expect(await documents.value.write(report, { client: notAsked, run })).toBe(0);
  const text = readFileSync(path, 'utf8');
  expect(text).toBe(await writeWhole(jsonl, tailOf(report), report.endpoints));
  const [head = ''] = text.split('\n');
  expect(JSON.parse(head)).toMatchObject({ type: 'head', id: report.id });
  expect(JSON.parse(head)).not.toHaveProperty('message');
});

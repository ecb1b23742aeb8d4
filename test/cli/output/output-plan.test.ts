import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOutputs } from '../../../lib/cli/output/output-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-outputs-'));

describe('reports go where --format and --output say', () => {
  it.each<[what: string, formats: string[], outputs: string[], planned: object[]]>([
    ['the summary to standard output by default', [], [], [{ format: 'terminal' }]],
    ['one format to standard output', ['csv'], [], [{ format: 'csv' }]],
    [
      'a file by its extension',
      [],
      ['a/r.html'],
      [{ format: 'terminal' }, { format: 'html', path: 'a/r.html' }],
    ],
    [
      'each file by its own extension',
      [],
      ['r.md', 'r.ndjson'],
      [{ format: 'terminal' }, { format: 'markdown', path: 'r.md' }, { format: 'jsonl', path: 'r.ndjson' }],
    ],
    [
      'one format into a file of any name',
      ['junit'],
      ['results.txt'],
      [{ format: 'terminal' }, { format: 'junit', path: 'results.txt' }],
    ],
    [
      'all formats into a directory that is there',
      ['html', 'json'],
      [folder],
      [
        { format: 'terminal' },
        { format: 'html', path: join(folder, 'report.html') },
        { format: 'json', path: join(folder, 'report.json') },
      ],
    ],
    [
      'several formats into a directory that is not there yet',
      ['html,json'],
      ['reports'],
      [
        { format: 'terminal' },
        { format: 'html', path: join('reports', 'report.html') },
        { format: 'json', path: join('reports', 'report.json') },
      ],
    ],
    ['one format to standard output by name', ['json'], ['-'], [{ format: 'json' }]],
  ])('%s', async (_what, formats, outputs, planned) => {
    expect(await planOutputs(formats, outputs)).toEqual({ ok: true, value: planned });
  });

  it.each<[what: string, formats: string[], outputs: string[], says: string]>([
    ['a directory without formats', [], [folder], 'say which reports'],
    ['a format without a place', ['json'], ['a.html', 'b.md'], '--format json has no place'],
    ['one file twice', [], ['a.html', 'a.html'], 'is named twice'],
    ['nothing at all', ['json'], [''], '--output needs a file'],
    ['an extension that tells nothing', [], ['report'], 'tells no format'],
    ['standard output for two', ['json', 'csv'], ['-'], 'which one format'],
  ])('%s is refused', async (_what, formats, outputs, says) => {
    expect(await planOutputs(formats, outputs)).toMatchObject({
      ok: false,
      message: expect.stringContaining(says),
    });
  });
});

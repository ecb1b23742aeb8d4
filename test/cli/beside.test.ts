import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withDataBeside } from '../../lib/cli/beside.ts';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { verifyReport } from '../../lib/sign/verify.ts';
import { render, sampleReport } from '../report/sample-report.ts';
import { listenSsh } from './listeners.ts';
import { type CliResult, runCli } from './run-cli.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'inbound-check-beside-'));

describe('the data beside a page', () => {
  it('are planned under its name, for each page', async () => {
    const folder = newFolder();
    const page = join(folder, 'a.html');
    expect(
      await withDataBeside([
        { format: 'terminal' },
        { format: 'html', path: page },
        { format: 'csv', path: 'x.csv' },
      ]),
    ).toEqual({
      outputs: [
        { format: 'terminal' },
        { format: 'html', path: page },
        { format: 'csv', path: 'x.csv' },
        { format: 'json', path: join(folder, 'a.json') },
      ],
      notes: [],
    });
  });

  it.each([
    [
      'JSON is asked for',
      [
        { format: 'html', path: 'a.html' },
        { format: 'json', path: 'b.json' },
      ],
    ],
    ['JSON goes to standard output', [{ format: 'json' }, { format: 'html', path: 'a.html' }]],
    ['the page goes to standard output', [{ format: 'html' }]],
    ['the page goes to a device', [{ format: 'html', path: '/dev/null' }]],
    ['there is no page', [{ format: 'csv', path: 'a.csv' }]],
  ] as const)('are not planned where %s', async (_what, outputs) => {
    expect(await withDataBeside(outputs)).toEqual({ outputs, notes: [] });
  });

  it.each([
    ['anything else', () => 'precious'],
    ['the data of another run', () => render(json, { ...sampleReport, id: 'yesterday' })],
  ])('never take the place of %s, and a line says so', async (_what, contents) => {
    const folder = newFolder();
    const page = join(folder, 'report.html');
    writeFileSync(page, render(html));
    const there = join(folder, 'report.json');
    writeFileSync(there, contents());
    const { outputs, notes } = await withDataBeside([{ format: 'html', path: page }]);
    expect(outputs).toEqual([{ format: 'html', path: page }]);
    expect(notes).toEqual([
      expect.stringMatching(/report\.json.* is there .* stays; .*--output FILE\.json$/),
    ]);
  });

  it('never take the place of a file where there is no page yet', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'report.json'), render(json));
    const page = join(folder, 'report.html');
    expect(await withDataBeside([{ format: 'html', path: page }])).toMatchObject({
      notes: [expect.any(String)],
    });
  });

  it('take the place of the data of the page that is replaced, also through a link', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'report.html'), render(html));
    writeFileSync(join(folder, 'real.json'), render(json));
    symlinkSync('real.json', join(folder, 'report.json'));
    const page = join(folder, 'report.html');
    expect(await withDataBeside([{ format: 'html', path: page }])).toMatchObject({
      outputs: [{ path: page }, { format: 'json', path: join(folder, 'report.json') }],
      notes: [],
    });
  });
});

describe('check --output report.html', () => {
  let port: number;
  beforeAll(async () => {
    port = await listenSsh(true);
  });

  const check = (folder: string): Promise<CliResult> =>
    runCli([
      'check',
      `ssh://127.0.0.1:${port}`,
      '--allow-private',
      '--no-history',
      '--output',
      join(folder, 'report.html'),
    ]);
  const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

  it('writes both, signed by one key, again and again', async () => {
    const folder = newFolder();
    const ids: unknown[] = [];
    for (let time = 0; time < 2; time += 1) {
      expect(await check(folder)).toMatchObject({ status: 0, stderr: '' });
      const [page, data] = [
        verifyReport(read(folder, 'report.html')),
        verifyReport(read(folder, 'report.json')),
      ];
      if (page.outcome !== 'genuine' || data.outcome !== 'genuine') throw new Error('not genuine');
      expect(data.signature.keyId).toBe(page.signature.keyId);
      expect(data.signature.report).toBe(page.signature.report);
      ids.push(data.report.id);
    }
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('leaves a file alone that it did not write, and says so in one line', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'report.json'), '{"mine":true}');
    const { status, stderr } = await check(folder);
    expect(status).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('it stays')]);
    expect(read(folder, 'report.json')).toBe('{"mine":true}');
    expect(verifyReport(read(folder, 'report.html')).outcome).toBe('genuine');
  });
});

import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { unrelatedFile, withCompanionJson } from '../../../lib/cli/output/companion-json.ts';
import { html } from '../../../lib/report/html.ts';
import { json } from '../../../lib/report/json.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { render, renderWhole, sampleReport } from '../../report/sample-report.ts';
import { listenSsh } from '../listeners.ts';
import { type CliResult, runCli } from '../run-cli.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'inbound-check-beside-'));

const REPORT = await renderWhole(html, sampleReport);

describe('a page that is there already', () => {
  it.each([
    ['somebody else wrote', '<h1>Notes</h1>', true],
    ['is empty', '', false],
    ['is a report', REPORT, false],
  ])('and %s: %#', async (_what, text, foreign) => {
    const page = join(newFolder(), 'notes.html');
    writeFileSync(page, text);
    expect(await unrelatedFile([{ format: 'html', path: page }])).toBe(foreign ? page : undefined);
  });

  it('is refused before any probe, and stays', async () => {
    const page = join(newFolder(), 'notes.html');
    writeFileSync(page, '<h1>Notes</h1>');
    const { status, stderr } = await runCli([
      'check',
      'tcp://127.0.0.1:9',
      '--allow-private',
      '--output',
      page,
    ]);
    expect(status).toBe(64);
    expect(stderr).toBe(
      `inbound-check: --output ${JSON.stringify(page)} is there and is no report of ours: it stays; name another file\n`,
    );
    expect(readFileSync(page, 'utf8')).toBe('<h1>Notes</h1>');
  });
});

describe('the data next to a page', () => {
  it('are planned under its name, for each page', async () => {
    const folder = newFolder();
    const page = join(folder, 'a.html');
    expect(
      await withCompanionJson([
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
    expect(await withCompanionJson(outputs)).toEqual({ outputs, notes: [] });
  });

  it.each([
    ['anything else', () => 'precious'],
    ['the data of another run', () => render(json, { ...sampleReport, id: 'yesterday' })],
  ])('never take the place of %s, and a line says so', async (_what, contents) => {
    const folder = newFolder();
    const page = join(folder, 'report.html');
    writeFileSync(page, await renderWhole(html));
    const there = join(folder, 'report.json');
    writeFileSync(there, contents());
    const { outputs, notes } = await withCompanionJson([{ format: 'html', path: page }]);
    expect(outputs).toEqual([{ format: 'html', path: page }]);
    expect(notes).toEqual([
      expect.stringMatching(/report\.json.* is there .* stays; .*--output FILE\.json$/),
    ]);
  });

  it('never take the place of a file where there is no page yet', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'report.json'), render(json));
    const page = join(folder, 'report.html');
    expect(await withCompanionJson([{ format: 'html', path: page }])).toMatchObject({
      notes: [expect.any(String)],
    });
  });

  it('take the place of the data of the page that is replaced, also through a link', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'report.html'), await renderWhole(html));
    writeFileSync(join(folder, 'real.json'), render(json));
    symlinkSync('real.json', join(folder, 'report.json'));
    const page = join(folder, 'report.html');
    expect(await withCompanionJson([{ format: 'html', path: page }])).toMatchObject({
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
      if (page.outcome !== 'intact' || data.outcome !== 'intact') throw new Error('not genuine');
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
    expect(verifyReport(read(folder, 'report.html')).outcome).toBe('intact');
  });
});

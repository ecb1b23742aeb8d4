/** A person who verifies a file that was made to do harm gets an answer, from a process that may use 400 MB. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json } from '../../lib/report/json.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { runCli } from '../cli/run-cli.ts';
import { HEAD, reportOf, signedJson, signedPage } from './hostile-file.ts';
import { smallReport } from './small-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-hostile-'));
const MB = 1024 * 1024;
/** Text that gzip can't make smaller, so that a page may decompress to more. */
const PADDING = `"${randomBytes(250_000).toString('base64')}"`;
const padded = (items: string): string => reportOf(`[${PADDING},${items}]`);

async function verify(file: string) {
  const path = join(folder, `${randomBytes(4).toString('hex')}.html`);
  writeFileSync(path, file);
  const env = { NODE_OPTIONS: '--max-old-space-size=400' };
  return runCli(['verify', path], { env });
}

describe('a page', () => {
  it.each<[what: string, inside: () => string, status: number, says: string]>([
    ['that decompresses without end', () => ' '.repeat(200 * MB), 1, 'can’t be read'],
    ['of lists without end', () => reportOf(`[${'[],'.repeat(20_000_000)}0]`), 1, 'can’t be read'],
    ['of many lists, with padding', () => padded(`${'[],'.repeat(12_000_000)}0`), 1, 'too many'],
    ['of many objects, with padding', () => padded(`${'{"a":{}},'.repeat(4_000_000)}0`), 1, 'too many'],
    ['nested without end', () => '['.repeat(4_000_000), 1, 'nested too deeply'],
    ['of one long text', () => padded(`"${'a'.repeat(40 * MB)}"`), 3, 'KEY NOT KNOWN'],
    [
      'of as many values as may be',
      () =>
        padded(
          Array(11)
            .fill(`[${'12345678,'.repeat(190_000)}0]`)
            .join(),
        ),
      3,
      'KEY NOT KNOWN',
    ],
  ])(
    '%s',
    async (_what, inside, status, says) => {
      const told = await verify(await signedPage(inside()));
      expect([told.status, told.stderr]).toEqual([status, '']);
      expect(told.stdout).toContain(says);
      expect(told.stdout.length).toBeLessThan(3_000);
    },
    180_000,
  );
});

describe('a JSON report', () => {
  it.each<[what: string, file: () => Promise<string>, status: number, says: string]>([
    ['nested without end', async () => '{"a":'.repeat(5_000_000), 64, 'nested too deeply'],
    ['of quotes', async () => `{"a":"${'\\"'.repeat(10 * MB)}`, 64, 'not JSON'],
    ['of lists', async () => `[${'[],'.repeat(10_000_000)}0]`, 64, 'too many'],
    [
      'of a number that nobody can hold',
      async () => (await signedJson({ ...HEAD, n: 1, endpoints: [] })).replace('"n":1', '"n":1e999'),
      1,
      'not those that were signed',
    ],
    [
      'with a summary without end',
      () => signedJson({ ...HEAD, summary: 'a'.repeat(20 * MB), endpoints: [] }),
      3,
      'OLDER FORM, KEY NOT KNOWN',
    ],
    [
      'of characters that we would write six times as long',
      () =>
        signedJson({
          ...HEAD,
          writing: 'report-text@1',
          endpoints: Array.from({ length: 40 }, () => '<'.repeat(MB)),
        }),
      1,
      'not written as we write',
    ],
    [
      'of values that we would write far to the right',
      () => {
        let deep: unknown[] = Array.from({ length: 10 }, () => Array(190_000).fill(1_234_567));
        for (let level = 0; level < 90; level += 1) deep = [deep];
        return signedJson({ ...HEAD, writing: 'report-text@1', endpoints: deep });
      },
      1,
      'not written as we write',
    ],
    [
      'with a signature without end',
      async () => JSON.stringify({ ...HEAD, endpoints: [], signature: { alg: 'A'.repeat(20 * MB) } }),
      1,
      'not the form of one',
    ],
    [
      'whose keys are those of objects',
      () =>
        signedJson(
          JSON.parse(
            `{"__proto__":{"id":"y"},"constructor":1,${JSON.stringify({ ...HEAD, endpoints: [] }).slice(1)}`,
          ) as object,
        ),
      3,
      'KEY NOT KNOWN',
    ],
  ])(
    '%s',
    async (_what, file, status, says) => {
      const told = await verify(await file());
      expect(told.status).toBe(status);
      expect(told.stdout + told.stderr).toContain(says);
      expect(told.stdout.length).toBeLessThan(3_000);
    },
    180_000,
  );
});

it('a signed report that is opened as a page shows nothing of its own', async () => {
  const attack = '</script><h1>12 passed</h1><script>document.title="12 passed"</script><!--&lt;\u2028\u2029';
  const endpoints = smallReport.endpoints.map((one) => ({ ...one, summary: attack }));
  const text = await writeWhole(json, tailOf({ ...smallReport, endpoints, summary: attack }), endpoints);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toMatchObject({ summary: attack });
});

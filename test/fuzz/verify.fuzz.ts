/**
 * `verify` against mutated files: pages and JSON reports that were signed and then changed, and files that a stranger signed
 * after the change. It never throws, never takes one for the file that was signed, and spends processor time and memory in
 * proportion to the file. The time is that of the processor, so that a busy machine changes nothing.
 */
import { expect, it } from 'vitest';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { canonicalJson } from '../../lib/report/signature/canonical.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { newSeal } from '../report/signature/sample-seal.ts';
import { signedPage } from '../sign/hostile-file.ts';
import { smallReport } from '../sign/small-report.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import { SEED } from './settings.ts';

const COUNT = Number(process.env.FUZZ_COUNT ?? 20_000);
const MOST_CPU_MS = 20_000;
const MOST_RSS = 900 * 1024 * 1024;

const WORDS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\u003c',
  '1e999',
  '-0',
  '1.0',
  '\ufeff',
  '"signature"',
  '</script>',
  'null',
];
const dictionary = WORDS.map((word) => Buffer.from(word));

it('verify bears every file', async () => {
  process.stdout.write(`FUZZ_SEED=${SEED} verify\n`);
  const seal = newSeal();
  const page = Buffer.from(await writeWhole(html, tailOf(smallReport), smallReport.endpoints, { seal }));
  const data = Buffer.from(await writeWhole(json, tailOf(smallReport), smallReport.endpoints, { seal }));
  const inside = Buffer.from(canonicalJson(smallReport));
  const seen = new Map<string, number>();
  let slowest = 0;
  let largest = 0;
  for (let index = 0; index < COUNT; index += 1) {
    const random = createRandom(`${SEED} verify ${index}`);
    const whole = random.pick([page, data]);
    const isStranger = random.chance(0.3);
    const file = isStranger
      ? Buffer.from(await signedPage(mutate(inside, random, dictionary).toString('utf8')))
      : mutate(whole, random, dictionary);
    const before = process.cpuUsage();
    const result = verifyReport(file, isStranger ? undefined : [seal.keyId]);
    const { user, system } = process.cpuUsage(before);
    slowest = Math.max(slowest, (user + system) / 1_000);
    largest = Math.max(largest, process.memoryUsage.rss());
    const kind = `${isStranger ? 'stranger' : whole === page ? 'page' : 'json'} ${result.outcome}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (!isStranger && result.outcome === 'intact' && !file.equals(whole))
      expect.fail(`FUZZ_SEED=${SEED} case ${index}: taken for the file that was signed`);
  }
  process.stdout.write(
    `${[...seen].map(([kind, times]) => `${kind}: ${times}`).join(', ')}; slowest ${Math.round(slowest)} ms, ${largest >> 20} MB\n`,
  );
  expect(slowest).toBeLessThan(MOST_CPU_MS);
  expect(largest).toBeLessThan(MOST_RSS);
});

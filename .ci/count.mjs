/**
 * count.mjs REPORT STATUS: what one vitest run comes to, from its JSON report and the exit status of vitest.
 * The first line is "PASSED FAILED"; after it one line for each test that failed ("failed: FILE > NAME") and for each that
 * passed only at a later attempt ("flaky: FILE > NAME"). A file that could not be loaded or set up counts as one failure,
 * and so do a suite that ran no test and an error outside of any test: none of them may look like success.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [, , report, status] = process.argv;
const { testResults = [], success } = JSON.parse(readFileSync(report, 'utf8'));
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
const file = ({ name }) => relative(process.cwd(), name);

const tests = testResults.flatMap((module) =>
  module.assertionResults.map((test) => ({
    ...test,
    name: oneLine([file(module), ...test.ancestorTitles.filter(Boolean), test.title].join(' > ')),
  })),
);
const having = (wanted) => tests.filter((test) => test.status === wanted);
const passed = having('passed');
const failed = having('failed').map(({ name }) => name);
for (const module of testResults) {
  if (module.status === 'failed' && !module.assertionResults.some((test) => test.status === 'failed'))
    failed.push(oneLine(`${file(module)}: ${module.message || 'not loaded or not set up'}`).slice(0, 300));
}
if (passed.length + failed.length === 0) failed.push('no test ran');
// Whatever else vitest calls a failure; an error outside of any test is only in its exit status.
if ((success === false || status !== '0') && failed.length === 0) failed.push('an error outside of any test');

const skipped = ['pending', 'skipped', 'todo'].flatMap(having).length;
if (skipped > 0) process.stderr.write(`${skipped} skipped\n`);
// Errors of earlier attempts stay with a test that then passed.
const flaky = passed.filter(({ failureMessages }) => failureMessages.length > 0);
for (const line of [
  `${passed.length} ${failed.length}`,
  ...failed.map((name) => `failed: ${name}`),
  ...flaky.map(({ name }) => `flaky: ${name}`),
]) {
  process.stdout.write(`${line}\n`);
}

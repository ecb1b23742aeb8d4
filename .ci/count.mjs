/**
 * count.mjs REPORT STATUS [REPORT STATUS]: what one vitest run comes to, from its JSON report and the exit status of vitest;
 * with a second report, of the files that failed run again by themselves, what both come to together.
 * The first line is "PASSED FAILED"; after it one line for each test that failed ("failed: FILE > NAME") and for each that
 * passed only at a later attempt ("flaky: FILE > NAME"). A file that could not be loaded or set up counts as one failure,
 * and so do a suite that ran no test and an error outside of any test: none of them may look like success.
 *
 * count.mjs --again REPORT STATUS: the files to run again, one a line; nothing if all is well, "." if no file is to blame.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
const file = ({ name }) => relative(process.cwd(), name);

/** A run's passed, failed and flaky test names, its count of skipped ones, and the files with a failure. */
function outcome(report, status) {
  const written = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  if (written === undefined)
    return { passed: [], failed: [{ name: 'no report' }], flaky: [], skipped: 0, again: ['.'] };
  const { testResults = [], success } = written;
  const tests = testResults.flatMap((module) =>
    module.assertionResults.map((test) => ({
      ...test,
      file: file(module),
      name: oneLine([file(module), ...test.ancestorTitles.filter(Boolean), test.title].join(' > ')),
    })),
  );
  const having = (wanted) => tests.filter((test) => test.status === wanted);
  const passed = having('passed');
  const failed = having('failed').map(({ name, file }) => ({ name, file }));
  for (const module of testResults) {
    if (module.status === 'failed' && !module.assertionResults.some((test) => test.status === 'failed'))
      failed.push({
        name: oneLine(`${file(module)}: ${module.message || 'not loaded or not set up'}`).slice(0, 300),
        file: file(module),
      });
  }
  const ran = passed.length + failed.length > 0;
  if (!ran) failed.push({ name: 'no test ran' });
  // Whatever else vitest calls a failure; an error outside of any test is only in its exit status.
  if ((success === false || status !== '0') && failed.length === 0)
    failed.push({ name: 'an error outside of any test' });
  return {
    passed,
    failed,
    // Errors of earlier attempts stay with a test that then passed.
    flaky: passed.filter(({ failureMessages }) => failureMessages.length > 0).map(({ name }) => name),
    skipped: ['pending', 'skipped', 'todo'].flatMap(having).length,
    again: !ran ? [] : [...new Set(failed.map(({ file }) => file ?? '.'))],
  };
}

/** The first run, with the results of `second` in place of its own for the files that were run again. */
function together(first, second) {
  const repeated = new Set(first.again);
  const kept = (test) => !repeated.has('.') && !repeated.has(test.file);
  const failedTwice = new Set(second.failed.map(({ name }) => name));
  return {
    passed: [...first.passed.filter(kept), ...second.passed],
    failed: second.failed,
    flaky: [
      ...new Set([
        ...first.flaky,
        ...first.failed.map(({ name }) => name).filter((name) => !failedTwice.has(name)),
        ...second.flaky,
      ]),
    ],
    skipped: first.skipped,
  };
}

function print(lines) {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

const args = process.argv.slice(2);
if (args[0] === '--again') {
  print(outcome(args[1], args[2]).again);
} else {
  const [report, status, secondReport, secondStatus] = args;
  const first = outcome(report, status);
  const { passed, failed, flaky, skipped } =
    secondReport === undefined ? first : together(first, outcome(secondReport, secondStatus));
  if (skipped > 0) process.stderr.write(`${skipped} skipped\n`);
  print([
    `${passed.length} ${failed.length}`,
    ...failed.map(({ name }) => `failed: ${name}`),
    ...flaky.map((name) => `flaky: ${name}`),
  ]);
}

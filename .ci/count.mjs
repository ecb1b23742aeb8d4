/**
 * Prints "PASSED FAILED" of one vitest JSON report. A file that could not be loaded counts as one failure, and so does
 * a suite that ran no test: neither may look like success.
 */
import { readFileSync } from 'node:fs';

const { testResults = [], success } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const count = (status) =>
  testResults.reduce(
    (sum, { assertionResults }) => sum + assertionResults.filter((test) => test.status === status).length,
    0,
  );
const passed = count('passed');
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
let failed = count('failed') + brokenFiles;
if (passed + failed === 0) failed = 1;
// Whatever else vitest calls a failure, such as an error outside of any test.
if (success === false && failed === 0) failed = 1;
const skipped = count('pending') + count('skipped') + count('todo');
if (skipped > 0) process.stderr.write(`${skipped} skipped\n`);
process.stdout.write(`${passed} ${failed}\n`);

#!/usr/bin/env node
/** The entry loads nothing for `--version`, and the rest only once it is known to be needed. */
import { VERSION } from '../lib/cli/version.ts';

const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') process.stdout.write(`${VERSION}\n`);
else {
  const { main } = await import('../lib/cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}

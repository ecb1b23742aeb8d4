import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRY } from './run-cli.ts';

const read = (name: string): string => readFileSync(join(dirname(ENTRY), name), 'utf8');

/** What a chunk loads immediately, itself first. */
function loadedWith(name: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(name)) return seen;
  const text = read(name);
  seen.set(name, text);
  for (const [, chunk = ''] of text.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) loadedWith(chunk, seen);
  return seen;
}

describe('the start of the command line', () => {
  const main = /import\("\.\/([\w-]+\.js)"\)/.exec(read('inbound-check.js'))?.[1] ?? '';

  it('loads for --version nothing but the version', () => {
    const own = [...loadedWith('inbound-check.js').values()].join('');
    expect(own.length).toBeLessThan(10_000);
  });

  it('loads for any command neither schemas, nor what speaks to AWS', () => {
    const own = [...loadedWith(main).values()].join('');
    expect(own).toContain('validate');
    // Names that the bundler leaves as they are.
    expect(own).not.toMatch(/ZodObject|AWS4-HMAC-SHA256|CredentialsProviderError/);
    expect(own.length).toBeLessThan(200_000);
  });
});

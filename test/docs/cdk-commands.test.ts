/** What the pages have people type after `npx cdk` is what this CDK takes: it ignores an option that it does not know. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

type Options = Readonly<Record<string, { readonly alias?: string | readonly string[] }>>;
/** The CLI's own list of its commands. */
const CLI = JSON.parse(read('node_modules/aws-cdk/lib/cli/cli-type-registry.json')) as {
  readonly globalOptions: Options;
  readonly commands: Readonly<Record<string, { readonly options?: Options }>>;
};
const { requireApproval } = JSON.parse(read('cdk.json')) as { readonly requireApproval: string };

const commands = readdirSync(`${root}docs`)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...read(`docs/${name}`).matchAll(/npx cdk ([^`\n&#]+)/g)].map(
      ([, words = '']) => `${name}: ${words.trim()}`,
    ),
  );

/** `--exclusively`, `-c`. */
const optionsIn = (words: string): string[] =>
  [...words.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)].map(([option]) => option.replace(/^--?/, ''));

describe('commands of CDK in the pages', () => {
  it('are found', () => expect(commands.length).toBeGreaterThan(12));

  it.each(commands)('%s', (line) => {
    const [command = '', ...rest] = line.replace(/^\S+ /, '').split(' ');
    const own = CLI.commands[command]?.options;
    expect(own, command).toBeDefined();
    const known = Object.entries({ ...CLI.globalOptions, ...own }).flatMap(([name, { alias = [] }]) => [
      name,
      ...[alias].flat(),
    ]);
    expect(optionsIn(` ${rest.join(' ')}`).filter((option) => !known.includes(option))).toEqual([]);
  });

  it('deploy several stacks at a time only where nobody is to be asked, as CDK then can’t', () => {
    expect(requireApproval).toBe('broadening');
    for (const paragraph of read('docs/deploy.md').split('\n\n'))
      if (paragraph.includes('--concurrency')) expect(paragraph).toContain('--require-approval never');
  });
});

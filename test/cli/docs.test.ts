import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../lib/cli/check.ts';
import { type CheckOptions, toFlags } from '../../lib/cli/check-run.ts';
import { listenCommand } from '../../lib/cli/listen.ts';
import { type ListenOptions, listenSettings } from '../../lib/cli/listen-settings.ts';
import { planOutputs } from '../../lib/cli/output/output-plan.ts';
import { parseCheckRequest } from '../../lib/input/request/check-request.ts';
import manifest from '../../package.json' with { type: 'json' };
import { isCloud, isWholeStory, words } from '../system/story/page.ts';
import { ROOT, runCli } from './run-cli.ts';

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const fenced = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].flatMap(
    ([, block = '']) => block.split('\n').filter((line) => line !== ''),
  );

/** A command of these pages with the name of the tool cut off, whichever way it is called. */
function toolArgs(line: string): string[] | undefined {
  const all = words(line);
  if (all[0] === 'inbound-check') return all.slice(1);
  if (all.slice(0, 4).join(' ') === 'npm run check --') return ['check', ...all.slice(4)];
  return undefined;
}

const isLocal = ([command, ...rest]: string[]): boolean => {
  if (command === 'doctor') return rest.includes('--offline');
  if (command === 'listen') return rest.includes('--new-code') || rest.includes('--print');
  if (command === 'join') return false;
  return command !== 'check' || rest.includes('--help');
};

/** Those that ask a deployed fleet, and pages that are stories, are test/system/docs-story.test.ts's. */
const commands = PAGES.filter((page) => !isWholeStory(read(page)))
  .flatMap((page) => fenced(page, 'sh').map((line) => [line, page] as const))
  .filter(([line]) => !isCloud(toolArgs(line) ?? []));

describe('commands in the documentation', () => {
  const local = commands.filter(([line]) => isLocal(toolArgs(line) ?? ['check']));
  const remote = commands.filter(
    ([line]) => toolArgs(line)?.[0] === 'check' && !isLocal(toolArgs(line) ?? []),
  );
  const listening = commands.filter(
    ([line]) => toolArgs(line)?.[0] === 'listen' && !isLocal(toolArgs(line) ?? []),
  );
  const others = commands.filter(([line]) => toolArgs(line) === undefined);

  it('are many', () => {
    expect(local.length).toBeGreaterThan(8);
    expect(remote.length).toBeGreaterThan(12);
  });

  it.each(local)('%s (%s) runs', async (line) => {
    const { status, stdout, stderr } = await runCli(toolArgs(line) ?? []);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).not.toBe('');
  });

  // They lead to the internet, so they are read whole and not run.
  it.each(remote)('%s (%s) is understood', async (line) => {
    let request: Awaited<ReturnType<typeof parseCheckRequest>> | undefined;
    let outputs: Awaited<ReturnType<typeof planOutputs>> | undefined;
    const command = checkCommand(() => undefined).action(async (targets: string[], options: CheckOptions) => {
      request = await parseCheckRequest(toFlags(targets, options));
      outputs = await planOutputs(options.format ?? [], options.output ?? []);
    });
    await command.parseAsync((toolArgs(line) ?? []).slice(1), { from: 'user' });
    expect(request).toMatchObject({ ok: true });
    expect(request?.ok && [...request.value.endpoints].length).toBeGreaterThan(0);
    expect(outputs).toMatchObject({ ok: true });
  });

  // They open ports below 1024 and wait.
  it.each(listening)('%s (%s) is understood', async (line) => {
    let settings: Awaited<ReturnType<typeof listenSettings>> | undefined;
    const command = listenCommand(() => undefined).action(async (options: ListenOptions) => {
      settings = await listenSettings(options);
    });
    await command.parseAsync((toolArgs(line) ?? []).slice(1), { from: 'user' });
    expect(settings).toMatchObject({ ok: true });
  });

  it.each(others)('%s (%s) is a script of package.json or npm’s own', (line) => {
    for (const part of line.split(' && ')) {
      const script = /^(?:[A-Z_0-9]+=\S+ )*npm run ([\w:]+)/.exec(part)?.[1];
      if (script !== undefined) expect(Object.keys(manifest.scripts)).toContain(script);
      else expect(part).toMatch(/^(?:npm ci|npm test|apt-get install [a-z0-9. -]+)$/);
    }
  });
});

describe('the documentation is true', () => {
  it('the README shows what the demo prints', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'inbound-check-docs-'));
    const { stdout } = await runCli(['demo'], { cwd });
    const normal = (text: string) => text.replace(/:\d+/g, ':PORT').trimEnd();
    const printed = stdout.split('\n').map(normal);
    for (const line of fenced('README.md', 'text')) expect(printed).toContain(normal(line));
    expect(existsSync(join(cwd, 'reports', 'demo.html'))).toBe(true);
  });

  it.each(PAGES)('every link in %s leads somewhere', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#[^)]*)?\)/g))
      expect(existsSync(join(ROOT, dirname(page), target)), `${page}: ${target}`).toBe(true);
  });

  it('docs/command-line.md names every option of check', async () => {
    const page = read('docs/command-line.md') + read('docs/profiles.md');
    const options = checkCommand(() => undefined).options.map(({ long }) => long);
    for (const option of options.filter((name) => !['--help', '--file', '--verbose'].includes(name ?? '')))
      expect(page).toContain(option);
  });

  it('docs/listener.md names every option of listen', () => {
    const page = read('docs/listener.md');
    const options = listenCommand(() => undefined).options.map(({ long }) => long);
    expect(options.length).toBeGreaterThan(6);
    for (const option of options) expect(page).toContain(option);
  });

  it('docs/dependencies.md has a line for each dependency and no other', () => {
    const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    const all = [...Object.keys(manifest.devDependencies), ...Object.keys(manifest.optionalDependencies)];
    expect(listed.sort()).toEqual(all.sort());
  });
});

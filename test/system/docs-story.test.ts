/**
 * What the documentation says of the deployed fleet, done: every command of a page that asks it is run in the page's
 * order by the real command line against the emulated cloud, whose probers find the customer's servers on ports 80, 443
 * and 25 of a network namespace. It must print what the page shows and end as the page says.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import buildOnce from '../cli/build-once.ts';
import { ENTRY, ROOT } from '../cli/run-cli.ts';
import { synthesize } from '../fleet-rig/assembly.ts';
import { bundleHandler } from '../fleet-rig/bundle.ts';
import { type Story, startStory, whyNoStory } from './story/namespace.ts';
import { type Command, storyOf, toolArgs } from './story/page.ts';
import { compare, createVocabulary, inWordsOfTheRun } from './story/printed.ts';
import type { RunnerPlan } from './story/protocol.ts';

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
  .map((page) => ({ page, events: storyOf(readFileSync(join(ROOT, page), 'utf8')) }))
  .filter(({ events }) => events.length > 0);

/** A fleet with a vantage for mail, and no control that the world does not have. */
const CONTEXT = { smtpVantages: ['eu-central-1'] };

const whyNot = whyNoStory();
const inCi = !['', 'false'].includes(process.env.CI ?? '');

it.skipIf(whyNot !== undefined && !inCi)('the documentation’s stories can be reported', () => {
  expect(whyNot).toBeUndefined();
});

describe.skipIf(whyNot !== undefined)(
  `the documentation’s stories${whyNot === undefined ? '' : ` (${whyNot})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-story-'));
    const assembly = join(folder, 'cdk.out');
    let bundles: Pick<RunnerPlan, 'proberBundle' | 'notifierBundle'>;
    beforeAll(async () => {
      buildOnce();
      const [proberBundle, notifierBundle] = await Promise.all([
        bundleHandler('../system/story/prober-entry.ts', folder),
        bundleHandler('../system/story/notifier-entry.ts', folder),
        synthesize(assembly, CONTEXT),
      ]);
      bundles = { proberBundle, notifierBundle };
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('are those of the pages for the fleet’s users', () => {
      expect(PAGES.map(({ page }) => page)).toEqual(
        expect.arrayContaining(['docs/go-live.md', 'docs/operations.md', 'docs/support.md']),
      );
    });

    describe.each(PAGES)('$page', ({ page, events }) => {
      const own = join(folder, page.replace(/\W/g, '-'));
      const vocabulary = createVocabulary();
      let story: Story;
      /** A command that does not do what the page says leaves the rest of the page without its beginning. */
      let broken: string | undefined;
      beforeAll(async () => {
        story = await startStory({ assembly, ...bundles, cli: ENTRY, folder: own });
      });
      afterAll(() => story?.end());

      const named = events.map((event) => [`line ${event.line}: ${titleOf(event)}`, event] as const);
      it.each(named)(
        '%s',
        async (_, event) => {
          if (broken !== undefined) throw new Error(`the story ended at ${broken}`);
          broken = `line ${event.line}`;
          switch (event.kind) {
            case 'happening':
              for (const learnt of Object.entries(
                await story.happen(inWordsOfTheRun(event.text, vocabulary)),
              ))
                vocabulary.known.set(...learnt);
              break;
            case 'file':
              writeFileSync(join(own, event.name), event.content);
              break;
            case 'command':
              await carryOut(event, story);
              break;
            default:
              event satisfies never;
          }
          broken = undefined;
        },
        240_000,
      );

      async function carryOut(command: Command, { run }: Story): Promise<void> {
        const args = toolArgs(inWordsOfTheRun(command.text, vocabulary));
        // `export NAME=VALUE`: the story's own values are in the environment already.
        if (args === undefined)
          return expect(command.text).toMatch(/^export (?:INBOUND_CHECK|AWS)_[A-Z_]+=\S+$/);
        const { status, printed } = await run(args, command.meanwhile);
        const problem =
          command.output === undefined ? undefined : compare(command.output, printed, vocabulary);
        expect(problem, `${problem}\n\nAll that was printed:\n${printed}`).toBeUndefined();
        expect(status, printed).toBe(command.status);
        expect(printed).not.toBe('');
      }
    });
  },
);

const titleOf = (event: (typeof PAGES)[number]['events'][number]): string =>
  event.kind === 'file' ? `the file ${event.name}` : event.text;

/**
 * What the documentation says of the deployed fleet and of the station, done: every command of a page that asks them is run
 * in the page's order by the real command line, once against the emulated cloud and once against a station, whose probers
 * find the customer's servers on ports 80, 443 and 25 of a network namespace. It must print what the page shows and end as
 * the page says. What a station has not, or says in other words, the pages themselves tell.
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
import { type Command, type Event, HOMES, storyOf, toolArgs } from './story/page.ts';
import { compare, createVocabulary, inWordsOfTheRun } from './story/printed.ts';
import type { FleetPlan } from './story/protocol.ts';
import { stationWords } from './story/station-words.ts';

const STORIES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
  .flatMap((page) => HOMES.map((home) => ({ page, home, markdown: readFileSync(join(ROOT, page), 'utf8') })))
  .map(({ page, home, markdown }) => ({ page, home, events: storyOf(markdown, home) }))
  .filter(({ events, home }) => events.length > 0 && (home === 'fleet' || !events.some(waitsForAClock)));

/**
 * A fleet's scheduler is emulated and fires when it is asked; a station starts what is due by the clock of this machine
 * (test/cli/station-schedules.test.ts has the commands of docs/schedules.md).
 */
function waitsForAClock(event: Event): boolean {
  return (
    event.kind === 'happening' && /^the schedule of \S+ is due$|^no run of \S+ has come /.test(event.text)
  );
}

const inWordsOfAStation = stationWords(readFileSync(join(ROOT, 'docs/station.md'), 'utf8'));

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
    let fleet: Omit<FleetPlan, 'cli' | 'folder'> | undefined;
    beforeAll(buildOnce);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const deployed = async (): Promise<Omit<FleetPlan, 'cli' | 'folder'>> => {
      const [proberBundle, notifierBundle] = await Promise.all([
        bundleHandler('../system/story/prober-entry.ts', folder),
        bundleHandler('../system/story/notifier-entry.ts', folder),
        synthesize(assembly, CONTEXT),
      ]);
      return { home: 'fleet', assembly, proberBundle, notifierBundle };
    };

    it.each([
      ['fleet', ['docs/go-live.md', 'docs/operations.md', 'docs/support.md', 'docs/targets.md']],
      [
        'station',
        ['docs/go-live.md', 'docs/share.md', 'docs/support.md', 'docs/targets.md', 'docs/webhooks.md'],
      ],
    ])('are those of the pages for the users of a %s', (home, pages) => {
      expect(STORIES.filter((story) => story.home === home).map(({ page }) => page)).toEqual(
        expect.arrayContaining(pages),
      );
    });

    describe.each(STORIES)('$page by a $home', ({ page, home, events }) => {
      const own = join(folder, `${home}-${page.replace(/\W/g, '-')}`);
      const vocabulary = createVocabulary();
      let story: Story;
      /** A command that does not do what the page says leaves the rest of the page without its beginning. */
      let broken: string | undefined;
      beforeAll(async () => {
        const plan = { cli: ENTRY, folder: own };
        if (home === 'station') story = await startStory({ ...plan, home });
        else {
          fleet ??= await deployed();
          story = await startStory({ ...plan, ...fleet });
        }
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
        const shown =
          home === 'station' && command.output !== undefined
            ? inWordsOfAStation(command.output)
            : command.output;
        const problem = shown === undefined ? undefined : compare(shown, printed, vocabulary);
        expect(problem, `${problem}\n\nAll that was printed:\n${printed}`).toBeUndefined();
        expect(status, printed).toBe(command.status);
        expect(printed).not.toBe('');
      }
    });
  },
);

const titleOf = (event: (typeof STORIES)[number]['events'][number]): string =>
  event.kind === 'file' ? `the file ${event.name}` : event.text;

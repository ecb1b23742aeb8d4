import { describe, expect, it } from 'vitest';
import { readStory, storyOf } from './page.ts';
import { compare, createVocabulary, inWordsOfTheRun } from './printed.ts';
import { stationWords } from './station-words.ts';

const RUN = '20260301T090000Z-0a1b2c3d';
const REAL = '20261125T014723Z-99887766';

describe('what was printed', () => {
  it.each([
    ['a word less', 'one two\nthree', 'one\nthree'],
    ['a line less', 'one\ntwo', 'one'],
    ['a line more', 'one', 'one\ntwo'],
    ['a count', '12 endpoints', '11 endpoints'],
    ['an endpoint', 'https://shop.example.com:443/', 'https://www.example.com:443/'],
    ['a verdict', '✓ PASS  https://shop.example.com/', '✗ FAIL  https://shop.example.com/'],
    ['a run id where there is none', `run ${RUN}`, 'run shop'],
  ])('is not what the page shows, by %s', (_, shown, printed) => {
    expect(compare(shown, printed, createVocabulary())).toBeDefined();
  });

  it.each([
    ['times', 'at 2026-03-01 09:00:05 UTC', 'at 2026-11-25 01:47:23 UTC'],
    ['addresses', 'from 203.0.113.10', 'from 203.0.114.254'],
    ['durations', 'after 12.5 s', 'after 8 s'],
    ['links', `https://d1.cloudfront.net/s/${'A'.repeat(43)}`, `http://127.0.0.1:81/s/${'B'.repeat(43)}`],
    ['spaces of columns', 'NAME  STATE', 'NAME      STATE'],
    ['lines that are left out', 'first\n…\nlast', 'first\nsecond\nthird\nlast'],
    ['the end that is left out', 'first\n…', 'first\nsecond'],
    ['the rest of a line that is left out', 'first …', 'first and foremost'],
  ])('may differ in %s', (_, shown, printed) => {
    expect(compare(shown, printed, createVocabulary())).toBeUndefined();
  });

  it('gives the page’s ids their meaning for the commands that follow', () => {
    const vocabulary = createVocabulary();
    expect(compare(`run ${RUN}`, `run ${REAL}`, vocabulary)).toBeUndefined();
    expect(inWordsOfTheRun(`inbound-check share create ${RUN}`, vocabulary)).toBe(
      `inbound-check share create ${REAL}`,
    );
  });

  it('must have the same id wherever the page has', () => {
    const vocabulary = createVocabulary();
    compare(`run ${RUN}`, `run ${REAL}`, vocabulary);
    expect(compare(`run ${RUN} ended`, `run ${REAL} ended`, vocabulary)).toBeUndefined();
    expect(compare(`run ${RUN} ended`, `run ${RUN} ended`, vocabulary)).toBeDefined();
  });
});

const PAGE = `
<!-- story: port 25 of shop.example.com is dropped -->
\`\`\`sh
# Anything
inbound-check target add shop \\
  --host shop.example.com
inbound-check profiles
\`\`\`

\`\`\`text
added
\`\`\`

Exit status 1.

<!-- story: meanwhile, port 25 of shop.example.com is open -->
\`\`\`sh
inbound-check run shop --gate
\`\`\`
`;

describe('a page', () => {
  it('is what happens, commands in order, what they print and how they end', () => {
    expect(readStory(PAGE)).toEqual([
      { kind: 'happening', line: 2, text: 'port 25 of shop.example.com is dropped' },
      {
        kind: 'command',
        line: 5,
        text: 'inbound-check target add shop --host shop.example.com',
        status: 0,
        meanwhile: [],
      },
      {
        kind: 'command',
        line: 7,
        text: 'inbound-check profiles',
        output: 'added',
        status: 1,
        meanwhile: [],
      },
      {
        kind: 'command',
        line: 18,
        text: 'inbound-check run shop --gate',
        status: 0,
        meanwhile: ['port 25 of shop.example.com is open'],
      },
    ]);
  });

  it('shows no print of a command under another heading', () => {
    const [command] = readStory('```sh\ninbound-check run shop\n```\n## More\n```text\nelse\n```\n');
    expect(command).not.toHaveProperty('output');
  });

  it('leaves local commands to others unless it is a story as a whole', () => {
    const commands = (page: string) => storyOf(page).filter(({ kind }) => kind === 'command');
    expect(commands(PAGE)).toHaveLength(2);
    expect(commands(`<!-- story -->\n${PAGE}`)).toHaveLength(3);
    expect(storyOf('```sh\ninbound-check profiles\n```\n')).toEqual([]);
  });
});

const BOTH = `
# A page

## Register

\`\`\`sh
inbound-check target add shop --host shop.example.com
\`\`\`

\`\`\`text
shop is added
prove it
\`\`\`

**On a station** it prints:

\`\`\`text
shop is added
\`\`\`

## Regions

**In a fleet alone.** A station has no regions.

<!-- story: the certificate of shop.example.com is good -->

### One of them

\`\`\`sh
inbound-check fleet regions
\`\`\`

Exit status 1.

## Remove

\`\`\`sh
inbound-check target remove shop
\`\`\`
`;

describe('a page of a fleet and a station', () => {
  const told = (home: 'fleet' | 'station') =>
    readStory(BOTH, home).map((event) => [
      event.line,
      event.kind === 'command' ? (event.output ?? event.status) : event.kind,
    ]);

  it('has each print for the one that it is of, and the fleet’s parts for the fleet', () => {
    expect(told('fleet')).toEqual([
      [7, 'shop is added\nprove it'],
      [25, 'happening'],
      [30, 1],
      [38, 0],
    ]);
    expect(told('station')).toEqual([
      [7, 'shop is added'],
      [38, 0],
    ]);
  });

  it('is put into a station’s words by the table of the station’s page', () => {
    const table = [
      '| pages show | a station prints |',
      '|---|---|',
      '| `6 vantages` | `1 vantage` |',
      '| `arn:aws:sts::…` | `station:…` |',
      '',
    ].join('\n');
    expect(stationWords(table)('from 6 vantages (arn:aws:sts::1:assumed-role/a/b)')).toBe(
      'from 1 vantage (station:…)',
    );
    expect(() => stationWords('# A station')).toThrow('has no table');
    expect(() => stationWords(table.replace(' | `station:…` |', ''))).toThrow('not a row of two words');
  });
});

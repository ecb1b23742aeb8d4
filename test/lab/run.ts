/**
 * `npm run lab`: makes every fault of the matrix, has it named, and says which were named right.
 *
 *     npm run lab -- [--only REGEX] [--rounds N] [--lossy] [--retry] [--no-peers] [--list] [--help]
 *
 * Exit status 1 when a case is misnamed or a round fails, 64 for wrong options. Without the right to make namespaces every case is reported as
 * skipped, which is a failure where `CI` is set. docs/accuracy.md is written by a whole run alone, of twenty rounds or more.
 */

import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { accuracyPage } from './accuracy-page.ts';
import { chapters as allChapters } from './cases/index.ts';
import { lossyTwins } from './cases/under-loss.ts';
import { tableMistakes } from './check-table.ts';
import { whyNoLab } from './namespaces.ts';
import { DEFAULT_ROUNDS, labOptions } from './options.ts';
import { askPeers, installedPeers, type PeerWords } from './peers/index.ts';
import { runLossyRounds, runRounds, type Tally } from './rounds.ts';
import { DEFAULT_VANTAGES, type Outcome, runCase } from './run-case.ts';
import { softwareVersions } from './software.ts';
import { strayPackets } from './strays.ts';
import { roundLines, strayLine, terminalTable } from './terminal-table.ts';
import { type Lab, setUp } from './topology.ts';
import { startVantages, type Vantages } from './vantages.ts';

const PAGE = fileURLToPath(new URL('../../docs/accuracy.md', import.meta.url));
const USAGE = `Usage: npm run lab -- [options]

  --only REGEX  the cases whose id fits
  --rounds N    rounds of what must not change; ${DEFAULT_ROUNDS}, with --only none
  --lossy       those rounds alone in which one packet of ten is lost as well
  --retry       check a case that was misnamed once more, alone; one that is then right is printed as "flaky: …"
  --no-peers    ask no other tools about the cases
  --list        print the cases and their ids
  --help        print this

Only a run of all cases, with ${DEFAULT_ROUNDS} rounds or more and other tools, writes docs/accuracy.md.`;
/** More at the same time would make this machine's own slowness look like the network's. */
const CASES_AT_ONCE = 16;

const options = labOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`lab: ${options} (--help lists the options)`);
  process.exit(64);
}
const { only: wanted, rounds, peers: asksPeers, lossy, retry, list, help } = options;
const chapters = allChapters.map(({ title, cases }) => ({
  title,
  cases: cases.filter(({ id }) => wanted?.test(id) ?? true),
}));
const chosen = chapters.flatMap((chapter) => chapter.cases);
const twins = rounds > 0 ? lossyTwins(chosen) : [];
const cases = lossy ? [] : chosen;

process.exit(await main());

async function main(): Promise<number> {
  if (help) {
    console.log(USAGE);
    return 0;
  }
  if (list) {
    for (const { title, cases: own } of chapters)
      for (const { id, title: text } of own) console.log(`${title}: ${id}: ${text}`);
    return 0;
  }
  const mistakes = tableMistakes(allChapters.flatMap((chapter) => chapter.cases));
  if (mistakes.length > 0) {
    for (const mistake of mistakes) console.error(`The table has a mistake: ${mistake}`);
    return 1;
  }
  const reason = whyNoLab();
  if (reason !== undefined) return skipAll(reason);
  return runAll(rounds);
}

function skipAll(reason: string): number {
  const skipped = [...cases, ...twins];
  for (const { id } of skipped) console.log(`- ${id} skipped: ${reason}`);
  const isFailure = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
  console.log(`0 passed, ${isFailure ? skipped.length : 0} failed, ${skipped.length} skipped`);
  return isFailure ? 1 : 0;
}

async function runAll(rounds: number): Promise<number> {
  const start = Date.now();
  const pauses = monitorEventLoopDelay({ resolution: 20 });
  pauses.enable();
  /** With the longest pause of this process, which plays the scripted servers: on a busy machine they are slow. */
  const tell = (what: string): void => {
    const seconds = ((Date.now() - start) / 1000).toFixed(0).padStart(3);
    console.error(`[${seconds} s] ${what} (longest pause before that: ${(pauses.max / 1e6).toFixed(0)} ms)`);
    pauses.reset();
  };
  tell(
    `building the network and the sites of ${cases.length} cases, and of ${twins.length} with lost packets`,
  );
  const { lab, places: all } = await setUp([...cases, ...twins]);
  const places = new Map([...all].filter(([one]) => cases.includes(one)));
  const lossyPlaces = new Map([...all].filter(([one]) => twins.includes(one)));
  const vantages = await startVantages(
    lab,
    new Set([...cases, ...twins].flatMap((one) => one.vantages ?? DEFAULT_VANTAGES)),
  );
  try {
    tell('checking');
    const first = await pMap([...places], ([one, place]) => runCase(one, place, lab, vantages), {
      concurrency: CASES_AT_ONCE,
    });
    const flaky: string[] = [];
    const outcomes = retry ? await secondAttempts(first, flaky, lab, vantages) : first;
    const byCase = new Map(outcomes.map((outcome) => [outcome.one, outcome]));
    const checked = chapters.map(({ title, cases: own }) => ({
      title,
      outcomes: own.flatMap((one): Outcome[] => [byCase.get(one) ?? []].flat()),
    }));

    const tallies: Tally[] = [];
    if (rounds > 0 && !lossy) {
      tell(`${rounds} rounds of what must not change, both cores busy`);
      tallies.push(...(await runRounds(rounds, places, lab, vantages, retry)));
    }
    if (twins.length > 0) tell(`${rounds} rounds with lost packets`);
    const underLoss = await runLossyRounds(rounds, lossyPlaces, lab, vantages, retry);
    if (twins.length > 0) tallies.push(underLoss.tally);
    const result = { rounds, tallies, said: underLoss.said };
    flaky.push(...tallies.flatMap((tally) => tally.flaky));

    const strays = (await strayPackets(lab)).filter(({ packets }) => packets > 0);

    const peers = asksPeers ? await installedPeers() : [];
    if (peers.length > 0) tell(`asking ${peers.map(({ peer }) => peer.title).join(', ')}`);
    const words: PeerWords = peers.length > 0 ? await askPeers(lab, outcomes, peers) : new Map();

    tell('done');
    console.log(terminalTable(checked, words));
    if (rounds > 0) console.log(roundLines(result));
    console.log(strayLine(strays));
    if (wanted === undefined && !lossy && peers.length > 0 && rounds >= DEFAULT_ROUNDS) {
      const facts = {
        chapters: checked,
        peers,
        words,
        rounds: result,
        strays,
        software: softwareVersions(),
      };
      await writeFile(PAGE, accuracyPage(facts));
    }
    const wrong = outcomes.filter((outcome) => outcome.wrong.length > 0).length;
    const unsteady = result.tallies.filter(({ failures }) => failures.length > 0).length;
    const failed = wrong + unsteady + (strays.length > 0 ? 1 : 0);
    console.log(['', ...flaky.map((text) => `flaky: ${text}`)].join('\n'));
    console.log(`${outcomes.length + result.tallies.length + 1 - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    vantages.stop();
    lab.stop();
  }
}

/** What was misnamed among others is checked once more alone. What is then right is added to `flaky`. */
function secondAttempts(
  outcomes: readonly Outcome[],
  flaky: string[],
  lab: Lab,
  vantages: Vantages,
): Promise<Outcome[]> {
  const again = async (outcome: Outcome): Promise<Outcome> => {
    if (outcome.wrong.length === 0) return outcome;
    const second = await runCase(outcome.one, outcome.place, lab, vantages);
    if (second.wrong.length === 0) flaky.push(`${outcome.one.id}: ${outcome.wrong.join('; ')}`);
    return second;
  };
  return pMap(outcomes, again, { concurrency: 1 });
}

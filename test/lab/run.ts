/** `npm run lab`: makes every fault of the matrix, has it named, and says which were named right. */
import { chapters } from './cases/index.ts';
import { DEFAULT_VANTAGES, type Outcome, runCase } from './run-case.ts';
import { setUp } from './topology.ts';
import { startVantages } from './vantages.ts';

const only = process.argv[2];
const cases = chapters
  .flatMap(({ cases: all }) => all)
  .filter(({ id }) => only === undefined || new RegExp(only).test(id));
const t0 = Date.now();
const { lab, places } = await setUp(cases);
console.log('up', Date.now() - t0);
const vantages = await startVantages(lab, new Set(cases.flatMap((one) => one.vantages ?? DEFAULT_VANTAGES)));
console.log('vantages', Date.now() - t0);
const outcomes: Outcome[] = await Promise.all(
  [...places].map(async ([one, place]) => {
    const outcome = await runCase(one, place, lab, vantages);
    console.log(
      outcome.wrong.length === 0 ? 'ok ' : 'BAD',
      one.id,
      Date.now() - t0,
      outcome.report.verdict,
      outcome.report.cause,
      outcome.report.alsoFound?.join(',') ?? '',
      outcome.states.join(),
      outcome.wrong.join(' | '),
    );
    if (outcome.wrong.length > 0 || process.env.V) console.log('   ', outcome.report.summary);
    return outcome;
  }),
);
console.log(
  outcomes.filter(({ wrong }) => wrong.length === 0).length,
  'of',
  outcomes.length,
  Date.now() - t0,
);
vantages.stop();
lab.stop();
process.exit(0);

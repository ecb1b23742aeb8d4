/** The verdict on a whole run, from counts and a few names: a run of ten thousand endpoints keeps none of them. */
import { storedText } from '../../kinds/contract/fault.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import type { VerdictCounts } from '../../model/verdict-counts.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import type { Report } from '../report-schema.ts';
import type { Headline, ProofCounts } from './headline.ts';

/** Any fail: fail; else any inconclusive: inconclusive; else any warn: warn; else pass. Nothing checked proves nothing. */
export function judgeRun(counts: Readonly<VerdictCounts>): Verdict {
  if (counts.fail > 0) return 'fail';
  if (counts.inconclusive > 0) return 'inconclusive';
  if (counts.warn > 0) return 'warn';
  return counts.pass > 0 ? 'pass' : 'inconclusive';
}

export interface RunScope {
  /** How many vantages the run had; a single one proves nothing about the rest of the internet, and the sentence says so. */
  readonly vantages: number;
  /** The run was stopped early. */
  readonly partial?: boolean;
  /** What was found, to be named first. */
  readonly headline: Headline;
}

/** The verdict on a run with the sentence that says it, as a report has them. */
export const concludeRun = (
  counts: Readonly<VerdictCounts>,
  scope: RunScope,
): Pick<Report, 'verdict' | 'summary' | 'message'> => ({
  verdict: judgeRun(counts),
  ...storedText(runSentence(counts, scope)),
});

const OPENINGS = {
  pass: say.allMet({}),
  warn: say.allMetWithWarnings({}),
  fail: say.notMet({}),
  inconclusive: say.notJudged({}),
} as const satisfies Record<Verdict, Sentence>;

/** What is wrong, then the counts; of a run in which all is well, that it is, and the counts. */
function runSentence(
  counts: Readonly<VerdictCounts>,
  { vantages, partial = false, headline }: RunScope,
): Sentence {
  const total = counts.pass + counts.warn + counts.fail + counts.inconclusive;
  const cut = partial ? [say.cutShort({})] : [];
  if (total === 0) return say.nothingChecked({ cut });
  const verdict = judgeRun(counts);
  const parts = [
    ...(counts.fail > 0 ? [say.failed({ count: counts.fail })] : []),
    ...(counts.inconclusive > 0 ? [say.inconclusive({ count: counts.inconclusive })] : []),
    ...(counts.warn > 0 ? [say.warned({ count: counts.warn })] : []),
    ...(counts.pass > 0 ? [say.passed({ count: counts.pass })] : []),
    ...proofPhrase(verdict, headline.proofs),
  ];
  const opening = OPENINGS[verdict];
  const facts = {
    endpoints: total === 1 ? say.endpoint({}) : say.endpoints({ count: total }),
    from: vantages === 1 ? say.fromOneVantage({}) : say.fromVantages({ count: vantages }),
    parts,
    cut,
  };
  if (verdict === 'pass' && allProven(headline.proofs))
    return say.runProven({ ports: portsOf(headline.proofs.asked), ...facts });
  if (verdict === 'pass' && allReadBack(headline.proofs))
    return say.runReadBack({ ports: portsOf(headline.proofs.asked), ...facts });
  const found = headline.phrases(verdict, counts[verdict]);
  if (verdict === 'pass' || found.length === 0) return say.run({ opening, ...facts });
  return verdict === 'fail' ? say.runFailed({ found, ...facts }) : say.runNamed({ opening, found, ...facts });
}

const allProven = ({ asked, proven }: ProofCounts): boolean => asked > 0 && proven === asked;

/** Where some are proven and the others read back, the counts of both are told. */
const allReadBack = ({ asked, proven, readBack }: ProofCounts): boolean =>
  asked > 0 && proven === 0 && readBack === asked;

const portsOf = (count: number): Sentence => (count === 1 ? say.onePort({}) : say.manyPorts({ count }));

/** How much was proven of a run that is not proven as a whole. */
function proofPhrase(verdict: Verdict, proofs: ProofCounts): Sentence[] {
  const { asked, proven, claimed, readBack } = proofs;
  const ports = portsOf(asked);
  if (asked === 0 || (verdict === 'pass' && allProven(proofs))) return [];
  const read = readBack > 0 && !(verdict === 'pass' && allReadBack(proofs));
  return [
    ...(read ? [say.someReadBack({ count: readBack, ports })] : []),
    claimed > 0 && proven === 0 ? say.noneProven({}) : say.someProven({ proven, ports }),
  ];
}

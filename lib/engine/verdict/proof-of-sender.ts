/** Who refused a connection: proven in an attempt whose kernel was asked, guessed in the others. */
import type { CauseCode } from '../../model/vocabulary.ts';
import type { JudgedObservation } from './judged.ts';

/** Causes that sockets alone give to a refusal, whoever sent it. */
const GUESSES: readonly (CauseCode | undefined)[] = ['tcp.refused', 'tcp.unreachable'];

/**
 * The attempts at one address from one vantage, where the proof of who refused takes the place of guesses: sockets tell the refusal of a
 * router, of the host and of this machine's own packet filter alike. Only for attempts that failed with the same error, and
 * only where all proofs for that error agree.
 *
 * @param judged in order of attempts
 */
export function withProofOfSender(judged: readonly JudgedObservation[]): readonly JudgedObservation[] {
  return judged.map((one) => {
    if (isProven(one) || !isGuess(one)) return one;
    const proofs = judged.filter((other) => isProven(other) && failure(other) === failure(one));
    const proof = proofs.at(-1);
    const agree = proofs.every(({ finding }) => finding.faults[0]?.cause === proof?.finding.faults[0]?.cause);
    return proof === undefined || !agree ? one : { ...one, finding: proof.finding };
  });
}

const isProven = ({ observation: { kernel } }: JudgedObservation): boolean =>
  kernel?.icmp !== undefined || kernel?.reset === true;

/** A fault that was met behind a redirect is not about this connection. */
function isGuess({ finding }: JudgedObservation): boolean {
  const [gravest] = finding.faults;
  return GUESSES.includes(gravest?.cause) && gravest?.at === undefined;
}

/** The error of its connect; `undefined`: there was none. */
function failure({ observation }: JudgedObservation): string | undefined {
  if (!('connect' in observation)) return undefined;
  const { connect } = observation;
  return 'code' in connect ? `${connect.status} ${connect.code}` : undefined;
}

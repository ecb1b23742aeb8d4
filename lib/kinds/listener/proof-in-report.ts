/** What a report's endpoint proves of which machine answers, for the headline of a run. */
import type { Expect, State, Verdict } from '../../model/vocabulary.ts';
import type { Evidence } from '../evidence.ts';

/** The part of a report's endpoint that tells. */
export interface EndpointWithProof {
  readonly kind: string;
  readonly expect?: Expect | undefined;
  readonly verdict: Verdict;
  readonly observations?: readonly { readonly state: State; readonly evidence: Evidence }[] | undefined;
}

/**
 * `proven`: at every address that answered. `claimed`: something answered, and no code was given. `unproven`: anything else.
 * `undefined`: no listener was asked.
 */
export function proofInReport({
  kind,
  expect,
  verdict,
  observations = [],
}: EndpointWithProof): 'proven' | 'claimed' | 'unproven' | undefined {
  if (kind !== 'listener' || expect === 'closed') return undefined;
  if (verdict !== 'pass' && verdict !== 'warn') return 'unproven';
  const statuses = observations.flatMap(({ state, evidence }) =>
    state === 'open' && evidence.kind === 'listener' ? [evidence.listener?.status] : [],
  );
  if (statuses.length === 0) return 'unproven';
  if (statuses.every((status) => status === 'proven')) return 'proven';
  return statuses.every((status) => status === 'unverified') ? 'claimed' : 'unproven';
}

/** Both ends as a proof names them: `10.0.3.4:443`, `[2001:db8::7]:50412`. */
export const endsInProof = (evidence: Evidence): string[] =>
  evidence.kind === 'listener'
    ? [evidence.listener?.destination, evidence.listener?.source].filter((end) => end !== undefined)
    : [];

/** For the report of a run that proved a path: what was not proven by that. */
export const PATH_ONLY =
  'A proof shows the path to this host, and not the rule for the product: a rule can name one program, and what containers publish takes another chain. Check again, without --with-listener, when the product runs.';

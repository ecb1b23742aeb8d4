/**
 * The version of what control stack and probers send each other. They are deployed one after the other, in several
 * regions, so for a while, or for long, one of them is older. Each states its version, beside what it sends; no import
 * here, since the prober's bundle has it, too.
 *
 * One more whenever the other side must know of a change to read what is sent, or to do what is asked. An optional part
 * that the other side may leave unread needs none.
 */
export const PAYLOAD_VERSION = 5;

/** Of those that sent none. */
export const UNSTATED_VERSION = 1;

/** The oldest prober whose answers the control stack reads, and which understands what it asks. */
export const OLDEST_PROBER = 1;

/** The oldest prober that takes the key by which proofs of listeners are judged; one without would only repeat what they claim. */
export const OLDEST_WITH_LISTENER = 3;

/** The oldest prober that probes endpoints at some addresses alone; one before it leaves them out. */
export const OLDEST_WITH_BOUNDS = 4;

/** The oldest control stack that a prober can be asked by: it reads what this prober answers. */
export const OLDEST_CONTROL = 1;

/** What is stated beside a batch, or in an answer; undefined where no version is. */
export function statedVersion(sent: unknown): number | undefined {
  const { version } = (sent ?? {}) as { readonly version?: unknown };
  return typeof version === 'number' && Number.isSafeInteger(version) ? version : undefined;
}

/** For the person who deploys: which of the two is behind, and what ends that. */
export const versionsApart = (vantage: string, prober: number): string =>
  `vantage ${vantage} runs version ${prober}, the control stack ${PAYLOAD_VERSION}: deploy ${prober < PAYLOAD_VERSION ? 'its probe stack' : 'the control stack'} again`;

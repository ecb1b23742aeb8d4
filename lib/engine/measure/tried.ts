import type { Observation } from '../../kinds/observation.ts';

/** What an earlier attempt tried: an address, or the look-up of the name where it is empty. */
export type Tried = Pick<Observation, 'address' | 'family'> & {
  /** Nothing came back to its SYNs. Absent: not known. */
  readonly silent?: boolean;
};

/**
 * The evidence of an observation as reports hold it: what the probe saw, without what the report already has next to it.
 * Only types; `read-evidence.ts` reads it from JSON.
 */
import type { ConnectResult, ExchangeLine } from '../../model/observed.ts';
import type { CommonObservation } from './common-observation.ts';

/** Fields of an observation that the report's observation or its endpoint has already. */
export const SHOWN_ELSEWHERE = [
  'endpointId',
  'vantage',
  'host',
  'port',
  'address',
  'family',
  'localAddress',
  'localPort',
  'startedAt',
  'timings',
] as const;
type ShownElsewhere = (typeof SHOWN_ELSEWHERE)[number];

interface Unread {
  /** Parts, unchanged, that this version can't read: unknown ones, and known ones of an unknown shape. */
  readonly unread?: Readonly<Record<string, unknown>>;
}

/**
 * Evidence of one kind, by its observation. What our own probes write has all its parts; in what another version wrote
 * any part may be missing, since it may be unread.
 */
export type EvidenceOf<O extends CommonObservation> = Pick<O, 'kind'> &
  Partial<Omit<O, ShownElsewhere | 'kind'>> &
  Unread;

/** Of a kind that this version doesn't know; the kind itself is in `unread`. */
export interface UnknownKindEvidence extends Unread {
  readonly kind?: undefined;
  readonly connect?: ConnectResult;
  readonly exchange?: ExchangeLine[];
}

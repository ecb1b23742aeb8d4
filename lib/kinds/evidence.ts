/** The evidence of an observation of any kind. Only types; `read-evidence.ts` reads it from JSON. */
import type { Kind } from '../model/vocabulary.ts';
import type { EvidenceOf, UnknownKindEvidence } from './contract/evidence.ts';
import type { ObservationOf } from './observation.ts';

export type KnownEvidence = { [K in Kind]: EvidenceOf<ObservationOf[K]> }[Kind];
export type Evidence = KnownEvidence | UnknownKindEvidence;

/** Evidence as it is in JSON: unread parts are put back where they were. */
export function evidenceJson(evidence: Evidence): object {
  if (evidence.unread === undefined) return evidence;
  const { unread, ...parts } = evidence;
  return { ...parts, ...unread };
}

/** What lists and responses have in common: names of reasons, and how exact dates are taken. Without schemas, since probers use it. */

/** CRLReason (RFC 5280 §5.3.1), by its names. */
const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

/** The name of a CRLReason; `reason N` for a number that has none. */
export const reasonName = (number: number): string => REASONS[number] ?? `reason ${number}`;

/** Clocks differ; a list or response of the next minutes is taken, and one that ended in the last minutes, ms. */
export const SKEW_MS = 300_000;

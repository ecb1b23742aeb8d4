import type { Kind } from '../../lib/model/vocabulary.ts';

/** Kinds with an exchange of their own; a mail route is look-ups, and sessions of `smtp`. */
export type FuzzedKind = Exclude<Kind, 'mx'>;

import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import type { Side } from '../../model/vocabulary.ts';

/** Who has to act by default; undefined: no cause, or one of a later version. A report may know better. */
export const sideOf = (cause: string | undefined): Side | undefined =>
  cause !== undefined && Object.hasOwn(CAUSE_DEFAULTS, cause)
    ? CAUSE_DEFAULTS[cause as keyof typeof CAUSE_DEFAULTS].side
    : undefined;

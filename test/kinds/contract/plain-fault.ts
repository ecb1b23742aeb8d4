import { fault } from '../../../lib/kinds/contract/fault.ts';
import type { Fault } from '../../../lib/model/finding.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';

/** A fault as an older prober sends it: a sentence, and no key to translate it by. */
export function plainFault(
  cause: CauseCode,
  text: string,
  overrides: Partial<Pick<Fault, 'severity' | 'side'>> = {},
): Fault {
  const { message: _message, ...plain } = fault(
    cause,
    { text, message: { key: 'test.plain', params: {} } },
    overrides,
  );
  return plain;
}

/** The table of causes in the reader's language; what proves them is in English alone. Loaded when somebody looks. */
import type { Cause } from '../../kinds/contract/cause.ts';
import type { Language } from '../words/words.ts';

export async function loadCauses(language: Language): Promise<readonly Cause[]> {
  const { causes } = await import('../../kinds/causes.ts');
  const english = Object.values<Cause>(causes);
  if (language === 'en') return english;
  const { germanCauses } = await import('../../kinds/causes-de.ts');
  return english.map((cause) => ({ ...cause, ...germanCauses[cause.code] }));
}

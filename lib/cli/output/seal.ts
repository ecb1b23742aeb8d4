/** The key of this machine, for the reports that can carry a signature. */
import type { Seal } from '../../report/signature/signature.ts';
import { message } from '../terminal/message.ts';
import type { Output } from './output-plan.ts';

/** A report that can't be signed is still useful: it is written without a signature, and the user is told why. */
export async function openSeal(outputs: readonly Output[]): Promise<Seal | undefined> {
  if (!outputs.some(({ format }) => format === 'html' || format === 'json' || format === 'pdf'))
    return undefined;
  const { openSigningKey, signingKeyPath } = await import('../../local/signing-key.ts');
  const { createSeal } = await import('../../report/signature/signature.ts');
  const key = await openSigningKey(signingKeyPath(process.env));
  if (key.ok) return createSeal(key.value, Date.now);
  message(`the report is not signed: ${key.message}`);
  return undefined;
}

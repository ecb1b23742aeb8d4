/**
 * What goes to the API in place of the listener's code, which stays in this tab: lib/kinds/listener/proof.ts and seal-keys.ts say
 * the same for Node, and a test holds both against each other.
 */
import { codeOfBytes, type ListenerCode } from '../../../kinds/listener/code.ts';
import type { ListenerSealKeys } from '../../../kinds/listener/seal-keys.ts';
import type { ListenerSecret } from '../../../model/listener-secret.ts';

/** Who is asked at the other end. */
export interface AskedEnd {
  /** Decides the words of each port, which stay from run to run. */
  readonly wordsSeed: string;
  /** Absent: nobody has a code, and words that are read aloud are all there is. */
  readonly code?: ListenerCode;
}

export const newCode = (): ListenerCode => codeOfBytes(crypto.getRandomValues(new Uint8Array(10)));

export const newAsking = (code?: ListenerCode): AskedEnd => ({
  wordsSeed: randomHex(16),
  ...(code !== undefined && { code }),
});

/** Another one for each run. */
export async function secretOf({ wordsSeed, code }: AskedEnd): Promise<ListenerSecret> {
  const run = randomHex(8);
  return {
    run,
    wordsSeed,
    ...(code !== undefined && { key: await hmac(code, `inbound-check run ${run}`) }),
  };
}

export async function sealKeys(code: ListenerCode): Promise<ListenerSealKeys> {
  const [id, log, block] = await Promise.all(
    ['id', 'inbound-check log', 'inbound-check block'].map((text) => hmac(code, text)),
  );
  return { keyId: (id ?? '').slice(0, 8), log: log ?? '', block: block ?? '' };
}

async function hmac(code: ListenerCode, text: string): Promise<string> {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    'raw',
    bytes.encode(code),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return hexOf(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text))));
}

const randomHex = (count: number): string => hexOf(crypto.getRandomValues(new Uint8Array(count)));
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Leave to ask the API once which source address it sees, where the fleet has no distribution that says so. The table holds
 * a token's SHA-256 alone; who has read the table can ask nothing.
 */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { reflectorTokenKey } from './keys.ts';
import { hashOf, isToken, newToken } from './share-token.ts';

/** A prober in a VPC may need minutes to start, and Step Functions tries it again. */
const LIVES_MS = 15 * 60_000;

const TokenItem = z.object({ expiresAt: z.number() });

/** A token that is good for one question within a quarter of an hour. Rejects as the store does. */
export async function makeReflectorToken(items: Pick<ItemStore, 'put'>, now: number): Promise<string> {
  const token = newToken();
  const expiresAt = now + LIVES_MS;
  await items.put({ ...reflectorTokenKey(hashOf(token)), expiresAt, ttl: Math.ceil(expiresAt / 1_000) });
  return token;
}

/** Whether it was good; it is not any more. Of two who use it at the same moment one is told so. Rejects as the store does. */
export async function spendReflectorToken(
  items: Pick<ItemStore, 'get' | 'remove'>,
  token: string,
  now: number,
): Promise<boolean> {
  // What can't be a token costs no read.
  if (!isToken(token)) return false;
  const key = reflectorTokenKey(hashOf(token));
  const found = TokenItem.safeParse(await items.get(key));
  if (!found.success) return false;
  const wasThere = await items.remove(key, { present: true });
  return wasThere && now < found.data.expiresAt;
}

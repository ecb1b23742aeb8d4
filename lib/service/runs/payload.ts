import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parseJson } from '../../model/parse-json.ts';
import type { RunStore } from '../ports/run-store.ts';
import { decompress } from '../state/compressed.ts';
import { failure } from './failure.ts';
import { MAX_DECOMPRESSED_BYTES } from './limits.ts';
import type { Payload } from './messages.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Stores the text and gives the reference to it. Rejects as the store does. */
export async function storeText(
  store: RunStore,
  key: string,
  text: string,
): Promise<{ stored: { key: string; sha256: string } }> {
  await store.put(key, text, 'application/json');
  return { stored: { key, sha256: sha256(text) } };
}

/** The JSON that a payload holds or leads to, read by its schema. */
export async function openPayload<S extends z.ZodType>(
  payload: Payload,
  schema: S,
  store: Pick<RunStore, 'get'>,
  maxDecompressed = MAX_DECOMPRESSED_BYTES,
): Promise<z.output<S>> {
  const data = schema.safeParse(await dataOf(payload, store, maxDecompressed));
  if (data.success) return data.data;
  throw failure('StepContractBroken', `a payload is not what it should be: ${data.error.issues[0]?.message}`);
}

/** An object of the store read by its schema. */
export async function openJson<S extends z.ZodType>(
  key: string,
  schema: S,
  store: Pick<RunStore, 'get'>,
): Promise<z.output<S>> {
  const data = schema.safeParse(parseJson(await store.get(key)));
  if (data.success) return data.data;
  throw failure('StepContractBroken', `${key} is not what it should be: ${data.error.issues[0]?.message}`);
}

async function dataOf(
  payload: Payload,
  store: Pick<RunStore, 'get'>,
  maxDecompressed: number,
): Promise<unknown> {
  if ('inline' in payload) return payload.inline;
  if ('gzip' in payload) return parseJson(decompress(payload.gzip, maxDecompressed));
  const { key, sha256: expected } = payload.stored;
  const text = await store.get(key);
  // A late step of another attempt may have written the key again: what was judged must be what is reported.
  if (sha256(text) !== expected)
    throw failure('StepContractBroken', `${key} has changed since it was stored`);
  return parseJson(text);
}

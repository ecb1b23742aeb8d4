/** Was a report altered since it was signed, and by which key? Pure: a text in, an answer out. */
import * as z from 'zod';
import { REPORT_SCHEMA } from '../model/report.ts';
import { type KeyId, Signature } from '../model/signature.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { isPage, pageDigest, reportTextOf, signatureOfPage } from './page.ts';
import { isGenuine } from './signature.ts';

export type Verification =
  /** Neither a page nor a JSON report of ours. */
  | { readonly outcome: 'not-a-report'; readonly reason: string }
  /** `faults`: what does not fit, in sentences. */
  | { readonly outcome: 'altered'; readonly faults: readonly string[]; readonly keyId?: KeyId }
  | {
      readonly outcome: 'genuine';
      readonly form: 'page' | 'json';
      readonly signature: Signature;
      /** What the signer wrote of the run. */
      readonly report: { readonly id: string; readonly startedAt: string; readonly summary: string };
      /** The report as JSON text that carries the signature, too. */
      readonly json: string;
    };

const Head = z.looseObject({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  startedAt: z.string(),
  summary: z.string(),
  endpoints: z.array(z.unknown()),
});

/**
 * @param text an HTML page or a JSON report
 * @param expected the key that must have signed it; absent: any key
 */
export function verifyReport(text: string, expected?: KeyId): Verification {
  try {
    return isPage(text) ? verifyPage(text, expected) : verifyJson(text, expected);
  } catch (error) {
    // A stack that ran over: no report of ours is nested a thousand times.
    if (error instanceof RangeError) return { outcome: 'not-a-report', reason: 'nested too deeply' };
    throw error;
  }
}

function verifyPage(page: string, expected: KeyId | undefined): Verification {
  const json = reportTextOf(page);
  if (json === undefined) return altered('The data inside the page can’t be read.');
  const data = parse(json);
  const head = Head.safeParse(data);
  if (!head.success) return altered(`The data inside the page are no report of ${REPORT_SCHEMA}.`);
  const signature = signatureOfPage(page);
  if (signature === 'none') return altered('The page carries no signature.');
  if (signature === 'malformed') return altered('The signature was altered: it has not the form of one.');
  const faults = signatureFaults(signature, expected);
  if (signature.page === undefined) faults.push('The signature is that of a JSON report, not of a page.');
  else if (signature.page !== pageDigest(page))
    faults.push('The page was altered: its text is not the one that was signed.');
  // The text as well, so that the data can't say one thing to us and another to whoever unpacks them.
  if (signature.report !== sha256(json))
    faults.push('The data inside the page were altered: they are not those that were signed.');
  const signed = canonicalJson({ ...head.data, signature });
  return settle({ outcome: 'genuine', form: 'page', signature, report: head.data, json: signed }, faults);
}

function verifyJson(text: string, expected: KeyId | undefined): Verification {
  const data = parse(text);
  const head = Head.safeParse(data);
  if (!head.success)
    return { outcome: 'not-a-report', reason: `neither an HTML page nor a report of ${REPORT_SCHEMA}` };
  const { signature: envelope, ...report } = data as Record<string, unknown>;
  if (envelope === undefined) return altered('The report carries no signature.');
  const parsed = Signature.safeParse(envelope);
  if (!parsed.success) return altered('The signature was altered: it has not the form of one.');
  const faults = signatureFaults(parsed.data, expected);
  if (parsed.data.report !== sha256(canonicalJson(report)))
    faults.push('The report was altered: its data are not those that were signed.');
  // A reader stops at the first of two equal keys, a parser takes the last.
  if (keysInText(text) !== keysInValue(data))
    faults.push('The report was altered: a key stands in it twice.');
  return settle(
    { outcome: 'genuine', form: 'json', signature: parsed.data, report: head.data, json: text },
    faults,
  );
}

function signatureFaults(signature: Signature, expected: KeyId | undefined): string[] {
  const faults: string[] = [];
  if (!isGenuine(signature)) faults.push('The signature does not fit: it, its time or its key was altered.');
  if (expected !== undefined && signature.keyId !== expected)
    faults.push(`It was signed by the key ${signature.keyId}, and not by ${expected}.`);
  return faults;
}

const altered = (...faults: string[]): Verification => ({ outcome: 'altered', faults });

const settle = (
  genuine: Extract<Verification, { outcome: 'genuine' }>,
  faults: readonly string[],
): Verification =>
  faults.length === 0 ? genuine : { outcome: 'altered', faults, keyId: genuine.signature.keyId };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const keysInText = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;

function keysInValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : items.length;
  return items.reduce<number>((sum, item) => sum + keysInValue(item), own);
}

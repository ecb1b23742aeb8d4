/** Was a report altered since it was signed, and by which key? Pure: a file in, an answer out. */
import * as z from 'zod';
import { REPORT_SCHEMA } from '../../engine/report-schema.ts';
import { type KeyId, Signature } from '../../model/signature.ts';
import { escapeJson, hasUnsafe } from '../../model/unseen.ts';
import { parseBounded } from './bounded-json.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { isPage, pageDigest, reportTextOf, signatureOfPage } from './page.ts';
import { isGenuine } from './signature.ts';
import { REPORT_TEXT, reportText } from './writing.ts';

export type SignatureCheck =
  /** Not a page and not a JSON report of ours. */
  | { readonly outcome: 'not-a-report'; readonly reason: string }
  /** `faults`: what does not fit, in sentences. */
  | {
      readonly outcome: 'altered';
      readonly faults: readonly string[];
      readonly keyId?: KeyId;
      /** There is no signature at all. */
      readonly isUnsigned?: true;
    }
  /** Unchanged since it was signed. Who signed it is a separate question: whether the reader knows the key of `signature`. */
  | {
      readonly outcome: 'intact';
      readonly form: 'page' | 'json';
      /**
       * `every-byte`: of the file. `data`: what the file says, while the way in which it is written is not covered,
       * because the version that signed it had no rule for that (`older`) or another one (`newer`).
       */
      readonly covers: 'every-byte' | 'older' | 'newer';
      readonly signature: Signature;
      /** What the signer wrote about the run. */
      readonly report: { readonly id: string; readonly startedAt: string; readonly summary: string };
      /** The report as JSON text, including the signature. */
      readonly json: () => string;
    };

const Head = z.looseObject({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  startedAt: z.string(),
  summary: z.string(),
  writing: z.string().optional(),
  endpoints: z.array(z.unknown()),
});

/** A byte-order mark is kept and reported: we never write one. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loose = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Time and memory are bounded by the file's size: signature and digest of a page are checked first, and no value is built from
 * what is larger or deeper than a report.
 *
 * @param file an HTML page or a JSON report; a text means its UTF-8 bytes
 * @param expected one of these keys must have signed it; absent: any key
 */
export function verifyReport(file: Uint8Array | string, expected?: readonly KeyId[]): SignatureCheck {
  const text = typeof file === 'string' ? file : decoded(file);
  if (text === undefined) {
    const ours = /report-data|report@1/.test(loose.decode(file as Uint8Array));
    return ours
      ? altered('The file was altered: it is not UTF-8 text.')
      : { outcome: 'not-a-report', reason: 'not UTF-8 text' };
  }
  return isPage(text) ? verifyPage(text, expected) : verifyJson(text, expected);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Key, signature and digest come first: the data of a page that was altered are not even unpacked. */
function verifyPage(page: string, expected: readonly KeyId[] | undefined): SignatureCheck {
  const signature = signatureOfPage(page);
  if (signature === 'none') return unsigned('The page carries no signature.');
  if (signature === 'malformed') return altered('The signature was altered: it has not the form of one.');
  const fault = pageFault(page, signature, expected);
  if (fault !== undefined) return { outcome: 'altered', faults: [fault], keyId: signature.keyId };
  const json = reportTextOf(page);
  if (json === undefined) return altered('The data inside the page can’t be read.');
  const data = parseBounded(json);
  if (!data.ok) return altered(`The data inside the page are no report: ${data.reason}.`);
  const head = Head.safeParse(data.value);
  if (!head.success) return altered(`The data inside the page are no report of ${REPORT_SCHEMA}.`);
  const canonical = canonicalOf(data.value);
  // The text as well, so that the data can't mean one thing to us and another to a person who unpacks them.
  if (
    signature.report !== sha256(canonical ?? '') ||
    (json !== canonical && json !== escapeJson(canonical ?? ''))
  )
    return altered('The data inside the page were altered: they are not those that were signed.');
  const report = { ...(data.value as SignedData), signature };
  return {
    outcome: 'intact',
    form: 'page',
    covers: 'every-byte',
    signature,
    report: head.data,
    json: () => reportText(report),
  };
}

function pageFault(
  page: string,
  signature: Signature,
  expected: readonly KeyId[] | undefined,
): string | undefined {
  if (signature.page === undefined) return 'The signature is that of a JSON report, not of a page.';
  if (!isExpected(signature, expected)) return signatureFault(signature, expected);
  if (signature.page !== pageDigest(page))
    return 'The page was altered: its text is not the one that was signed.';
  return signatureFault(signature, expected);
}

type SignedData = Readonly<Record<string, unknown>> & { readonly endpoints: readonly unknown[] };

function verifyJson(text: string, expected: readonly KeyId[] | undefined): SignatureCheck {
  const marked = text.startsWith('\ufeff');
  const data = parseBounded(marked ? text.slice(1) : text);
  if (!data.ok)
    return {
      outcome: 'not-a-report',
      reason: `neither an HTML page nor a report of ${REPORT_SCHEMA}: ${data.reason}`,
    };
  const head = Head.safeParse(data.value);
  if (!head.success)
    return { outcome: 'not-a-report', reason: `neither an HTML page nor a report of ${REPORT_SCHEMA}` };
  const whole = data.value as SignedData;
  const { signature: envelope, ...report } = whole;
  if (envelope === undefined) return unsigned('The report carries no signature.');
  const parsed = Signature.safeParse(envelope);
  if (!parsed.success) return altered('The signature was altered: it has not the form of one.');
  const signature = parsed.data;
  const fault = signatureFault(signature, expected);
  const faults = fault === undefined ? [] : [fault];
  const canonical = faults.length > 0 ? undefined : canonicalOf(report);
  if (faults.length === 0 && (canonical === undefined || signature.report !== sha256(canonical)))
    faults.push('The report was altered: its data are not those that were signed.');
  // A person reads the first of two equal keys, a parser uses the last.
  if (data.keys !== keysIn(data.value)) faults.push('The report was altered: a key is in it twice.');
  if (marked) faults.push('The report was altered: a byte-order mark is before it.');
  if (faults.length > 0) return { outcome: 'altered', faults, keyId: signature.keyId };
  const { writing } = head.data;
  // Our writing is built where it can be the same alone: of another text it could be many times as long.
  const canBeOurs = data.indent <= text.length && !hasUnsafe(text);
  if (writing === REPORT_TEXT && !(canBeOurs && text === reportText(whole)))
    return {
      outcome: 'altered',
      faults: [
        'The file was altered: its data are those that were signed, but it is not written as we write them.',
      ],
      keyId: signature.keyId,
    };
  const covers = writing === undefined ? 'older' : writing === REPORT_TEXT ? 'every-byte' : 'newer';
  return {
    outcome: 'intact',
    form: 'json',
    covers,
    signature,
    report: head.data,
    json: () => (covers === 'every-byte' ? text : reportText(whole)),
  };
}

/** Undefined for numbers that JSON can write and no number type can store, such as 1e999. */
function canonicalOf(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

const isExpected = ({ keyId }: Signature, expected: readonly KeyId[] | undefined): boolean =>
  expected === undefined || expected.includes(keyId);

function signatureFault(signature: Signature, expected: readonly KeyId[] | undefined): string | undefined {
  if (!isExpected(signature, expected))
    return `It was signed by the key ${signature.keyId}, and not by ${expected?.join(' or ')}.`;
  return isGenuine(signature)
    ? undefined
    : 'The signature does not fit: it, its time or its key was altered.';
}

const altered = (...faults: string[]): SignatureCheck => ({ outcome: 'altered', faults });

const unsigned = (fault: string): SignatureCheck => ({
  outcome: 'altered',
  faults: [fault],
  isUnsigned: true,
});

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items: unknown[] = Object.values(value);
  let sum = Array.isArray(value) ? 0 : items.length;
  for (const item of items) sum += keysIn(item);
  return sum;
}

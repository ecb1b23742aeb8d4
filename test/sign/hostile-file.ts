/** Files that somebody signed with a key of their own, to harm the person who verifies them. */
import { canonicalJson, sha256 } from '../../lib/report/signature/canonical.ts';
import { pageDigest, reportElement, SIGNATURE_ELEMENT, sealPage } from '../../lib/report/signature/page.ts';
import { newSeal } from '../report/signature/sample-seal.ts';

const seal = newSeal();

/** A page that passes every check up to its data. */
export async function signedPage(inside: string): Promise<string> {
  const page = `<!doctype html>${await reportElement([inside])}${SIGNATURE_ELEMENT}`;
  return sealPage(page, await seal.sign({ report: sha256(inside), page: pageDigest(page) ?? '' }));
}

/** A JSON report, signed over its data. */
export async function signedJson(report: object): Promise<string> {
  const signature = await seal.sign({ report: sha256(canonicalJson(report)) });
  return JSON.stringify({ ...report, signature });
}

/** As much of a report as `verify` asks for. */
export const HEAD = {
  schema: 'inbound-check/report@1',
  id: 'x',
  startedAt: '2026-03-01T09:30:00.000Z',
  summary: 'x',
} as const;

/** Canonical JSON of a report of these endpoints, which are JSON text. */
export const reportOf = (endpoints: string): string =>
  `{"endpoints":${endpoints},"id":"x","schema":"${HEAD.schema}","startedAt":"${HEAD.startedAt}","summary":"x"}`;

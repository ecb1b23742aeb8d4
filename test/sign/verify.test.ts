import { describe, expect, it } from 'vitest';
import type { KeyId } from '../../lib/model/signature.ts';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';
import { keyIdOfPem, parseKeyId } from '../../lib/sign/key.ts';
import type { Seal } from '../../lib/sign/signature.ts';
import { createSeal } from '../../lib/sign/signature.ts';
import { type Verification, verifyReport } from '../../lib/sign/verify.ts';
import { sampleFleetReport } from '../report/sample-fleet-report.ts';
import { moments, render, sampleReport } from '../report/sample-report.ts';
import { NOW, newSeal, newSigner } from './sample-seal.ts';

async function signed(format: ReportFormat, seal: Seal, report = sampleReport): Promise<string> {
  const { head, endpoints, tail } = moments(report);
  const reporter = format.open({ width: 100, color: false, verbose: false, seal });
  const pieces = [reporter.begin(head), ...endpoints.map((each) => reporter.endpoint(each))];
  if (reporter.endSigned === undefined) throw new Error(`${format.id} carries no signature`);
  return pieces.join('') + (await reporter.endSigned(tail));
}

const faultsOf = (result: Verification): string =>
  result.outcome === 'altered' ? result.faults.join(' ') : result.outcome;

const seal = newSeal();
const page = await signed(html, seal);
const otherPage = await signed(html, seal, sampleFleetReport);
const text = await signed(json, seal);
/** Every change that is made must change something. */
const changed = (of: string, from: string | RegExp, to: string): string => {
  const result = of.replace(from, to);
  if (result === of) throw new Error(`nothing to replace: ${from}`);
  return result;
};

describe.each([
  ['page', page],
  ['json', text],
] as const)('a signed %s', (form, file) => {
  it('is genuine, and says which key signed it and when', () => {
    const result = verifyReport(file);
    expect(result).toMatchObject({ outcome: 'genuine', form, report: { id: sampleReport.id } });
    expect(result.outcome === 'genuine' && result.signature).toMatchObject({
      keyId: seal.keyId,
      signedAt: new Date(NOW).toISOString(),
    });
  });

  it('is accepted for its own key and for no other', () => {
    expect(verifyReport(file, seal.keyId).outcome).toBe('genuine');
    expect(faultsOf(verifyReport(file, newSeal().keyId))).toContain(
      `It was signed by the key ${seal.keyId}, and not by`,
    );
  });

  it('that another key signed is not taken for ours', async () => {
    const forged = await signed(form === 'page' ? html : json, newSeal(), {
      ...sampleReport,
      verdict: 'pass',
    });
    expect(verifyReport(forged).outcome).toBe('genuine');
    expect(verifyReport(forged, seal.keyId).outcome).toBe('altered');
  });
});

describe('an altered page', () => {
  it.each<[what: string, altered: string, says: string]>([
    ['another verdict', changed(page, '<h1>4 of 12', '<h1>0 of 12'), 'The page was altered'],
    ['a space at its end', `${page} `, 'The page was altered'],
    ['a script', changed(page, '</footer>', '</footer><script>1</script>'), 'The page was altered'],
    ['a weaker policy', changed(page, "default-src 'none'", 'default-src *'), 'The page was altered'],
    [
      'other data',
      changed(page, /(id="report-data">)[^<]*/, `$1${/id="report-data">([^<]*)/.exec(otherPage)?.[1]}`),
      'The data inside the page were altered',
    ],
    ['broken data', changed(page, /(id="report-data">)..../, '$1!!!!'), 'can’t be read'],
    ['no signature', changed(page, /(id="report-signature">)[^<]*/, '$1'), 'carries no signature'],
    [
      'a word beside the signature',
      changed(page, /(id="report-signature">\{)/, '$1 '),
      'The signature was altered',
    ],
    [
      'markup in the signature',
      changed(page, /(id="report-signature">)/, '$1<!--<script>-->'),
      'The signature was altered',
    ],
    ['another time', changed(page, /"signedAt":"2026/, '"signedAt":"2027'), 'The signature does not fit'],
    [
      'a second place for a signature',
      changed(page, '</footer>', '</footer><script type="application/json" id="report-signature"></script>'),
      'The signature was altered',
    ],
  ])('%s', (_what, altered, says) => {
    expect(faultsOf(verifyReport(altered))).toContain(says);
  });

  it.each(Array.from({ length: 40 }, (_, index) => Math.floor((index * page.length) / 40)))(
    'one byte at %d',
    (at) => {
      const other = page[at] === 'x' ? 'y' : 'x';
      expect(verifyReport(page.slice(0, at) + other + page.slice(at + 1)).outcome).not.toBe('genuine');
    },
  );
});

describe('an altered JSON report', () => {
  it.each<[what: string, altered: string, says: string]>([
    ['another verdict', changed(text, '"verdict": "fail"', '"verdict": "pass"'), 'The report was altered'],
    ['another field', changed(text, '{', '{"more": 1,'), 'The report was altered'],
    [
      'a key that stands there twice',
      changed(text, '{', '{"summary": "all is well",'),
      'a key stands in it twice',
    ],
    ['no signature', changed(text, /,\s*"signature": \{[^}]*\}/, ''), 'carries no signature'],
    ['another key', changed(text, /"keyId": "SHA256:./, '"keyId": "SHA256:-'), 'not the form of one'],
  ])('%s', (_what, altered, says) => {
    expect(faultsOf(verifyReport(altered))).toContain(says);
  });

  it('may be printed in another way: only what it says counts', () => {
    expect(verifyReport(JSON.stringify(JSON.parse(text))).outcome).toBe('genuine');
  });
});

describe('what is no report', () => {
  it.each([
    '',
    '{}',
    '[]',
    'null',
    '{"schema":"inbound-check/report@1"}',
    '<html></html>',
    '['.repeat(50_000),
  ])('%.30s', (other) => {
    expect(verifyReport(other).outcome).toBe('not-a-report');
  });

  it('is a page without a signature neither: it is a report that nobody vouches for', () => {
    expect(faultsOf(verifyReport(render(html)))).toBe('The page carries no signature.');
    expect(faultsOf(verifyReport(render(json)))).toBe('The report carries no signature.');
  });
});

it('the data taken out of a page are genuine by themselves', () => {
  const result = verifyReport(page);
  if (result.outcome !== 'genuine') throw new Error('the page is genuine');
  expect(verifyReport(result.json, seal.keyId)).toMatchObject({ outcome: 'genuine', form: 'json' });
});

it('the page says which key signed it', () => {
  expect(page).toContain(`<code>${seal.keyId}</code>`);
});

describe('a key', () => {
  const { signer, pem } = newSigner();
  const { keyId } = createSeal(signer, () => NOW);
  it.each<[string, KeyId | undefined]>([
    [keyId, keyId],
    [keyId.slice(7), keyId],
    [` ${keyId}= `, keyId],
    ['SHA256:short', undefined],
    ['signing-key.pem', undefined],
  ])('is named by %s', (given, is) => {
    expect(parseKeyId(given)).toBe(is);
  });
  it('is known by its PEM', () => {
    expect(keyIdOfPem(pem)).toBe(keyId);
    expect(keyIdOfPem('no key')).toBeUndefined();
  });
});

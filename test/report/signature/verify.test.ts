import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { KeyId } from '../../../lib/model/signature.ts';
import { html } from '../../../lib/report/html.ts';
import { json } from '../../../lib/report/json.ts';
import type { ReportFormat } from '../../../lib/report/reporter.ts';
import { canonicalJson, sha256 } from '../../../lib/report/signature/canonical.ts';
import { keyIdOfPem, parseKeyId } from '../../../lib/report/signature/key.ts';
import { pageDigest, sealPage } from '../../../lib/report/signature/page.ts';
import type { Seal } from '../../../lib/report/signature/signature.ts';
import { createSeal } from '../../../lib/report/signature/signature.ts';
import { type SignatureCheck, verifyReport } from '../../../lib/report/signature/verify.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';
import { moments, render, renderWhole, sampleReport } from '../sample-report.ts';
import { NOW, newSeal, newSigner } from './sample-seal.ts';

async function signed(format: ReportFormat, seal: Seal, report = sampleReport): Promise<string> {
  const { head, endpoints, tail } = moments(report);
  const reporter = format.open({ width: 100, color: false, verbose: false, seal });
  const pieces = [reporter.begin(head), ...endpoints.map((each) => reporter.endpoint(each))];
  if (reporter.endSigned === undefined) throw new Error(`${format.id} carries no signature`);
  return pieces.join('') + (await reporter.endSigned(tail));
}

const faultsOf = (result: SignatureCheck): string =>
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
    expect(result).toMatchObject({ outcome: 'intact', form, report: { id: sampleReport.id } });
    expect(result.outcome === 'intact' && result.signature).toMatchObject({
      keyId: seal.keyId,
      signedAt: new Date(NOW).toISOString(),
    });
  });

  it('is accepted for its own key and for no other', () => {
    expect(verifyReport(file, [seal.keyId]).outcome).toBe('intact');
    expect(faultsOf(verifyReport(file, [newSeal().keyId]))).toContain(
      `It was signed by the key ${seal.keyId}, and not by`,
    );
  });

  it('that another key signed is not taken for ours', async () => {
    const forged = await signed(form === 'page' ? html : json, newSeal(), {
      ...sampleReport,
      verdict: 'pass',
    });
    expect(verifyReport(forged).outcome).toBe('intact');
    expect(verifyReport(forged, [seal.keyId]).outcome).toBe('altered');
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
      'The page was altered',
    ],
    ['broken data', changed(page, /(id="report-data">)..../, '$1!!!!'), 'The page was altered'],
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
      expect(verifyReport(page.slice(0, at) + other + page.slice(at + 1)).outcome).not.toBe('intact');
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
      'a key is in it twice',
    ],
    ['no signature', changed(text, /,\s*"signature": \{[^}]*\}/, ''), 'carries no signature'],
    ['another key', changed(text, /"keyId": "SHA256:./, '"keyId": "SHA256:-'), 'not the form of one'],
  ])('%s', (_what, altered, says) => {
    expect(faultsOf(verifyReport(altered))).toContain(says);
  });

  it.each<[what: string, altered: string]>([
    ['printed in another way', JSON.stringify(JSON.parse(text))],
    ['a byte-order mark', `\ufeff${text}`],
    ['a space at its end', `${text} `],
    ['another line end', text.replaceAll('\n', '\r\n')],
    ['keys in another order', changed(text, /("schema": [^,]*),\n {2}("id": [^,]*)/, '$2,\n  $1')],
    ['another spelling of a number', changed(text, /: (\d+)(?=[,\n])/, ': $1.0')],
    ['an exponent', changed(text, /: 443(?=[,\n])/, ': 44.3e1')],
    ['a letter by its number', changed(text, '"verdict"', '"v\\u0065rdict"')],
    ['an escape of another spelling', changed(text, '\\u003c', '\\u003C')],
    ['an escaped slash', changed(text, 'https://', 'https:\\/\\/')],
    ['a bracket that browsers read', changed(text, '\\u003c', '<')],
  ])('%s', (_what, altered) => {
    expect(JSON.parse(altered.replace('\ufeff', ''))).toEqual(JSON.parse(text));
    expect(faultsOf(verifyReport(altered))).toMatch(/was altered/);
  });

  it('a number that JSON can write and nobody can hold', () => {
    expect(faultsOf(verifyReport(changed(text, /: 443(?=[,\n])/, ': 1e999')))).toContain(
      'its data are not those',
    );
  });

  it('half a surrogate pair in place of what replaces it', async () => {
    const half = await signed(json, seal, { ...sampleReport, summary: 'x\ud800y' });
    expect(verifyReport(half)).toMatchObject({ outcome: 'intact', report: { summary: 'x\ufffdy' } });
    expect(faultsOf(verifyReport(half.replace('x\ufffdy', 'x\\ud800y')))).toContain(
      'not written as we write',
    );
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

  it('is a page without a signature neither: it is a report that nobody vouches for', async () => {
    expect(faultsOf(verifyReport(await renderWhole(html)))).toBe('The page carries no signature.');
    expect(faultsOf(verifyReport(render(json)))).toBe('The report carries no signature.');
  });
});

it('the data taken out of a page are genuine by themselves', () => {
  const result = verifyReport(page);
  if (result.outcome !== 'intact') throw new Error('the page is genuine');
  expect(verifyReport(result.json(), [seal.keyId])).toMatchObject({ outcome: 'intact', form: 'json' });
});

describe('a report that another version signed', () => {
  const { writing: _writing, signature: _signature, ...data } = JSON.parse(text) as Record<string, unknown>;
  const signedAs = async (report: object): Promise<string> => {
    const signature = await seal.sign({ report: sha256(canonicalJson(report)) });
    return JSON.stringify({ ...report, signature });
  };

  it('before there was a rule for its text, is intact as far as its data go', async () => {
    const old = await signedAs(data);
    expect(verifyReport(old, [seal.keyId])).toMatchObject({ outcome: 'intact', covers: 'older' });
    expect(verifyReport(changed(old, '"fail"', '"pass"')).outcome).toBe('altered');
    expect(faultsOf(verifyReport(changed(old, '{', '{"summary":"all is well",')))).toContain('twice');
  });

  it('by a rule of its own, is intact as far as its data go', async () => {
    const later = await signedAs({ ...data, writing: 'report-text@2' });
    expect(verifyReport(later)).toMatchObject({ outcome: 'intact', covers: 'newer' });
  });

  it('by our rule, with fields that we do not know, is intact to the byte', async () => {
    const more = { ...sampleReport, zones: { b: 1, a: [2], 10: 3, 9: 4 }, aaa: '<' };
    const later = await signed(json, seal, more);
    expect(verifyReport(later)).toMatchObject({ outcome: 'intact', covers: 'every-byte' });
    expect(verifyReport(changed(later, '"b": 1', '"b":  1')).outcome).toBe('altered');
  });
});

describe('whoever signs can’t make it mean two things', () => {
  const repack = async (change: (json: string) => string): Promise<string> => {
    const unsigned = page
      .replace(/(id="report-data">)([^<]*)/, (_, open: string, packed: string) => {
        const inside = gunzipSync(Buffer.from(packed, 'base64')).toString();
        return open + gzipSync(change(inside)).toString('base64');
      })
      .replace(/(id="report-signature">)[^<]*/, '$1');
    const { signature } = JSON.parse(text) as { signature: { report: string } };
    const digest = pageDigest(unsigned) ?? '';
    const report =
      /"report":"([0-9a-f]{64})","signature"|"report":"([0-9a-f]{64})"/.exec(page)?.[1] ?? signature.report;
    return sealPage(unsigned, await seal.sign({ report, page: digest }));
  };

  it.each<[what: string, change: (json: string) => string, says: string]>([
    ['a key twice in the data', (inside) => inside.replace('{', '{"summary":"x",'), 'were altered'],
    ['other data', (inside) => inside.replace('"fail"', '"pass"'), 'were altered'],
    ['no JSON', () => 'x', 'not JSON'],
    ['a deep nest', () => '['.repeat(100_000), 'nested too deeply'],
    ['a list without end', () => `[${'12345678,'.repeat(300_000)}0]`, 'too many members'],
    ['values without end', () => `[${'[],'.repeat(6_000_000)}0]`, 'can’t be read'],
    ['zeros without end', () => ' '.repeat(80 * 1024 * 1024), 'can’t be read'],
  ])('%s', async (_what, change, says) => {
    expect(faultsOf(verifyReport(await repack(change)))).toContain(says);
  });

  it('a signature in base64 that is not the one its bytes give', () => {
    const envelope = /"signature":"([^"]{86})=="/.exec(page)?.[1] ?? '';
    const next = String.fromCharCode(envelope.charCodeAt(85) + 1);
    expect(Buffer.from(`${envelope.slice(0, 85)}${next}==`, 'base64')).toEqual(
      Buffer.from(`${envelope}==`, 'base64'),
    );
    expect(faultsOf(verifyReport(page.replace(envelope, `${envelope.slice(0, 85)}${next}`)))).toContain(
      'does not fit',
    );
  });
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

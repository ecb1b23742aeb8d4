import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, createReportDigest, sha256 } from '../../../lib/report/signature/canonical.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';

describe('canonical JSON', () => {
  // RFC 8785 §3.2.2 and §3.2.3.
  it('is that of the examples of RFC 8785', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect([...canonicalJson(keys).matchAll(/:(\d)/g)].map(([, digit]) => digit).join('')).toBe('2467153');
  });

  it('does not depend on the order of keys, and gives the value back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  it('has UTF-8 for text that has none', () => {
    const text = canonicalJson({ a: 'x\ud800y', '\udfff': ['\ud83d\ude00'] });
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
    expect(text).toBe('{"a":"x\ufffdy","\ufffd":["\ud83d\ude00"]}');
  });
});

describe('the digest of a report in pieces', () => {
  it('is the SHA-256 of the whole', () => {
    const { endpoints, ...members } = sampleFleetReport;
    const digest = createReportDigest({ schema: members.schema });
    for (const endpoint of endpoints) digest.endpoint(endpoint);
    expect(digest.end(members)).toBe(sha256(canonicalJson(sampleFleetReport)));
  });

  it('knows members that sort before the endpoints from the start', () => {
    const early = { ...sampleFleetReport, authorisation: 'vouched' };
    const { endpoints, ...members } = early;
    const digest = createReportDigest(members);
    for (const endpoint of endpoints) digest.endpoint(endpoint);
    expect(digest.end(members)).toBe(sha256(canonicalJson(early)));
    expect(() => createReportDigest({}).end(members)).toThrow('authorisation');
  });
});

import { describe, expect, it } from 'vitest';
import { convert } from 'xmlbuilder2';
import { junit } from '../../lib/report/junit.ts';
import { moments, render, sampleReport } from './sample-report.ts';

interface Suite {
  '@name': string;
  '@tests': string;
  '@failures': string;
  '@errors': string;
  '@time': string;
  '@timestamp': string;
  testcase: {
    '@name': string;
    '@classname': string;
    failure?: { '@type': string; '@message': string; '#': string };
    error?: { '@type': string; '@message': string };
    'system-out'?: string;
  };
}

describe('junit', () => {
  const text = render(junit);
  const { testsuites } = convert(text, { format: 'object' }) as unknown as {
    testsuites: { testsuite: Suite[] };
  };
  const suites = testsuites.testsuite;
  const suite = (id: string): Suite => {
    const found = suites.find((each) => each['@name'] === id);
    if (found === undefined) throw new Error(`no suite ${id}`);
    return found;
  };

  it('counts failures and errors as the run does', () => {
    const sum = (key: '@tests' | '@failures' | '@errors'): number =>
      suites.reduce((total, each) => total + Number(each[key]), 0);
    const { counts } = moments(sampleReport).tail;
    expect(sum('@tests')).toBe(sampleReport.endpoints.length);
    expect(sum('@failures')).toBe(counts.fail);
    expect(sum('@errors')).toBe(counts.inconclusive);
  });

  it('names cause, summary, side and fix of a failure, and the rules', () => {
    const { testcase } = suite('smtp://www.example.com:25');
    expect(testcase['@classname']).toBe('www.example.com');
    expect(testcase.failure?.['@type']).toBe('tcp.filtered');
    expect(testcase.failure?.['@message']).toMatch(/^tcp\.filtered: No answer from 192\.0\.2\.10/);
    expect(testcase.failure?.['#']).toContain('Who acts: network team');
    expect(testcase.failure?.['#']).toContain('permit tcp any host 192.0.2.10 eq 25');
  });

  it('makes inconclusive an error, and a warning a pass with its text', () => {
    expect(suite('smtp://mx.example.com:25').testcase.error?.['@type']).toBe('prober.egress-blocked');
    const { testcase } = suite('smtps://mx.example.com:465');
    expect(testcase.failure).toBeUndefined();
    expect(testcase['system-out']).toContain('WARNING tls.cert-expires-soon');
  });

  it('gives seconds and a time without zone, as the schemas ask', () => {
    const passed = suite('https://www.example.com:443/');
    expect(passed['@time']).toBe('0.069');
    expect(passed['@timestamp']).toBe('2026-03-01T09:30:05');
  });

  it('lets no text of a peer become an element or end a section', () => {
    expect(text).not.toContain('<script');
    expect(text).not.toContain(']]>');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt;');
    expect(text).not.toContain('&amp;lt;');
  });

  it.each(['&e;', '&#0;', '&#31;', '&amp;', '&lt;b&gt;', '&amp;amp;'])(
    'gives %s as the text that it is',
    (summary) => {
      const [first] = sampleReport.endpoints;
      if (first === undefined) throw new Error('the sample has endpoints');
      const document = render(junit, {
        ...sampleReport,
        endpoints: [{ ...first, summary, target: summary }],
      });
      const written = summary.replaceAll('&', '&amp;');
      expect(document).toContain(`classname="${written}"`);
      expect(document).toContain(`<system-out>${written}\n`);
    },
  );
});

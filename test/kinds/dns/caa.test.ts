import { describe, expect, it } from 'vitest';
import { judgeCaa, walkCaa } from '../../../lib/kinds/dns/caa.ts';
import { withCaa } from '../../../lib/kinds/dns/caa-diagnosis.ts';
import type { DnsObservation } from '../../../lib/kinds/dns/observation.ts';
import type { CaaWalk } from '../../../lib/model/caa.ts';

const LE = 'letsencrypt.org';
const said = (...records: string[]): CaaWalk => ({
  steps: [
    { name: 'www.example.test', code: 'NODATA', records: [] },
    { name: 'example.test', code: 'NOERROR', records },
  ],
});
const at = 'example.test';

describe('CAA records are read as RFC 8659 §4 has it', () => {
  it.each<[string, readonly string[], boolean, object]>([
    ['the authority itself', ['0 issue "letsencrypt.org"'], false, { is: 'allowed', by: at }],
    [
      'with parameters and spaces',
      ['0 ISSUE " LetsEncrypt.org ; validationmethods=http-01"'],
      false,
      { is: 'allowed' },
    ],
    ['one of several', ['0 issue "ca.test"', '0 issue "letsencrypt.org"'], false, { is: 'allowed' }],
    ['another authority', ['0 issue "ca.test"'], false, { is: 'forbidden', at, allowed: ['ca.test'] }],
    ['nobody', ['0 issue ";"'], false, { is: 'forbidden', at, allowed: [] }],
    ['only a report address', ['0 iodef "mailto:a@example.test"'], false, { is: 'allowed' }],
    ['issuewild, for a name', ['0 issuewild ";"'], false, { is: 'allowed' }],
    [
      'issuewild, for a wildcard',
      ['0 issue "letsencrypt.org"', '0 issuewild ";"'],
      true,
      { is: 'forbidden', allowed: [] },
    ],
    ['issue, for a wildcard', ['0 issue "letsencrypt.org"'], true, { is: 'allowed' }],
    [
      'a critical property that nobody knows',
      ['128 future "x"', '0 issue "letsencrypt.org"'],
      false,
      { is: 'critical', tag: 'future' },
    ],
    ['a critical property that all know', ['128 issue "letsencrypt.org"'], false, { is: 'allowed' }],
    [
      'for one account (RFC 8657)',
      ['0 issue "letsencrypt.org; accounturi=https://acme.test/acct/1"'],
      false,
      { is: 'allowed', limits: [{ account: 'https://acme.test/acct/1' }] },
    ],
    [
      'by some methods, or for one account',
      [
        '0 issue "letsencrypt.org; validationmethods=dns-01,http-01"',
        '0 issue "letsencrypt.org;accounturi=https://acme.test/acct/2 ; validationmethods=dns-01"',
      ],
      false,
      {
        is: 'allowed',
        limits: [
          { methods: ['dns-01', 'http-01'] },
          { account: 'https://acme.test/acct/2', methods: ['dns-01'] },
        ],
      },
    ],
    [
      'limits beside a record without',
      ['0 issue "letsencrypt.org; validationmethods=dns-01"', '0 issue "letsencrypt.org"'],
      false,
      { is: 'allowed', by: at },
    ],
    [
      'two accounts in one record, which none can be',
      ['0 issue "letsencrypt.org; accounturi=https://a.test/1; accounturi=https://a.test/2"'],
      false,
      { is: 'forbidden', at, allowed: [] },
    ],
    [
      'a parameter that is none: the record names nobody',
      ['0 issue "letsencrypt.org; anything"'],
      false,
      { is: 'forbidden', at, allowed: [] },
    ],
    ['an unknown one that is not critical', ['0 future "x"'], false, { is: 'allowed' }],
  ])('%s', (_what, records, isWildcard, word) => {
    expect(judgeCaa(said(...records), LE, isWildcard)).toMatchObject(word);
  });

  it('lets everybody issue where no name upwards has records', () => {
    expect(judgeCaa({ steps: [{ name: 'test', code: 'NXDOMAIN', records: [] }] }, LE, false)).toEqual({
      is: 'allowed',
    });
  });
});

describe('the walk', () => {
  const walk = async (host: string, answers: Record<string, string | string[]>) => {
    const asked: string[] = [];
    const found = await walkCaa(host, {
      ask: async (name) => {
        asked.push(name);
        const answer = answers[name] ?? 'NODATA';
        return typeof answer === 'string'
          ? { code: answer, records: [], ms: 1 }
          : { code: 'NOERROR', records: answer, ms: 1 };
      },
    });
    return { found, asked };
  };

  it('ends at the nearest name with records, whatever is above it', async () => {
    const { found, asked } = await walk('*.a.example.test', {
      'example.test': ['0 issue ";"'],
      test: 'SERVFAIL',
    });
    expect(asked).toEqual(['a.example.test', 'example.test', 'test']);
    expect(found.steps.map(({ name }) => name)).toEqual(['a.example.test', 'example.test']);
  });

  it('ends at an error below the records, which stops authorities', async () => {
    const { found } = await walk('a.example.test', {
      'a.example.test': 'SERVFAIL',
      'example.test': ['0 issue ";"'],
    });
    expect(judgeCaa(found, LE, false)).toEqual({ is: 'no-answer', at: 'a.example.test', code: 'SERVFAIL' });
  });

  it('asks twelve names at most', async () => {
    expect((await walk(`${'a.'.repeat(60)}test`, {})).asked).toHaveLength(12);
  });
});

describe('what it means for the endpoint', () => {
  const observation = (caa: CaaWalk, addresses: DnsObservation['dns']['addresses']): DnsObservation => ({
    kind: 'dns',
    endpointId: 'e',
    vantage: 'local',
    host: 'www.example.test',
    port: 53,
    address: '',
    startedAt: '2026-11-30T00:00:00.000Z',
    timings: { total: 1 },
    exchange: [],
    dns: { name: 'www.example.test', servers: ['192.0.2.53'], answers: [], cnames: [], addresses },
    caa,
  });
  const found = { state: 'open', summary: 'resolves', faults: [] } as const;
  const one = [{ address: '192.0.2.1', family: 4 as const }];
  const failed: CaaWalk = { steps: [{ name: 'www.example.test', code: 'SERVFAIL', records: [] }] };

  it('names the record to add', () => {
    const { faults } = withCaa({ ...found, faults: [] }, observation(said('0 issue "ca.test"'), one), LE);
    expect(faults).toMatchObject([{ cause: 'dns.caa-forbids', side: 'dns', severity: 'fail' }]);
    expect(faults[0]?.summary).toContain('example.test. CAA 0 issue "letsencrypt.org"');
  });

  it('tells account and methods as a remark, since the ACME client alone knows its own', () => {
    const limited = said(
      '0 issue "letsencrypt.org; validationmethods=dns-01"',
      '0 issue "letsencrypt.org; accounturi=https://acme.test/acct/1"',
    );
    const { faults, state } = withCaa({ ...found, faults: [] }, observation(limited, one), LE);
    expect(state).toBe('open');
    expect(faults).toMatchObject([{ cause: 'dns.caa-limits', severity: 'info' }]);
    expect(faults[0]?.summary).toContain('only by dns-01 or for the account https://acme.test/acct/1:');
  });

  it('is a failure of its own where CAA alone is not answered', () => {
    const { faults } = withCaa({ ...found, faults: [] }, observation(failed, one), LE);
    expect(faults).toMatchObject([{ cause: 'dns.caa-servfail', severity: 'fail' }]);
  });

  it('claims nothing where the name has no address either, without an authority, or where it is allowed', () => {
    const plain = { ...found, faults: [] };
    expect(withCaa(plain, observation(failed, []), LE)).toBe(plain);
    expect(withCaa(plain, observation(said('0 issue ";"'), one), undefined)).toBe(plain);
    expect(withCaa(plain, observation(said('0 issue "letsencrypt.org"'), one), LE)).toBe(plain);
  });
});

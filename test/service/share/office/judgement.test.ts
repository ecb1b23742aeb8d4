import { describe, expect, it } from 'vitest';
import { judgeOffice } from '../../../../lib/service/share/office/judgement.ts';
import { outsideOf } from '../../../../lib/service/share/office/outside.ts';
import { OfficeSaw } from '../../../../lib/service/state/offices.ts';
import { sampleFleetReport } from '../../../report/sample-fleet-report.ts';

const AT = '2026-03-01T14:02:00.000Z';
const outside = (reached: number, of = 3) => ({ where: 'internet' as const, at: AT, reached, of });
const told = (saw: OfficeSaw, more: object = {}) => ({
  number: 1,
  at: '2026-03-01T14:05:00.000Z',
  address: '203.0.113.7',
  saw,
  ...more,
});

describe('what an attempt from an office means', () => {
  it.each([
    ['answered', 3, 'both-reach'],
    ['redirected', 3, 'both-reach'],
    ['opened', 3, 'both-reach'],
    ['connected', 3, 'both-reach'],
    ['silent', 3, 'office-path'],
    ['not-opened', 3, 'office-path'],
    ['not-connected', 3, 'office-path'],
    ['answered', 0, 'office-alone'],
    ['connected', 0, 'office-alone'],
    ['silent', 0, 'neither'],
    ['not-connected', 0, 'neither'],
    ['answered', 2, 'outside-differs'],
    ['silent', 2, 'outside-differs'],
    ['failed', 3, 'undecided'],
    ['failed', 0, 'undecided'],
  ] as const)('%s, where %i of 3 outside got an answer: %s', (saw, reached, meaning) => {
    expect(judgeOffice(told(saw), outside(reached)).meaning).toBe(meaning);
  });

  it.each(OfficeSaw.options.filter((saw) => saw !== 'failed'))(
    '%s, where nothing was decided outside: it stands alone',
    (saw) => expect(judgeOffice(told(saw), outside(0, 0)).meaning).toBe('no-outside'),
  );

  it('puts a silence on the path of the office, with both times and its address', () => {
    expect(judgeOffice(told('silent', { ms: 10_000 }), outside(3)).says).toBe(
      "From outside 3 of 3 places got an answer at 2026-03-01 14:02:00 UTC; this office at 203.0.113.7 got no answer within 10 s at 2026-03-01 14:05:00 UTC: it is the path of this office (its proxy, DNS or outbound filter), or the far end shuts out this office's address. The server answers others.",
    );
  });

  it('blames nobody for what a browser hides, as a header of the server that forbids it', () => {
    const { says } = judgeOffice(told('failed', { ms: 12 }), outside(3));
    expect(says).toContain('got nothing that its browser would show after 12 ms');
    expect(says).toContain('a server that lets no other page use its answers');
    expect(says).not.toContain('path of this office');
  });

  it('does not take the page of a filter for the right one', () => {
    const hides = 'that of a filter on the way counts, too';
    expect(judgeOffice(told('answered'), outside(3)).says).toContain(hides);
    expect(judgeOffice(told('answered'), outside(0)).says).toContain(hides);
    expect(judgeOffice(told('opened'), outside(3)).says).not.toContain(hides);
  });

  it.each([
    ['2026-03-01T14:16:59.000Z', undefined],
    ['2026-03-01T14:40:00.000Z', '38 minutes'],
    ['2026-03-01T18:02:00.000Z', '4 hours'],
    ['2026-03-05T14:02:00.000Z', '4 days'],
    // The other way round it is the same.
    ['2026-03-01T13:00:00.000Z', '62 minutes'],
  ])('tells at %s how long it was between the two: %s', (at, between) => {
    const { says } = judgeOffice({ ...told('silent'), at }, outside(3));
    if (between === undefined) expect(says).not.toContain('Between the two');
    else expect(says).toContain(`Between the two lie ${between}: check once more first.`);
  });

  it('says nothing of an address that is not known', () => {
    const { address: _, ...unknown } = told('silent');
    expect(judgeOffice(unknown, outside(3)).says).toContain('; this office got no answer at');
    expect(judgeOffice(unknown, outside(0, 0)).says).toMatch(
      /^This office got no answer at .*; by the check/,
    );
  });
});

describe('what the outside saw', () => {
  const [sample] = sampleFleetReport.endpoints.filter(({ observations }) => observations.length > 1);
  if (sample === undefined) throw new Error('the sample has no endpoint that two vantages saw');
  const [one] = sample.observations;
  if (one === undefined) throw new Error('no observation');
  const seen = (
    vantage: string,
    state: 'open' | 'filtered' | 'broken' | 'inconclusive',
    more: object = {},
  ) => ({
    ...one,
    vantage,
    state,
    attempt: 1,
    startedAt: AT,
    ...more,
  });
  const at = (id: string, more: object = {}) => ({ id, kind: 'lambda', controls: [], ...more });
  const view = (observations: (typeof one)[], vantages = ['a', 'b', 'c'].map((id) => at(id))) =>
    outsideOf({ finishedAt: '2026-03-01T15:00:00.000Z', vantages }, { ...sample, observations });

  it('counts each vantage once, by its last attempt, at one of its addresses at least', () => {
    expect(
      view([
        seen('a', 'filtered'),
        seen('a', 'open', { attempt: 2, startedAt: '2026-03-01T14:03:00.000Z' }),
        seen('b', 'open', { address: '192.0.2.1' }),
        seen('b', 'filtered', { address: '2001:db8::1' }),
        seen('c', 'broken'),
      ]),
    ).toEqual({ where: 'internet', at: '2026-03-01T14:03:00.000Z', reached: 2, of: 3 });
  });

  it('leaves out what decided nothing, and who stands behind the firewall or on its list', () => {
    expect(
      view(
        [seen('a', 'inconclusive'), seen('b', 'open'), seen('c', 'open')],
        [at('a'), at('b', { position: 'inside' }), at('c', { position: 'allow-listed' })],
      ),
    ).toEqual({ where: 'internet', at: '2026-03-01T15:00:00.000Z', reached: 0, of: 0 });
  });

  it('of a station is its own network, unless it has a vantage on the internet', () => {
    const local = at('local', { kind: 'local' });
    const site = at('far', { kind: 'site', position: 'internet' });
    expect(view([seen('local', 'open')], [local])).toMatchObject({ where: 'here', reached: 1, of: 1 });
    expect(view([seen('local', 'open'), seen('far', 'filtered')], [local, site])).toMatchObject({
      where: 'internet',
      reached: 0,
      of: 1,
    });
    const says = (where: 'internet' | 'here') =>
      judgeOffice(told('silent'), { ...outside(1, 1), where }).says;
    expect(says('internet')).toMatch(/^From outside 1 of 1 place/);
    expect(says('here')).toMatch(/^From the network where the check ran 1 of 1 place/);
  });
});

import { describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { certificate, tls } from '../../report/sample-evidence.ts';
import { exposed, kinds, live, report, runOf, type Seen } from './runs.ts';

const failed: Seen = { verdict: 'fail' };
const refused: Seen = { verdict: 'fail', cause: 'tcp.refused' };
const unproven: Seen = { verdict: 'inconclusive' };
/** The same endpoint, as it must be. */
const shut: Seen = { port: 22, over: { id: 'ssh://www.example.com:22 (closed)', expect: 'closed' } };
const told = (days: readonly Seen[]): string[][] => live(days.map((seen) => [report(seen)])).map(kinds);

describe('an endpoint from run to run', () => {
  it.each<[what: string, days: Seen[], expected: string[][]]>([
    ['that passes is not told of', [{}, {}], [[], []]],
    [
      'that fails, fails still and passes again: twice',
      [{}, failed, failed, {}, {}],
      [[], ['failing'], [], ['recovered'], []],
    ],
    ['that fails when it is first seen', [failed, failed], [['failing'], []]],
    ['that fails by another cause', [failed, refused, refused], [['failing'], ['cause-changed'], []]],
    [
      'that gets a warning, which stands in the report alone',
      [{}, { verdict: 'warn', cause: 'http.no-https-redirect' }, {}],
      [[], [], []],
    ],
    [
      'that fails and then has a warning is back',
      [failed, { verdict: 'warn', cause: 'http.no-https-redirect' }],
      [['failing'], ['recovered']],
    ],
    ['that is reachable and must not be', [exposed, exposed, shut], [['exposed'], [], ['recovered']]],
  ])('%s', (_what, days, expected) => {
    expect(told(days)).toEqual(expected);
  });

  it('whose run proves nothing is as it was: before, between and after', () => {
    expect(told([unproven, {}, unproven, failed, unproven, failed, unproven, {}, unproven])).toEqual([
      [],
      [],
      [],
      ['failing'],
      [],
      [],
      [],
      ['recovered'],
      [],
    ]);
  });
});

describe('what is not good enough to wake somebody', () => {
  it.each<[what: string, seen: Seen]>([
    ['a cause that is the prober’s own', { ...failed, cause: 'prober.network-answers-for-all' }],
    ['a failure that no second attempt saw', { ...failed, attempt: 1 }],
    ['a failure from two vantages of three', { ...failed, states: ['filtered', 'filtered', 'inconclusive'] }],
    [
      'a failure from two vantages of five',
      { ...failed, states: ['filtered', 'filtered', 'inconclusive', 'inconclusive', 'inconclusive'] },
    ],
  ])('%s', (_what, seen) => {
    expect(told([{}, seen])).toEqual([[], []]);
  });

  it.each<[what: string, seen: Seen]>([
    ['a pass at the second try', { over: { flapped: true } }],
    ['a pass from two vantages of three', { states: ['open', 'open', 'inconclusive'] }],
  ])('%s is no recovery', (_what, seen) => {
    expect(told([failed, seen, {}])).toEqual([['failing'], [], ['recovered']]);
  });

  it('but a pass from enough vantages is one, though one was lost', () => {
    const lost: Seen = { cause: 'prober.unavailable', states: ['open', 'open', 'open', 'inconclusive'] };
    expect(told([failed, lost])).toEqual([['failing'], ['recovered']]);
  });

  it('but a fleet of two vantages is believed when both agree', () => {
    expect(told([{ ...failed, states: ['filtered', 'filtered'] }])).toEqual([['failing']]);
    expect(told([{ ...failed, states: ['filtered'] }])).toEqual([['failing']]);
  });

  it('but one vantage proves that a port is open', () => {
    expect(told([{ ...exposed, states: ['open', 'inconclusive', 'inconclusive'] }])).toEqual([['exposed']]);
  });

  it('but without confirmations two runs in a row are believed', () => {
    const runs = [{ run: 'run-0', at: '2026-03-01T00:00:00.000Z', verdict: 'fail' as const }];
    const history = { since: '2026-03-01T00:00:00.000Z', atLeast: false, runs, changes: [] };
    const [first, second] = live([
      [report({ ...failed, attempt: 1 })],
      [report({ ...failed, attempt: 1, over: { history } })],
    ]);
    expect(first).toEqual([]);
    expect(second).toMatchObject([
      { kind: 'failing', text: expect.stringContaining('first run that judged it') },
    ]);
  });
});

describe('what is reported together', () => {
  const ports = Array.from({ length: 10 }, (_, index) => 1_000 + index);
  const behindFirewall = (verdict: 'pass' | 'fail') => [
    ...ports.map((port) => report({ port, verdict })),
    report({ host: 'mail.example.com', address: '192.0.2.25', port: 25 }),
  ];

  it('ten endpoints behind one dead firewall are one message, and one when they are back', () => {
    const [, down, up] = live([behindFirewall('pass'), behindFirewall('fail'), behindFirewall('pass')]);
    expect(down).toMatchObject([
      {
        kind: 'failing',
        severity: 'critical',
        title: 'shop: 10 endpoints of www.example.com fail (tcp.filtered)',
        side: 'network',
        cause: 'tcp.filtered',
        more: 0,
      },
    ]);
    expect(down?.[0]?.endpoints).toHaveLength(10);
    expect(up).toMatchObject([{ kind: 'recovered', severity: 'info' }]);
  });

  it('many names at one address are behind one firewall, too', () => {
    const names = (verdict: 'pass' | 'fail') => [
      ...['a.example', 'b.example', 'c.example'].map((host) => report({ host, verdict })),
      report({ host: 'd.example', address: '192.0.2.99' }),
    ];
    const [, down] = live([names('pass'), names('fail')]);
    expect(down).toMatchObject([{ title: 'shop: 3 endpoints of 3 hosts fail (tcp.filtered)' }]);
  });

  it('another side, another family of causes or another host is another message', () => {
    const of = (verdict: 'pass' | 'fail') => [
      report({ port: 1, verdict }),
      report({ port: 2, verdict, ...(verdict === 'fail' && { cause: 'tls.cert-expired' as const }) }),
      report({ port: 3, verdict, host: 'other.example', address: '192.0.2.99' }),
      report({ port: 4 }),
    ];
    expect(live([of('pass'), of('fail')])[1]?.map(({ endpoints }) => endpoints.map(({ id }) => id))).toEqual([
      ['tcp://www.example.com:1'],
      ['tcp://www.example.com:2'],
      ['tcp://other.example:3'],
    ]);
  });

  const hosts = (verdict: 'pass' | 'fail', count: number) =>
    Array.from({ length: count }, (_, index) =>
      report({ host: `h${index}.example`, address: `192.0.2.${index + 1}`, verdict }),
    );

  it('a target that is down as a whole is one message, whatever its hosts', () => {
    const [, down, up] = live([hosts('pass', 4), hosts('fail', 4), hosts('pass', 4)]);
    expect(down?.map(({ title }) => title)).toEqual(['shop: down: all 4 endpoints fail (tcp.filtered)']);
    expect(up?.map(({ title }) => title)).toEqual([
      'shop: up again: 4 endpoints of 4 hosts recovered after 1 h, nothing fails any more',
    ]);
  });

  it('a run of some endpoints does not call the whole target down', () => {
    const [, down] = live([[...hosts('pass', 3)], hosts('fail', 2)]);
    expect(down).toHaveLength(2);
  });

  it('more reasons than anyone reads are one message', () => {
    const [, down] = live([[...hosts('pass', 60)], [...hosts('fail', 55), ...hosts('pass', 60).slice(55)]]);
    expect(down).toMatchObject([{ title: 'shop: 55 endpoints of 55 hosts fail (tcp.filtered)', more: 5 }]);
    expect(down?.[0]?.endpoints).toHaveLength(50);
  });
});

describe('a certificate that ends', () => {
  const DAY = 86_400_000;
  const start = Date.UTC(2026, 2, 1);
  const shows = (left: number, over: Parameters<typeof certificate>[0] = {}, port = 443) =>
    report({
      port,
      evidence: {
        tls: tls({
          chain: [
            certificate({
              notBefore: new Date(start - 300 * DAY).toISOString(),
              notAfter: new Date(start + left * DAY).toISOString(),
              ...over,
            }),
          ],
        }),
      },
    });
  const thresholds = (days: readonly number[], over?: Parameters<typeof certificate>[0]) =>
    live(days.map((left) => [shows(left, over)])).map((events) => events.map(({ severity }) => severity));

  it('is reported under 30, 14, 7 and 1 days, once each', () => {
    expect(thresholds([40, 30.5, 29, 28, 13, 12, 6.5, 2, 0.5, 0.2])).toEqual([
      [],
      [],
      ['info'],
      [],
      ['warning'],
      [],
      ['warning'],
      [],
      ['critical'],
      [],
    ]);
  });

  it('is reported by the nearest limit alone when it is first seen', () => {
    expect(thresholds([5, 4])).toEqual([['warning'], []]);
  });

  it('is another one when it was renewed', () => {
    const renewed = { fingerprint256: 'ee'.repeat(32) };
    const runs = [[shows(5)], [shows(90, renewed)], [shows(29, renewed)]];
    expect(live(runs).map(kinds)).toEqual([['certificate-expiring'], [], ['certificate-expiring']]);
  });

  it('is left in peace while it is younger than two thirds of its life', () => {
    const short = { notBefore: new Date(start - 0.5 * DAY).toISOString() };
    expect(thresholds([6], short)).toEqual([[]]);
    expect(thresholds([0.9], { notBefore: new Date(start - 5 * DAY).toISOString() })).toEqual([['critical']]);
  });

  it('is one message for all endpoints that show it', () => {
    const [events] = live([[shows(5, {}, 443), shows(5, {}, 8443)]]);
    expect(events).toMatchObject([
      {
        kind: 'certificate-expiring',
        title: 'shop: certificate of www.example.com ends in 5 d',
        side: 'service',
        cause: 'tls.cert-expires-soon',
        endpoints: [{ id: 'tcp://www.example.com:443' }, { id: 'tcp://www.example.com:8443' }],
      },
    ]);
  });

  it('says nothing when it has ended: that is a failure', () => {
    expect(thresholds([-1])).toEqual([[]]);
  });

  it('that a vantage without proof showed counts for nothing', () => {
    const seen = shows(5);
    const observations = seen.observations.map((one) => ({ ...one, state: 'inconclusive' as const }));
    expect(live([[{ ...seen, observations }]])).toEqual([[]]);
  });
});

describe('what is kept for the next run', () => {
  it('forgets endpoints that no run saw for a month, and not before', () => {
    const { announced } = runOf(0, [report(failed), report({ port: 80 })], undefined);
    const later = (days: number) => runOf(24 * days, [report({ port: 80 })], announced).announced;
    expect(Object.keys(later(29).endpoints)).toHaveLength(2);
    expect(Object.keys(later(31).endpoints)).toHaveLength(1);
  });

  it('makes the same events of the same run, by the same ids', () => {
    const { announced } = runOf(0, [report()], undefined);
    const [first, again] = [runOf(1, [report(failed)], announced), runOf(1, [report(failed)], announced)];
    expect(again).toEqual(first);
    expect(runOf(2, [report(failed)], announced).events[0]?.id).not.toBe(first.events[0]?.id);
  });

  it('keeps an event below what EventBridge takes, however long the ids', () => {
    const long = Array.from({ length: 60 }, (_, port) =>
      report({
        ...failed,
        port,
        over: { id: `https://www.example.com:${port}/${'x'.repeat(1_900)}`, fix: 'y'.repeat(9_000) },
      }),
    );
    for (const event of live([long]).flat()) {
      expect(Buffer.byteLength(JSON.stringify(ChangeEvent.parse(event)))).toBeLessThan(200_000);
    }
  });
});

describe('the alert of a target', () => {
  const other: Seen = { ...failed, port: 8443, over: { id: 'https://www.example.com:8443/' } };
  const well: Seen = { ...other, verdict: 'pass' };

  it('has one key from the first failure to the last recovery, and the next time', () => {
    const events = live(
      [[failed], [failed, other], [{}, other], [{}, well], [failed, well]].map((seen) =>
        seen.map((one) => report(one)),
      ),
    ).flat();
    expect(events.map(({ kind, alert }) => [kind, alert?.state])).toEqual([
      ['failing', 'open'],
      ['failing', 'open'],
      ['recovered', 'open'],
      ['recovered', 'closed'],
      ['failing', 'open'],
    ]);
    expect(new Set(events.map(({ alert }) => alert?.key)).size).toBe(1);
  });
});

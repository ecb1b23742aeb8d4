import { describe, expect, it } from 'vitest';
import { fault, finding } from '../../../lib/kinds/contract/fault.ts';
import { withDelegation } from '../../../lib/kinds/dns/delegation-diagnosis.ts';
import { delegationFacts } from '../../../lib/kinds/dns/delegation-facts.ts';
import { dnsSentence as say } from '../../../lib/kinds/dns/messages.ts';
import { englishOf } from '../../../lib/kinds/messages.ts';
import type { Delegation, ServerAddress, ServerWord, ZoneServer } from '../../../lib/model/delegation.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';

const said = (code: string, more: Partial<ServerWord> = {}): ServerWord => ({ code, aa: true, ...more });
const nothing: ServerWord = { code: 'TIMEOUT' };
const A = said('NOERROR', { records: ['162.55.130.83'] });
const AAAA = said('NODATA');

/** An address of a healthy server, with what differs. */
const at = (address: string, changes: Partial<ServerAddress> = {}): ServerAddress => ({
  address,
  family: address.includes(':') ? 6 : 4,
  from: 'glue',
  udp: said('NOERROR'),
  tcp: said('NOERROR'),
  serial: '5',
  a: A,
  aaaa: AAAA,
  long: said('NODATA', { bytes: 100 }),
  ...changes,
});
const dead = (address: string, more: Partial<ServerAddress> = {}): ServerAddress => ({
  address,
  family: address.includes(':') ? 6 : 4,
  from: 'glue',
  udp: nothing,
  plain: nothing,
  tcp: nothing,
  ...more,
});
const lame = (address: string, word: ServerWord): ServerAddress => ({
  ...{ address, family: 4, from: 'glue', udp: word, tcp: word },
});
const server = (name: string, addresses: ServerAddress[], more: Partial<ZoneServer> = {}): ZoneServer => ({
  name,
  atParent: true,
  atZone: true,
  addresses,
  ...more,
});
const ONE = '192.0.2.1';
const TWO = '192.0.2.2';
const CONTROLS: Delegation['controls'] = (['udp', 'tcp'] as const).map((over) => ({
  ...{ family: 4, over, server: 'a.nic.test (192.0.2.53)', code: 'NOERROR' },
}));
const zone = (servers: ZoneServer[], more: Partial<Delegation> = {}): Delegation => ({
  name: 'www.shop.test',
  zone: 'shop.test',
  parent: { zone: 'test', server: 'a.nic.test (192.0.2.53)', code: 'REFERRAL' },
  servers,
  controls: [],
  ms: 20,
  ...more,
});

const found = finding('open', [], say.resolves({ name: 'www.shop.test', addresses: '162.55.130.83' }));
const failed = (cause: CauseCode = 'dns.servfail', state: Finding['state'] = 'inconclusive'): Finding =>
  finding(state, [fault(cause, say.gives({ server: '9.9.9.9', code: 'SERVFAIL', name: 'www.shop.test' }))]);

const judge = (delegation: Delegation, before: Finding = found) => {
  const { state, faults } = withDelegation(before, { delegation });
  for (const one of faults) expect(one.message && englishOf(one.message)).toBe(one.summary);
  return {
    state,
    faults: faults.map(({ cause, severity }) => `${cause} ${severity}`),
    says: faults[0]?.summary,
  };
};

const both = (one: Partial<ServerAddress>, two: Partial<ServerAddress> = {}): ZoneServer[] => [
  server('ns1.shop.test', [at(ONE, one)]),
  server('ns2.shop.test', [at(TWO, two)]),
];

describe('what the name servers of a zone say', () => {
  it('changes nothing where all is well, and nothing without it', () => {
    expect(withDelegation(found, { delegation: zone(both({})) })).toBe(found);
    expect(withDelegation(found, { delegation: undefined })).toBe(found);
  });

  it.each<[string, Delegation, string[]]>([
    [
      'one dead server of two',
      zone([server('ns1.shop.test', [at(ONE)]), server('ns2.shop.test', [dead(TWO)])]),
      ['dns.server-dead warn'],
    ],
    [
      'all dead, while the zone above answers',
      zone([server('ns1.shop.test', [dead(ONE)]), server('ns2.shop.test', [dead(TWO)])], {
        controls: CONTROLS,
      }),
      ['dns.server-dead fail'],
    ],
    ['all silent, and so is the zone above', zone([server('ns1.shop.test', [dead(ONE)])]), []],
    [
      'all silent to a prober that was late itself',
      zone([server('ns1.shop.test', [dead(ONE)])], { controls: CONTROLS, late: true }),
      [],
    ],
    [
      'IPv6 silent, and no control for it',
      zone([server('ns1.shop.test', [at(ONE), dead('2001:db8::1')])]),
      [],
    ],
    [
      'all dead over IPv4, and IPv6 could not be asked',
      zone(
        [
          server('ns1.shop.test', [
            dead(ONE),
            { address: '2001:db8::1', family: 6, from: 'glue', notAsked: 'family' },
          ]),
        ],
        { controls: CONTROLS },
      ),
      [],
    ],
    [
      'one that refuses',
      zone([
        server('ns1.shop.test', [at(ONE)]),
        server('ns2.shop.test', [lame(TWO, said('REFUSED', { aa: false }))]),
      ]),
      ['dns.lame warn'],
    ],
    [
      'one that is not authoritative',
      zone([
        server('ns1.shop.test', [at(ONE)]),
        server('ns2.shop.test', [lame(TWO, said('NOERROR', { aa: false }))]),
      ]),
      ['dns.lame warn'],
    ],
    [
      'all lame',
      zone([server('ns1.shop.test', [lame(ONE, said('REFERRAL', { aa: false, refersTo: '.' }))])]),
      ['dns.lame fail'],
    ],
    [
      'a server whose name does not exist',
      zone([server('ns1.shop.test', [at(ONE)]), server('ns2.gone.test', [], { noAddress: 'NXDOMAIN' })]),
      ['dns.server-dead warn'],
    ],
    [
      'a server whose name could not be looked up',
      zone([server('ns1.shop.test', [at(ONE)]), server('ns2.far.test', [], { noAddress: 'SERVFAIL' })]),
      [],
    ],
    [
      'a server at a private address',
      zone([
        server('ns1.shop.test', [at(ONE)]),
        server('ns2.shop.test', [{ address: '10.0.0.1', family: 4, from: 'glue', refused: 'private' }]),
      ]),
      ['dns.server-dead warn'],
    ],
    [
      'old glue at which nothing answers',
      zone([server('ns1.shop.test', [dead(TWO), at(ONE, { from: 'zone' })], { inZone: [ONE] })]),
      ['dns.glue-stale warn'],
    ],
    [
      'two lists that share a server',
      zone([...both({}), server('ns3.shop.test', [at('192.0.2.3')], { atParent: false })]),
      ['dns.ns-mismatch info'],
    ],
    [
      'two lists without a common server',
      zone([
        server('ns1.shop.test', [at(ONE)], { atZone: false }),
        server('ns2.shop.test', [at(TWO)], { atParent: false }),
      ]),
      ['dns.ns-mismatch warn'],
    ],
    ['different serials', zone(both({ serial: '4' })), ['dns.serials-differ info']],
    [
      'one server that denies the name',
      zone(both({ a: said('NXDOMAIN'), aaaa: said('NXDOMAIN') })),
      ['dns.answers-differ warn'],
    ],
    [
      'two servers with different addresses',
      zone(both({ a: said('NOERROR', { records: ['162.55.130.84'] }) })),
      ['dns.answers-differ info'],
    ],
    [
      'the same addresses in another order',
      zone(
        both(
          { a: said('NOERROR', { records: ['192.0.2.8', '192.0.2.9'] }) },
          { a: said('NOERROR', { records: ['192.0.2.9', '192.0.2.8'] }) },
        ),
      ),
      [],
    ],
    ['TCP that is refused', zone(both({ tcp: { code: 'ECONNREFUSED' } })), ['dns.tcp-missing warn']],
    [
      'TCP that is silent at all of them, without a control',
      zone(both({ tcp: nothing }, { tcp: nothing })),
      [],
    ],
    [
      'TCP that is silent at all of them, with one',
      zone(both({ tcp: nothing }, { tcp: nothing }), { controls: CONTROLS }),
      ['dns.tcp-missing warn'],
    ],
    [
      'one that loses EDNS',
      zone(both({ udp: nothing, plain: said('NOERROR') })),
      ['dns.edns-black-hole warn'],
    ],
    [
      'all that lose EDNS',
      zone(both({ udp: nothing, plain: said('NOERROR') }, { udp: nothing, plain: said('NOERROR') })),
      ['dns.edns-black-hole fail'],
    ],
    [
      'one whose long answers get lost',
      zone(both({ long: nothing, longByTcp: said('NOERROR', { bytes: 900 }) })),
      ['dns.edns-black-hole warn'],
    ],
    [
      'one whose short answer got lost once',
      zone(both({ long: nothing, longByTcp: said('NODATA', { bytes: 90 }) })),
      [],
    ],
    [
      'NXDOMAIN for AAAA beside an A',
      zone(both({ aaaa: said('NXDOMAIN') }, { aaaa: said('NXDOMAIN') })),
      ['dns.nxdomain-beside-address warn'],
    ],
    [
      'an alias in the place of the zone',
      zone(both({}), { apexAlias: 'x.test' }),
      ['dns.cname-at-apex warn'],
    ],
    ['a wildcard', zone(both({}), { wildcard: ['192.0.2.9'] }), ['dns.wildcard info']],
  ])('%s', (_, delegation, faults) => {
    expect(judge(delegation)).toMatchObject({ state: 'open', faults });
  });

  it('names servers, addresses and answers', () => {
    const servers = [
      server('ns1.shop.test', [lame(ONE, said('REFERRAL', { aa: false, refersTo: 'test' }))]),
      server('ns2.shop.test', [dead(TWO)]),
    ];
    const { says } = judge(zone(servers, { controls: CONTROLS }), failed());
    expect(says).toBe(
      'test delegates shop.test to name servers of which none serves it: ns1.shop.test (192.0.2.1: REFERRAL to test).',
    );
  });

  it('decides a failure of one resolver that proved nothing alone', () => {
    const delegation = zone([server('ns1.shop.test', [dead(ONE)])], { controls: CONTROLS });
    expect(judge(delegation, failed('dns.servfail'))).toMatchObject({
      state: 'broken',
      faults: ['dns.server-dead fail', 'dns.servfail info'],
    });
  });

  it('leaves a failure alone that the servers do not explain', () => {
    const before = failed('dns.servfail');
    expect(withDelegation(before, { delegation: zone(both({})) })).toBe(before);
    const one = zone([server('ns1.shop.test', [at(ONE)]), server('ns2.shop.test', [dead(TWO)])]);
    expect(judge(one, failed('dns.servfail', 'broken'))).toMatchObject({
      state: 'broken',
      faults: ['dns.servfail fail', 'dns.server-dead warn'],
    });
  });

  it('says who does not know a name that is not delegated', () => {
    const parent = { zone: 'test', server: 'a.nic.test (192.0.2.53)', code: 'NXDOMAIN' };
    const delegation = zone([], { zone: 'test', end: 'not-delegated', parent });
    expect(judge(delegation, failed('dns.nxdomain', 'broken'))).toMatchObject({
      state: 'broken',
      faults: ['dns.nxdomain fail'],
      says: expect.stringContaining('a.nic.test (192.0.2.53), a server of test, knows no delegation of it'),
    });
  });

  it('has a line for each address among the facts', () => {
    const facts = delegationFacts(
      zone(both({ udp: nothing, plain: said('NOERROR') }), { controls: CONTROLS }),
    );
    expect(facts.find(({ label }) => label === `ns1.shop.test ${ONE}`)?.value).toBe(
      'UDP TIMEOUT; without EDNS NOERROR aa; TCP NOERROR aa; serial 5; A NOERROR aa 162.55.130.83; AAAA NODATA aa; TXT with signatures NODATA aa 100 bytes',
    );
    expect(facts.map(({ label }) => label)).toContain('Control, IPv4 UDP');
  });
});

describe('a resolver that denies what a server of the zone has', () => {
  const denial = said('NXDOMAIN');
  const differing = zone(both({}, { a: denial, aaaa: denial }));

  it.each(['dns.nxdomain', 'dns.no-address'] as const)(
    'has asked the server that lacks the name: %s',
    (cause) => {
      const { state, faults, says } = judge(differing, failed(cause, 'broken'));
      expect({ state, faults }).toEqual({
        state: 'broken',
        faults: ['dns.answers-differ fail', `${cause} info`],
      });
      expect(says).toContain(
        'some name servers of shop.test have an address, and others have none: ns1.shop.test: A',
      );
    },
  );

  it('has asked one for A and the other for AAAA', () => {
    const beside = finding(
      'open',
      [
        fault(
          'dns.nxdomain-beside-address',
          say.gives({ server: '9.9.9.9', code: 'NXDOMAIN', name: 'www.shop.test' }),
        ),
      ],
      say.resolves({ name: 'www.shop.test', addresses: '162.55.130.83' }),
    );
    expect(judge(differing, beside).faults).toEqual([
      'dns.answers-differ warn',
      'dns.nxdomain-beside-address info',
    ]);
    // A server that gives both is one that has to be repaired.
    expect(judge(zone(both({ aaaa: denial }, { a: denial, aaaa: denial })), beside).faults).toContain(
      'dns.nxdomain-beside-address warn',
    );
  });

  it('has taken the referral of a lame server to the zone itself for a denial', () => {
    const refers = (refersTo: string): ServerWord => ({ code: 'REFERRAL', aa: false, refersTo });
    const lameWith = (word: ServerWord): Delegation =>
      zone([
        server('ns1.shop.test', [at(ONE)]),
        server('ns2.shop.test', [{ ...lame(TWO, word), a: word, aaaa: word }]),
      ]);
    const before = failed('dns.no-address', 'broken');
    expect(judge(lameWith(refers('shop.test')), before).faults).toEqual([
      'dns.lame fail',
      'dns.no-address info',
    ]);
    // Such a server is passed over, so the denial is not from it.
    for (const word of [refers('test'), said('REFUSED', { aa: false })])
      expect(judge(lameWith(word), before).faults).toEqual(['dns.no-address fail', 'dns.lame warn']);
  });

  it('is believed where no server has an address', () => {
    const none = zone(both({ a: denial, aaaa: denial }, { a: AAAA, aaaa: AAAA }));
    expect(judge(none, failed('dns.nxdomain', 'broken')).faults[0]).toBe('dns.nxdomain fail');
  });
});

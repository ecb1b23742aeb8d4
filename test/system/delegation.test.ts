/**
 * `check --delegation` against real name servers: BIND, Knot, NSD, Unbound and dnsmasq serve a root, a top-level domain and a
 * zone for each way in which a delegation breaks. What the report says that a server said is compared with what dig sees.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import type { Delegation, ServerAddress, ServerWord } from '../../lib/model/delegation.ts';
import { createHost, type Finished, type Host, nodeArgs } from '../lab/host.ts';
import {
  addNamespace,
  makeDirectory,
  namespaceName,
  removeOwnNamespaces,
  whyNoLab,
} from '../lab/namespaces.ts';
import { askedByProber, buildSite } from './delegation/site.ts';
import { AT, OTHER_WEB, PRIVATE, WEB, zones } from './delegation/zones.ts';

const CLI = fileURLToPath(new URL('../../bin/inbound-check.ts', import.meta.url));
/** As few lookups at once as a small machine can do without being late itself. */
const AT_ONCE = 8;
/** A prober that was late itself claims no silence: such a zone is measured again. */
const MOST_ROUNDS = 4;
const SERVERS = ['named', 'knotd', 'nsd', 'unbound', 'dig'] as const;

const missing = SERVERS.find((name) => spawnSync(name, ['-h']).error !== undefined);
const reason = whyNoLab() ?? (missing === undefined ? undefined : `${missing} is not installed`);

interface Expected {
  readonly verdict: EndpointReport['verdict'];
  readonly cause?: string;
  readonly also?: readonly string[];
  /** Parts of the summary. */
  readonly says: readonly string[];
}

const resolved = (zone: string): string => `www.${zone}.example resolves to ${WEB}.`;
const lame = (zone: string, word: string): Expected => ({
  verdict: 'warn',
  cause: 'dns.lame',
  says: [
    `Not all name servers of ${zone}.example serve it. Not served by: ns2.${zone}.example (${word}). ` +
      `Served by: ns1.${zone}.example.`,
  ],
});
const dead = (zone: string, word: string): Expected => ({
  verdict: 'warn',
  cause: 'dns.server-dead',
  says: [
    `Not all name servers of ${zone}.example answer. Without an answer: ns2.${zone}.example (${word}). ` +
      `With one: ns1.${zone}.example.`,
  ],
});

const EXPECTED: Readonly<Record<string, Expected>> = {
  healthy: { verdict: 'pass', says: [resolved('healthy')] },
  'sub.healthy': { verdict: 'pass', says: [resolved('sub.healthy')] },
  fat: { verdict: 'pass', says: [resolved('fat')] },
  refused: lame('refused', `${AT.refuser}: REFUSED`),
  upward: lame('upward', `${AT.root}: REFERRAL to example`),
  expired: lame('expired', `${AT.refuser}: SERVFAIL`),
  forwarded: lame('forwarded', `${AT.forwarder}: NOERROR without AA`),
  lame: {
    verdict: 'fail',
    cause: 'dns.lame',
    also: ['dns.servfail'],
    says: [
      'example delegates lame.example to name servers of which none serves it: ' +
        `ns1.lame.example (${AT.refuser}: REFUSED), ns2.lame.example (${AT.root}: REFERRAL to example).`,
    ],
  },
  dropped: dead('dropped', `${AT.dropped}: TIMEOUT`),
  closed: dead('closed', `${AT.closed}: ECONNREFUSED`),
  private: dead('private', `${PRIVATE}: not asked, private (RFC 1918)`),
  dead: {
    verdict: 'fail',
    cause: 'dns.server-dead',
    says: [
      `No name server of dead.example answers: ns1.dead.example (${AT.dropped}: TIMEOUT), ` +
        `ns2.dead.example (${AT.closed}: ECONNREFUSED). a.nic.example (${AT.tld}) answered in the same minute.`,
    ],
  },
  outside: {
    verdict: 'warn',
    cause: 'dns.server-dead',
    says: [
      'Not all name servers of outside.example answer. Without an answer: ns.gone.example (no address: NXDOMAIN). ' +
        'With one: ns1.healthy.example, ns2.healthy.example.',
    ],
  },
  glue: {
    verdict: 'warn',
    cause: 'dns.glue-stale',
    says: [
      `The servers of the zone above (example) give ${AT.dropped} as the address of ns2.glue.example; ` +
        `the zone itself says ${AT.two}.`,
    ],
  },
  differ: { verdict: 'pass', also: ['dns.ns-mismatch'], says: [resolved('differ')] },
  serials: { verdict: 'pass', also: ['dns.serials-differ'], says: [resolved('serials')] },
  answers: { verdict: 'pass', also: ['dns.answers-differ'], says: ['www.answers.example resolves to '] },
  notcp: {
    verdict: 'warn',
    cause: 'dns.tcp-missing',
    says: [`do not answer: ns2.notcp.example (${AT.noTcp}: TIMEOUT); by UDP they do.`],
  },
  short: {
    verdict: 'warn',
    cause: 'dns.edns-black-hole',
    says: [
      'Answers longer than 512 bytes get lost',
      `ns2.short.example (${AT.short}): `,
      'By TCP they came.',
    ],
  },
  deaf: {
    verdict: 'warn',
    cause: 'dns.edns-black-hole',
    says: [`silent when asked with EDNS`, `answer without it: ns2.deaf.example (${AT.deaf}).`],
  },
  alldeaf: {
    verdict: 'fail',
    cause: 'dns.edns-black-hole',
    says: ['Every name server of alldeaf.example is silent when asked with EDNS', `(${AT.deaf}).`],
  },
  apex: {
    verdict: 'warn',
    cause: 'dns.cname-at-apex',
    says: ['apex.example is itself an alias (CNAME of www.apex.example) beside its SOA and NS records.'],
  },
  wild: { verdict: 'pass', also: ['dns.wildcard'], says: [resolved('wild')] },
  byhand: {
    verdict: 'warn',
    cause: 'dns.nxdomain-beside-address',
    says: [`gives NXDOMAIN for the AAAA of www.byhand.example, which has A ${WEB}.`],
  },
};

/** What of these the resolver sees depends on the server that it chooses. */
const BY_CHANCE: Readonly<Record<string, Pick<Expected, 'cause' | 'says'>>> = {
  denies: {
    cause: 'dns.answers-differ',
    says: [
      'For www.denies.example some name servers of denies.example have an address, and others have none: ' +
        `ns1.denies.example: A ${WEB}, AAAA NODATA, ns2.denies.example: A NXDOMAIN, AAAA NXDOMAIN.`,
    ],
  },
  // Unbound takes the referral of a server of the zone to the zone itself for NODATA.
  sideways: lame('sideways', `${AT.tld}: REFERRAL to sideways.example`),
};
const ALL = [...Object.keys(EXPECTED), ...Object.keys(BY_CHANCE)];

let host: Host;
let folder: string;
let countAtStart = 0;
let countAfterPlain = 0;
let countAfterWalks = 0;
let plain: EndpointReport[] = [];
const walked = new Map<string, EndpointReport>();

async function check(...args: readonly string[]): Promise<Finished> {
  const states = [`XDG_CONFIG_HOME=${join(folder, 'config')}`, `XDG_STATE_HOME=${join(folder, 'state')}`];
  return host.run(
    'env',
    [
      ...['-u', 'FORCE_COLOR', '-u', 'NODE_OPTIONS', ...states, process.execPath, ...nodeArgs(CLI, 'check')],
      ...['--dns', AT.resolver, '--no-history', '--confirm-pause', '0', ...args],
    ],
    { timeoutMs: 300_000 },
  );
}

async function report(...args: readonly string[]): Promise<EndpointReport[]> {
  const { stdout, stderr } = await check('--format', 'json', ...args);
  if (stdout === '') throw new Error(stderr);
  return Report.parse(JSON.parse(stdout)).endpoints;
}

const targetOf = (zone: string): string => `dns://www.${zone}.example`;

function delegationOf(zone: string): Delegation {
  const evidence = walked.get(zone)?.observations.at(-1)?.evidence;
  if (evidence?.kind !== 'dns' || evidence.delegation === undefined)
    throw new Error(`${zone}: the name servers were not asked: ${walked.get(zone)?.summary}`);
  return evidence.delegation;
}

function addressOf(zone: string, address: string): ServerAddress {
  const found = delegationOf(zone)
    .servers.flatMap(({ addresses }) => addresses)
    .find((one) => one.address === address);
  if (found === undefined) throw new Error(`${zone}: ${address} was not asked`);
  return found;
}

interface Dug {
  /** `undefined`: no answer. */
  readonly rcode?: string;
  readonly aa: boolean;
  readonly serial?: string;
}

async function dig(address: string, zone: string, ...options: readonly string[]): Promise<Dug> {
  const { stdout } = await host.run(
    'dig',
    [`@${address}`, zone, 'SOA', '+norecurse', '+tries=1', '+time=1', ...options],
    { timeoutMs: 30_000 },
  );
  const rcode = /status: (\w+)/.exec(stdout)?.[1];
  const serial = /\sSOA\s+\S+\s+\S+\s+(\d+)/.exec(/ANSWER SECTION:\n(.*)/.exec(stdout)?.[1] ?? '')?.[1];
  return {
    ...(rcode !== undefined && { rcode }),
    aa: /flags:[^;]* aa[ ;]/.test(stdout),
    ...(serial !== undefined && { serial }),
  };
}

/** A word of ours, as dig would say it. */
const asDig = (word: ServerWord | undefined): Dug => ({
  ...(word?.aa !== undefined && { rcode: word.code === 'REFERRAL' ? 'NOERROR' : word.code }),
  aa: word?.aa === true,
});

describe.skipIf(reason !== undefined && !process.env.CI)(
  `delegations of real name servers${reason ? ` (${reason})` : ''}`,
  () => {
    beforeAll(async () => {
      if (reason !== undefined) throw new Error(reason);
      const namespace = namespaceName('delegation');
      await addNamespace(namespace, [AT.resolver]);
      host = createHost(namespace);
      folder = makeDirectory();
      await buildSite(host, folder);
      // A forwarder has the SOA only once somebody wanted it.
      await dig(AT.resolver, 'forwarded.example', '+recurse');

      countAtStart = await askedByProber(host);
      plain = await report(targetOf('healthy'), targetOf('refused'));
      countAfterPlain = await askedByProber(host);
      let left = ALL;
      for (let round = 0; round < MOST_ROUNDS && left.length > 0; round += 1) {
        for (let from = 0; from < left.length; from += AT_ONCE) {
          const some = left.slice(from, from + AT_ONCE);
          const found = await report('--delegation', ...some.map(targetOf));
          for (const one of found) walked.set(one.host.slice('www.'.length, -'.example'.length), one);
        }
        left = left.filter((zone) => delegationOf(zone).late === true);
      }
      countAfterWalks = await askedByProber(host);
    });
    afterAll(() => {
      host?.stop();
      removeOwnNamespaces();
    });

    it('has an expectation for each zone', () => {
      const names = zones.map(({ name }) => name.slice(0, -'.example'.length));
      expect([...names, 'sub.healthy'].sort()).toEqual(ALL.toSorted());
    });

    it.each(Object.entries(EXPECTED))('%s', (zone, { verdict, cause, also, says }) => {
      const found = walked.get(zone);
      expect(found, zone).toMatchObject({ verdict });
      expect(found?.cause).toBe(cause);
      for (const part of says) expect(found?.summary).toContain(part);
      if (also !== undefined) expect(found?.alsoFound).toEqual(also);
      else if (verdict !== 'fail') expect(found?.alsoFound).toBeUndefined();
      const { zone: name, end } = delegationOf(zone);
      expect({ name, end }).toEqual({ name: `${zone}.example`, end: undefined });
    });

    it.each(Object.entries(BY_CHANCE))(
      '%s: fails where the resolver has a denial of it, and warns where it has the address',
      (zone, { cause, says }) => {
        const found = walked.get(zone);
        expect(found?.cause).toBe(cause);
        for (const part of says) expect(found?.summary).toContain(part);
        expect(found?.verdict).toBe(found?.observations.at(-1)?.state === 'open' ? 'warn' : 'fail');
      },
    );

    it('sends nothing to the name servers without the option, but for a failed look-up', () => {
      expect(plain.map(({ host: name, verdict }) => [name, verdict])).toEqual([
        ['www.healthy.example', 'pass'],
        ['www.refused.example', 'pass'],
      ]);
      expect(countAfterPlain - countAtStart).toBe(0);
      expect(countAfterWalks - countAfterPlain).toBeGreaterThan(200);
    });

    it('sees of each server what dig sees', async () => {
      const asked = ALL.flatMap((zone) =>
        delegationOf(zone).servers.flatMap(({ addresses }) =>
          addresses
            .filter(({ refused }) => refused === undefined)
            .map((at) => ({ zone: `${zone}.example`, at })),
        ),
      );
      expect(asked.length).toBeGreaterThan(40);
      for (const { zone, at } of asked) {
        const [udp, without, tcp] = await Promise.all([
          dig(at.address, zone),
          at.plain && dig(at.address, zone, '+noedns'),
          dig(at.address, zone, '+tcp'),
        ]);
        const seen = {
          zone,
          address: at.address,
          udp: asDig(at.udp),
          plain: asDig(at.plain),
          tcp: asDig(at.tcp),
        };
        const word = ({ rcode, aa }: Dug): Dug => ({ ...(rcode !== undefined && { rcode }), aa });
        expect(seen).toEqual({
          zone,
          address: at.address,
          udp: word(udp),
          plain: word(without ?? { aa: false }),
          tcp: word(tcp),
        });
        const serial = [udp, without, tcp].find((one) => one?.aa === true)?.serial;
        expect({ zone, address: at.address, serial: at.serial }).toEqual({
          zone,
          address: at.address,
          serial,
        });
      }
    });

    it('keeps what each side names, and asks the addresses that only one of them has', () => {
      const named = delegationOf('differ').servers.map(({ name, atParent, atZone }) => ({
        name,
        atParent,
        atZone,
      }));
      expect(named).toEqual([
        { name: 'ns1.differ.example', atParent: true, atZone: true },
        { name: 'ns2.differ.example', atParent: true, atZone: false },
        { name: 'ns3.differ.example', atParent: false, atZone: true },
      ]);
      expect(addressOf('glue', AT.dropped)).toMatchObject({ from: 'glue', udp: { code: 'TIMEOUT' } });
      expect(addressOf('glue', AT.two)).toMatchObject({ from: 'zone', udp: { code: 'NOERROR', aa: true } });
      expect(addressOf('private', PRIVATE).udp).toBeUndefined();
      expect(addressOf('healthy', AT.one6)).toMatchObject({
        family: 6,
        udp: { aa: true },
        tcp: { aa: true },
      });
    });

    it('has a long answer that did not arrive with its length, and takes a truncated one for no fault', () => {
      expect(addressOf('short', AT.short)).toMatchObject({
        long: { code: 'TIMEOUT' },
        longByTcp: { code: 'NOERROR' },
      });
      expect(addressOf('short', AT.short).longByTcp?.bytes).toBeGreaterThan(512);
      expect(addressOf('short', AT.one).long).toMatchObject({ code: 'NOERROR', aa: true });
      expect(addressOf('fat', AT.one).long).toMatchObject({ code: 'TRUNCATED', aa: true });
    });

    it('has what else it found of the zones as such', () => {
      expect(delegationOf('wild').wildcard).toEqual([OTHER_WEB]);
      expect(delegationOf('apex').apexAlias).toBe('www.apex.example');
      expect([AT.one, AT.two].map((at) => addressOf('serials', at).serial)).toEqual(['7', '8']);
      expect([AT.one, AT.two].map((at) => addressOf('answers', at).a?.records)).toEqual([[WEB], [OTHER_WEB]]);
    });

    it('proves the silence of all servers by one of the zone above', () => {
      expect(delegationOf('dead').controls).toEqual(
        (['udp', 'tcp'] as const).map((over) => ({
          ...{ family: 4, over, server: `a.nic.example (${AT.tld})`, code: 'NOERROR' },
        })),
      );
      expect(delegationOf('lame')).toMatchObject({
        parent: { zone: 'example', server: `a.nic.example (${AT.tld})`, code: 'REFERRAL' },
        controls: [],
      });
    });
  },
);

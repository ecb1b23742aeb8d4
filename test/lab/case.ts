/** One row of the matrix: a fault, how it is made, and what must be said of it. */
import type { z } from 'zod';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { RunSettings } from '../../lib/model/request.ts';
import type { CauseCode, Kind, Side, State, Verdict } from '../../lib/model/vocabulary.ts';
import type { VantageId } from './address-plan.ts';
import type { Lab } from './topology.ts';

/**
 * What a case has for itself. Its addresses are used by no other case, so it may use every port of them, 25, 80 and 443 too,
 * and rules about them touch no other case.
 */
export interface Place {
  readonly id: string;
  /** `ID.lab.test`; resolves to all addresses of the place unless the site's `dns` says otherwise. */
  readonly host: string;
  /** The first IPv4 address, or the first IPv6 address where there is no other. */
  readonly address: string;
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

/** Statements of nft, each about the place's packets alone; joined to one ruleset before anything starts. */
export interface FirewallRules {
  /** Base chain `forward` of the customer's firewall (table inet, priority filter; policy accept). */
  readonly forward?: readonly string[];
  /** Base chain `prerouting` of type nat: DNAT and redirects. */
  readonly nat?: readonly string[];
  /** Base chain `prerouting` at priority raw: `notrack`. */
  readonly raw?: readonly string[];
  /** Base chain `output`: packets of the firewall itself, such as ICMP errors. */
  readonly output?: readonly string[];
  /** Arguments of `ip` run in the firewall's namespace: policy routes. */
  readonly routes?: readonly string[];
}

export interface DnsRecords {
  /** Names and their addresses. Names of other zones are allowed (`www.elsewhere.test`). */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  /** Lines of dnsmasq.conf: `cname=`, `mx-host=`, `txt-record=`, `ptr-record=`, `server=/NAME/10.77.53.2#5353`… */
  readonly lines?: readonly string[];
}

/** How a fault, or a healthy service, is made at a place. Parts are put together by `site(...)`. */
export interface Site {
  /** One line for the table, e.g. `nft drop`. */
  readonly made: string;
  readonly firewall?: (place: Place) => FirewallRules;
  /** Replaces the default (place.host → its addresses). */
  readonly dns?: (place: Place) => DnsRecords;
  /** Called for all cases before any `start`: collects what a server shared by several cases needs to know. */
  readonly prepare?: (place: Place, lab: Lab) => void | Promise<void>;
  /** Starts the servers, bound to the place's addresses. They are stopped with the lab. */
  readonly start?: (place: Place, lab: Lab) => Promise<void>;
}

/** The endpoint that is checked. Host: the place's name unless `host` says otherwise; port: the usual one of its kind. */
export type EndpointSeed = Pick<Endpoint, 'kind'> & Partial<Omit<Endpoint, 'id' | 'kind' | 'target'>>;

/** What must be said. Where chance decides (lost packets) a list names everything that is right. */
export interface Expected {
  readonly verdict: Verdict | readonly Verdict[];
  /** The set of states seen last at each address from each vantage; where `verdict` is a list, the states that may be. */
  readonly state: State | readonly State[];
  /** Absent: no cause. */
  readonly cause?: CauseCode | readonly (CauseCode | undefined)[];
  readonly side?: Side | readonly (Side | undefined)[];
  /** The other causes, all of them, in any order. Default none. `any` where chance decides. */
  readonly alsoFound?: readonly CauseCode[] | 'any';
  /** Words that the summary must have, such as the vantages of a split or the middlebox. */
  readonly says?: RegExp;
}

/**
 * What is right once one packet of ten is lost as well. Always right is what is expected without loss, and that nothing is decided.
 * Loss makes silence, so a cause that silence alone proves can be as right; one that needs more is right only where it is true.
 */
export interface UnderLoss {
  /** Causes that may be given in the place of the expected one, or beside it. */
  readonly orElse?: readonly CauseCode[];
  /** Default: none beside the expected one and `inconclusive`. */
  readonly verdicts?: readonly Verdict[];
  /** The only device that may be called the last one that answers, as `10.77.60.2 (hop 2)`. Absent: none may. */
  readonly lastDevice?: string;
  /** What the summary may not say: an explanation that is not the true one. */
  readonly neverSays?: RegExp;
}

/** Other testers, asked the same question from the same vantage. */
export type PeerId = 'nmap' | 'blackbox' | 'curl' | 'openssl' | 'swaks' | 'testssl';

export interface LabCase {
  /** Lower-case letters, digits and hyphens: it is a DNS label. */
  readonly id: string;
  readonly title: string;
  readonly site: Site;
  /** How many addresses the place has. Default one IPv4 address. */
  readonly addresses?: { readonly v4?: number; readonly v6?: number };
  readonly endpoint: EndpointSeed | ((place: Place) => EndpointSeed);
  /** Default: v1, v2, v3. */
  readonly vantages?: readonly VantageId[];
  /** On top of the lab's own (`labSettings` in run-cases.ts: its DNS servers, controls, negative control and trust anchor). */
  readonly settings?:
    | Partial<z.input<typeof RunSettings>>
    | ((place: Place) => Partial<z.input<typeof RunSettings>>);
  readonly expected: Expected;
  /** Absent: the case is not repeated with lost packets. */
  readonly underLoss?: UnderLoss;
  /** Ids of cases that look the same from outside, and why: both must be inconclusive or carry both causes. */
  readonly indistinguishableFrom?: readonly string[];
  readonly reason?: string;
  /** The site is another one after the first check, so further rounds say nothing. */
  readonly once?: boolean;
  /** Default: those that speak the endpoint's kind. */
  readonly peers?: readonly PeerId[];
}

/** Puts the parts of a site together: rules and records add up, starts run one after the other. */
export function site(...parts: readonly Site[]): Site {
  const withDns = parts.filter(({ dns }) => dns !== undefined);
  return {
    made: parts
      .map(({ made }) => made)
      .filter((made) => made !== '')
      .join('; '),
    firewall: (place) => {
      const rules = parts.map((part) => part.firewall?.(place) ?? {});
      const all = (key: keyof FirewallRules): readonly string[] => rules.flatMap((one) => one[key] ?? []);
      return {
        forward: all('forward'),
        nat: all('nat'),
        raw: all('raw'),
        output: all('output'),
        routes: all('routes'),
      };
    },
    ...(withDns.length > 0 && {
      dns: (place: Place): DnsRecords => {
        const records = withDns.map((part) => part.dns?.(place) ?? {});
        return {
          addresses: Object.assign({}, ...records.map(({ addresses = {} }) => addresses)),
          lines: records.flatMap(({ lines = [] }) => lines),
        };
      },
    }),
    prepare: async (place, lab) => {
      for (const part of parts) await part.prepare?.(place, lab);
    },
    start: async (place, lab) => {
      for (const part of parts) await part.start?.(place, lab);
    },
  };
}

const USUAL_PORTS: Readonly<Record<Kind, number>> = {
  dns: 53,
  tcp: 443,
  tls: 443,
  http: 80,
  https: 443,
  smtp: 25,
  smtps: 465,
  mx: 25,
  ssh: 22,
  ntp: 123,
  quic: 443,
  listener: 443,
};

/** The port that is checked when the case names none. */
export const usualPort = (kind: Kind): number => USUAL_PORTS[kind];

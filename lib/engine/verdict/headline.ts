/** What a run found, in the few words of its headline: `proxy.example: 443 is blocked by a firewall`. */

import type { KindDescriptor } from '../../kinds/contract/descriptor.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { descriptors } from '../../kinds/descriptors.ts';
import { type EndpointWithProof, proofInReport } from '../../kinds/listener/proof-in-report.ts';
import { causeInShort } from '../../kinds/run-causes/headline-messages.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import { byText } from '../../model/by-text.ts';
import { CAUSE_CODES } from '../../model/cause-codes.ts';
import type { Kind, Verdict } from '../../model/vocabulary.ts';
import { printable } from '../../net/printable.ts';
import type { EndpointReport } from '../report-schema.ts';

/** At most this many hosts, causes of a host, and ports of a cause are named; the rest is counted. */
const HOSTS = 3;
const CAUSES = 3;
const PORTS = 4;
/** Characters of a host's name. */
const NAME = 64;
/** This many endpoints of each verdict are kept: memory does not grow with the number of endpoints. */
const KEPT = 64;

/** What the headline needs to know about an endpoint. */
type HeadlineEndpoint = Pick<
  EndpointReport,
  'kind' | 'host' | 'port' | 'verdict' | 'cause' | 'at' | 'furtherMessages'
> &
  EndpointWithProof;

interface KeptEndpoint {
  readonly verdict: Verdict;
  readonly host: string;
  readonly cause: string;
  readonly port: number;
  readonly place: string;
  readonly behind: boolean;
  readonly partly: boolean;
  /** A listener was asked for, and its port refuses: it has ended, or is elsewhere. */
  readonly noListener: boolean;
}

export interface Headline {
  add(report: HeadlineEndpoint): void;
  /** Phrases for the endpoints of one verdict, in an order that does not depend on what finished first. */
  phrases(verdict: Verdict, total: number): Sentence[];
  /** Listeners that were asked for a proof. */
  readonly proofs: Readonly<ProofCounts>;
}

export interface ProofCounts {
  asked: number;
  proven: number;
  /** Without a code. */
  claimed: number;
  /** A person at the other end read the words that were sent there. */
  readBack: number;
}

export function createHeadline(reports: Iterable<HeadlineEndpoint> = []): Headline {
  const kept = new Map<Verdict, KeptEndpoint[]>();
  const proofs: ProofCounts = { asked: 0, proven: 0, claimed: 0, readBack: 0 };
  const headline: Headline = {
    proofs,
    add(report) {
      const proof = proofInReport(report);
      if (proof !== undefined) proofs.asked += 1;
      if (proof === 'proven' || proof === 'claimed') proofs[proof] += 1;
      if (proof !== undefined && isReadBack(report)) proofs.readBack += 1;
      if (report.verdict === 'pass') return;
      const of = kept.get(report.verdict) ?? [];
      of.push(foundIn(report));
      of.sort(inOrder);
      kept.set(report.verdict, of.slice(0, KEPT));
    },
    phrases: (verdict, total) => phrasesOf(kept.get(verdict) ?? [], total),
  };
  for (const report of reports) headline.add(report);
  return headline;
}

/** Messages that say that only some vantages saw the fault. */
const PARTIAL: ReadonlySet<string> = new Set(['verdict.fromSome', 'verdict.outlier']);

const isReadBack = ({ furtherMessages = [] }: HeadlineEndpoint): boolean =>
  furtherMessages.some(({ key }) => key === 'verdict.wordsRight');

function foundIn({ kind, host, port, verdict, cause, at, furtherMessages }: HeadlineEndpoint): KeptEndpoint {
  const where = at ?? { kind, port, host };
  return {
    verdict,
    host: printable(host, NAME),
    cause: cause ?? '',
    port: where.port,
    place: cause?.startsWith('exposure.') ? serviceName(where.kind, where.port) : String(where.port),
    // The server chose the name, so it is not used in a headline.
    behind: at !== undefined && at.host !== host,
    partly: furtherMessages?.some(({ key }) => PARTIAL.has(key)) ?? false,
    noListener: known(kind)?.isStarted === true && cause === 'tcp.refused',
  };
}

/** Undefined: a kind of a later version. */
const known = (kind: string): KindDescriptor | undefined =>
  Object.hasOwn(descriptors, kind) ? descriptors[kind as Kind] : undefined;

/** `SSH` on its own port; a number elsewhere, and where the protocol says nothing about the service. */
function serviceName(kind: string, port: number): string {
  const descriptor = known(kind);
  return descriptor?.defaultPort === port ? descriptor.title : String(port);
}

const inOrder = (a: KeptEndpoint, b: KeptEndpoint): number =>
  byText(a.host, b.host) ||
  rank(a.cause) - rank(b.cause) ||
  byText(a.cause, b.cause) ||
  a.port - b.port ||
  byText(a.place, b.place);
/** Going up the layers; a cause of a later version comes last. */
const RANKS: ReadonlyMap<string, number> = new Map(CAUSE_CODES.map((code, index) => [code, index]));
const rank = (cause: string): number => RANKS.get(cause) ?? CAUSE_CODES.length;

function phrasesOf(found: readonly KeptEndpoint[], total: number): Sentence[] {
  if (found.length === 0) return [];
  let named = 0;
  const hosts = grouped(found, ({ host }) => host).slice(0, HOSTS);
  const phrases = hosts.map((ofHost) => {
    const causes = grouped(
      ofHost,
      ({ cause, partly, noListener }) => `${cause} ${partly} ${noListener}`,
    ).slice(0, CAUSES);
    for (const ofCause of causes) named += ofCause.length;
    return say.ofHost({ host: ofHost[0]?.host ?? '', what: causes.map(causePhrase) });
  });
  return total > named ? [...phrases, say.more({ count: total - named })] : phrases;
}

function causePhrase(ofCause: readonly KeptEndpoint[]): Sentence {
  const { cause = '', verdict = 'fail', partly = false, noListener = false } = ofCause[0] ?? {};
  const one = grouped(ofCause, ({ place, behind }) => `${place} ${behind}`).flatMap(([first]) => first ?? []);
  const places =
    one.length > PORTS
      ? [say.manyPorts({ count: one.length })]
      : one.map(({ place, behind }) => (behind ? say.placeBehind({ place }) : say.place({ place })));
  const met = {
    is: one.length === 1 ? say.is({ places }) : say.are({ places }),
    on: say.places({ places }),
  };
  const what = noListener ? say.noListener(met) : (causeInShort(cause, met) ?? WITHOUT_CAUSE[verdict](met));
  return partly ? say.fromSomeVantages({ what }) : what;
}

/** For an endpoint without a cause, or with one of a later version. */
const WITHOUT_CAUSE = {
  fail: say.didFail,
  inconclusive: say.notJudgedOn,
  warn: say.warningOn,
  pass: say.didFail,
} as const satisfies Record<Verdict, unknown>;

/** Runs of equal keys, in the order of their first. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

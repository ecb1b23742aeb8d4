/** What the template of one observation shows. Every text is already visible (no controls, no bidi). */
import type { CertificateFacts, ExchangeLine } from '../../model/observation.ts';
import type { ReportObservation } from '../../model/report.ts';
import { readEvidence, sentChains } from '../evidence.ts';
import { type Fact, observationFacts } from '../facts.ts';
import { trustWords } from '../outcome-words.ts';
import { visible } from '../visible.ts';
import { count, route, STATE_WORDS, timingsLine, utc } from '../words.ts';

export interface ObservationView {
  readonly title: string;
  readonly when: string;
  readonly summary: string;
  readonly open: boolean;
  readonly facts: readonly Fact[];
  readonly chains: readonly { readonly title: string; readonly certificates: readonly CertificateView[] }[];
  readonly exchangeTitle: string;
  readonly exchange: readonly { at: string; dir: ExchangeLine['dir']; word: string; text: string }[];
}

interface CertificateView {
  readonly subject: string;
  readonly issuer: string;
  readonly from: string;
  readonly until: string;
  readonly expired: boolean;
  readonly key: string;
  readonly names: string;
}

const WORDS = { sent: '→ sent', received: '← received', event: '· event' } as const;

/** Names shown of one certificate; some hold hundreds. */
const NAMES_LIMIT = 25;

function certificateView(certificate: CertificateFacts, seenAt: string): CertificateView {
  const { subject, issuer, altNames, notBefore, notAfter, keyType, keyBits, signatureAlgorithm } =
    certificate;
  const more = altNames.length - NAMES_LIMIT;
  const names = altNames.slice(0, NAMES_LIMIT).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return {
    subject: visible(subject),
    issuer: visible(certificate.selfSigned ? `${issuer} (itself)` : issuer),
    from: visible(utc(notBefore)),
    until: visible(utc(notAfter)),
    // Judged at the time of the observation, so that the page says the same whenever it is made.
    expired: Date.parse(notAfter) < Date.parse(seenAt),
    key: visible(`${keyType} ${keyBits}, ${signatureAlgorithm}`),
    names: visible(names),
  };
}

/** `problem`: of an endpoint that someone has to look at, so its exchange is unfolded. */
export function observationView(
  observation: ReportObservation,
  port: number,
  problem: boolean,
): ObservationView {
  const { state, cause, startedAt, timings } = observation;
  const evidence = readEvidence(observation.evidence);
  const exchange = evidence.exchange ?? [];
  return {
    title: visible(route(observation, port)),
    when: visible(
      `${utc(startedAt, true)} · ${STATE_WORDS[state]}${cause === undefined ? '' : ` · ${cause}`}`,
    ),
    summary: visible(observation.summary),
    open: problem,
    facts: [...observationFacts(observation, evidence), { label: 'Timing', value: timingsLine(timings) }].map(
      ({ label, value }) => ({ label: visible(label), value: visible(value) }),
    ),
    chains: sentChains(evidence).map(({ where, tls, certificates }) => ({
      title: visible(
        `Certificates as sent, leaf first (${where})${tls.trust ? `: ${trustWords(tls.trust)}` : ''}`,
      ),
      certificates: certificates.map((certificate) => certificateView(certificate, startedAt)),
    })),
    exchangeTitle: `Exchange, ${count(exchange.length, 'line')}, times in UTC`,
    exchange: exchange.map(({ at, dir, text }) => ({
      at: visible(at).slice(11, 23),
      dir,
      word: WORDS[dir],
      text: visible(text),
    })),
  };
}

/** What senders that honour DANE make of a mail route (RFC 7672). */
import type { DnssecFault } from '../../../model/dnssec.ts';
import type { Fault } from '../../../model/finding.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault } from '../../contract/fault.ts';
import { type Sentence, within } from '../../contract/sentences.ts';
import { DANE_EE, DANE_TA } from '../measure/tlsa.ts';
import { mxSentence as say } from '../messages.ts';
import type { TlsaRecord, TlsaSet } from '../observation.ts';
import { nameRefusalOf } from './certificate.ts';
import { type JudgedServer, type JudgedVisit, takesMail } from './servers.ts';

/** Records that a sentence names, and hex digits of each. */
const RECORDS_SHOWN = 4;
const DIGITS_SHOWN = 16;

/** RFC 7672 §3.1: usages 2 and 3, a selector and a matching type that are known. */
const isUsable = ({ usage, selector, matching }: TlsaRecord): boolean =>
  (usage === DANE_TA || usage === DANE_EE) && selector <= 1 && matching <= 2;

export function daneFaults(servers: readonly JudgedServer[], { now }: DiagnosisContext): Fault[] {
  const judged = servers.map((one) => ({ one, misfit: misfitOf(one, now) }));
  const fitting = judged
    .filter(({ one, misfit }) => misfit === undefined && one.state === 'works')
    .map(({ one }) => one.server.exchange);
  const mayFit = judged.some(({ one, misfit }) => misfit === undefined && one.state === 'unknown');
  return judged.flatMap(({ one, misfit }) => {
    const { exchange, tlsa } = one.server;
    if (misfit !== undefined)
      return [
        fault(
          'smtp.dane-mismatch',
          say.daneMismatch({
            exchange,
            reason: misfit,
            rest:
              fitting.length > 0
                ? say.stsOthers({ others: fitting.join(', ') })
                : mayFit
                  ? ''
                  : say.stsNoOthers({}),
          }),
          { severity: fitting.length > 0 || mayFit ? 'warn' : 'fail' },
        ),
      ];
    const unusable = tlsa?.status === 'secure' && tlsa.records.length > 0 && !tlsa.records.some(isUsable);
    return unusable
      ? [
          fault(
            'smtp.dane-mismatch',
            say.daneUnusable({ exchange, name: tlsa.name, records: recordsText(tlsa) }),
            { severity: 'warn' },
          ),
        ]
      : [];
  });
}

/** Did every session of the server fit its signed records? */
export const keepsDane = ({ server: { tlsa }, visits }: JudgedServer): boolean =>
  tlsa?.status === 'secure' &&
  visits.some(({ visit }) =>
    (visit.fitsTlsa ?? []).some((fits, index) => {
      const record = tlsa.records[index];
      return fits && record !== undefined && isUsable(record);
    }),
  );

/** Why a sender may not deliver to this server. Records that are not signed count for nobody (RFC 7672 §2.2). */
function misfitOf({ server, visits }: JudgedServer, now: number): Sentence | undefined {
  const { tlsa, exchange } = server;
  if (tlsa === undefined) return undefined;
  const { name } = tlsa;
  if (tlsa.status === 'bogus')
    return say.daneBogus({ name, zone: tlsa.zone ?? tlsa.fault?.zone ?? '?', what: dnssecWords(tlsa.fault) });
  if (tlsa.status !== 'secure' || tlsa.records.length === 0) return undefined;
  for (const judged of visits) {
    const misfit = sessionMisfit(judged, tlsa, exchange, now);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function sessionMisfit(
  judged: JudgedVisit,
  tlsa: TlsaSet,
  exchange: string,
  now: number,
): Sentence | undefined {
  const { smtp, fitsTlsa, keyDigest } = judged.visit;
  const { name } = tlsa;
  // RFC 7672 §2.2: even with records that are all unusable, TLS has to be there.
  if (smtp?.starttlsOffered === false && takesMail(judged)) return say.daneNoStarttls({ name });
  const tls = smtp?.tls;
  if (tls === undefined || tls.handshake.status === 'deadline') return undefined;
  if (tls.handshake.status !== 'complete') return say.daneTlsFails({ name });
  if (fitsTlsa === undefined || !tlsa.records.some(isUsable)) return undefined;
  const fitting = tlsa.records.filter((record, index) => fitsTlsa[index] === true && isUsable(record));
  // Of DANE-EE neither the name nor the dates count (RFC 7672 §3.1.1).
  if (fitting.some(({ usage }) => usage === DANE_EE)) return undefined;
  if (fitting.length > 0) {
    const refused = nameRefusalOf(tls, exchange, now);
    return refused && say.daneName({ name, fault: within(refused) });
  }
  const records = recordsText(tlsa);
  return keyDigest === undefined
    ? say.daneNoFitBare({ name, records })
    : say.daneNoFit({ name, records, digest: keyDigest });
}

/** `3 1 1 0b9fa5a59eed715c…, …` */
export function recordsText({ records }: TlsaSet): string {
  const shown = records
    .slice(0, RECORDS_SHOWN)
    .map(
      ({ usage, selector, matching, data }) =>
        `${usage} ${selector} ${matching} ${data.length > DIGITS_SHOWN ? `${data.slice(0, DIGITS_SHOWN)}…` : data}`,
    );
  return shown.join(', ') + (records.length > RECORDS_SHOWN ? ', …' : '');
}

function dnssecWords(found: DnssecFault | undefined): string {
  if (found === undefined) return 'bogus';
  return `${found.is}, ${found.type} of ${found.owner}`;
}

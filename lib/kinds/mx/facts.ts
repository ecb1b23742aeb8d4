import { connectFacts } from '../connection/connection-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import { recordsText } from './judge/dane.ts';
import type { MailRoute, MxExchange, MxObservation, MxVisit, TlsaSet } from './observation.ts';

export const mxFacts = ({ route }: EvidenceOf<MxObservation>): Fact[] =>
  route === undefined
    ? []
    : [...recordFacts(route), ...route.exchanges.flatMap(exchangeFacts), ...policyFacts(route)];

function recordFacts({ domain, exchanges, nullMx, nullBeside, implicit, error, count }: MailRoute): Fact[] {
  const records = exchanges.map(({ preference, exchange }) => `${preference} ${exchange}`).join(', ');
  const shown =
    error ?? (nullMx ? 'null MX (RFC 7505)' : implicit ? 'none: its own addresses count' : records);
  return [
    ...fact(`MX of ${domain}`, shown),
    ...fact('MX records in all', count),
    ...fact('Null MX beside others', nullBeside ? '0 .' : undefined),
  ];
}

function exchangeFacts(one: MxExchange): Fact[] {
  const { exchange, addresses, alias, literal, error, tlsa, visits } = one;
  const unvisited = addresses.filter((address) => !visits.some((visit) => visit.address === address));
  return [
    ...fact(
      `Addresses of ${exchange}`,
      literal ? 'an address in place of a name' : addresses.join(', ') || error || 'none',
    ),
    ...fact(`Alias ${exchange}`, alias),
    ...visits.flatMap((visit) => visitFacts(exchange, visit)),
    ...fact(`Not visited of ${exchange}`, literal ? undefined : unvisited.join(', ')),
    ...fact(`TLSA of ${exchange}`, tlsa && tlsaWords(tlsa)),
  ];
}

function visitFacts(exchange: string, { address, connect, smtp, fitsTlsa }: MxVisit): Fact[] {
  const at = `${exchange} (${address})`;
  const [connected] = connectFacts(connect);
  const banner = smtp?.banner;
  const tls = smtp?.tls;
  const session = [
    banner === undefined ? (connected?.value ?? connect.status) : `${banner.code} ${banner.lines[0] ?? ''}`,
    ...(smtp?.ehlo === undefined ? [] : [`EHLO: ${smtp.ehlo.lines[0] ?? smtp.ehlo.code}`]),
    ...(smtp?.starttlsOffered === undefined
      ? []
      : [
          smtp.starttlsOffered
            ? `STARTTLS ${tls?.protocol ?? tls?.handshake.status ?? 'offered'}`
            : 'no STARTTLS',
        ]),
    ...(tls?.trust === undefined ? [] : [`certificate ${tls.trust.status}`]),
    ...(tls?.nameMatch === undefined ? [] : [tls.nameMatch.ok ? 'name fits' : 'name does not fit']),
    ...(fitsTlsa === undefined ? [] : [fitsTlsa.some(Boolean) ? 'fits TLSA' : 'fits no TLSA']),
  ];
  return [...fact(at, session.join('; ')), ...fact(`PTR of ${address}`, smtp?.ptr?.join(', '))];
}

function tlsaWords(tlsa: TlsaSet): string {
  const worth = {
    secure: 'signed',
    insecure: 'not signed: senders ignore them',
    bogus: 'signatures not valid: senders defer',
    indeterminate: 'signatures could not be verified',
  }[tlsa.status];
  return `${recordsText(tlsa)} (${worth})`;
}

function policyFacts({ mtaSts, tlsRpt, domain }: MailRoute): Fact[] {
  const fetch = mtaSts?.fetch;
  const policy = fetch?.policy;
  return [
    ...fact(`_mta-sts.${domain}`, mtaSts && (mtaSts.error ?? mtaSts.records.join(' | '))),
    ...fact('MTA-STS policy', policy && `${policy.mode}, ${policy.maxAge} s, mx ${policy.mx.join(', ')}`),
    ...fact(
      'MTA-STS policy from',
      fetch &&
        [fetch.url, fetch.address, fetch.status, fetch.contentType, fetch.fault, fetch.detail]
          .filter((part) => part !== undefined)
          .join(', '),
    ),
    ...fact('TLS-RPT', tlsRpt?.join(' | ')),
  ];
}

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Fault } from '../model/finding.ts';
import type { SmtpObservation, SmtpResult } from '../model/observation.ts';
import type { CauseCode } from '../model/vocabulary.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault } from './fault.ts';

type MxFacts = NonNullable<SmtpResult['mx']>;

/** Where the mail of the asserted domain goes (RFC 5321 §5.1), and a null MX (RFC 7505), whether 25 is open or not. */
export function mailRoutingFaults(observation: SmtpObservation, context: DiagnosisContext): Fault[] {
  const mx = observation.smtp?.mx;
  const asserted = context.endpoint.assertions?.mxDomain !== undefined;
  if (mx === undefined || context.endpoint.expect === 'closed') return [];
  if (mx.nullMx) return [nullMx(mx, asserted)];
  if (!asserted) return [];
  const elsewhere = mxElsewhere(mx, observation);
  return elsewhere === undefined ? [] : [elsewhere];
}

function nullMx({ domain }: MxFacts, asserted: boolean): Fault {
  return fault(
    'smtp.null-mx',
    `${domain} has the null MX "0 .": it declares that it takes no mail, so senders never connect.`,
    asserted ? { severity: 'fail' } : {},
  );
}

function mxElsewhere(mx: MxFacts, observation: SmtpObservation): Fault | undefined {
  const { domain } = mx;
  const here = canonical(observation.address);
  const includesHere = (addresses: readonly string[]) =>
    addresses.some((address) => canonical(address) === here);
  const where = describeMx(mx);

  if (includesHere(mx.addresses)) {
    const best = mx.records.filter(({ preference }) => preference === mx.records[0]?.preference);
    if (best.length === 0 || best.some(({ addresses }) => includesHere(addresses ?? []))) return undefined;
    return fault(
      'smtp.mx-elsewhere',
      `${observation.address} is only a fallback for mail to ${domain}: senders try ${best.map(({ exchange }) => exchange).join(', ')} first (${where}).`,
      { severity: 'warn' },
    );
  }
  // RFC 5321 §5.1 knows no other way: a domain that does not exist gets no mail at all.
  if (mx.error === 'NXDOMAIN')
    return fault(
      'smtp.mx-elsewhere',
      `${domain} does not exist in DNS (NXDOMAIN), so mail to it never comes here.`,
    );
  if (mx.error !== undefined)
    return fault(
      lookupCause(mx.error),
      `Where mail to ${domain} goes could not be learnt: the look-up of its MX ended with ${mx.error}.`,
      { severity: 'warn' },
    );
  if (mx.addresses.length === 0)
    return fault('smtp.mx-elsewhere', `Mail to ${domain} reaches no server: ${where} and no address.`);
  // A host with both families, of which the MX names one: mail comes by that one.
  const sameFamily = mx.addresses.some((address) => isIP(address) === isIP(observation.address));
  return fault(
    'smtp.mx-elsewhere',
    `Mail to ${domain} goes to ${mx.addresses.join(', ')} (${where}), not to ${observation.address}.`,
    !sameFamily && isIP(observation.host) === 0 ? { severity: 'warn' } : {},
  );
}

/** `MX 10 mx.example.com, 20 …`, or that there is none. */
export function describeMx(mx: MxFacts): string {
  if (mx.records.length === 0) return 'no MX record, so its own address counts';
  return `MX ${mx.records.map(({ preference, exchange }) => `${preference} ${exchange}`).join(', ')}`;
}

function lookupCause(code: string): CauseCode {
  switch (code) {
    case 'TIMEOUT':
      return 'dns.timeout';
    case 'REFUSED':
      return 'dns.refused';
    default:
      return 'dns.servfail';
  }
}

/** One spelling for one address: IPv6 has many (RFC 5952). */
function canonical(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toNormalizedString() : address;
}

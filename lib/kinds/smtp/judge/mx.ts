import ipaddr from 'ipaddr.js';
import type { Fault } from '../../../model/finding.ts';
import type { CauseCode } from '../../../model/vocabulary.ts';
import { isIP } from '../../../net/ip.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpResult } from '../observation.ts';

type MxFacts = NonNullable<SmtpResult['mx']>;

/** Where the mail of the asserted domain goes (RFC 5321 §5.1), and a null MX (RFC 7505), whether 25 is open or not. */
export function mailRoutingFaults(observation: SmtpObservation, context: DiagnosisContext): Fault[] {
  const mx = observation.smtp?.mx;
  const asserted = context.endpoint.assertions?.mxDomain !== undefined;
  if (mx === undefined || context.endpoint.expect === 'closed') return [];
  if (mx.nullMx) return [nullMx(mx, asserted)];
  const form = formFaults(mx, asserted);
  // Where no exchange is a host name, nothing more needs to be said.
  if (!asserted || (mx.records.length > 0 && mx.records.every(({ literal }) => literal === true)))
    return form;
  const elsewhere = mxElsewhere(mx, observation);
  return elsewhere === undefined ? form : [...form, elsewhere];
}

/** An MX names a host (RFC 5321 §5.1) that has addresses of its own (RFC 2181 §10.3). */
function formFaults({ domain, records }: MxFacts, asserted: boolean): Fault[] {
  const faults: Fault[] = [];
  const literals = records.filter(({ literal }) => literal === true);
  if (literals.length > 0) {
    const filling = { domain, exchanges: literals.map(({ exchange }) => exchange).join(', ') };
    const all = literals.length === records.length;
    faults.push(
      fault(
        'smtp.mx-is-address',
        all ? say.mxIsAddress(filling) : say.mxPartlyAddress(filling),
        all && asserted ? {} : { severity: 'warn' },
      ),
    );
  }
  const aliases = records.flatMap(({ exchange, alias }) =>
    alias === undefined ? [] : [`${exchange} → ${alias}`],
  );
  if (aliases.length > 0)
    faults.push(fault('smtp.mx-is-alias', say.mxIsAlias({ domain, aliases: aliases.join(', ') })));
  return faults;
}

function nullMx({ domain }: MxFacts, asserted: boolean): Fault {
  return fault('smtp.null-mx', say.nullMx({ domain }), asserted ? { severity: 'fail' } : {});
}

function mxElsewhere(mx: MxFacts, observation: SmtpObservation): Fault | undefined {
  const { domain } = mx;
  const here = canonical(observation.address);
  const includesHere = (addresses: readonly string[]) =>
    addresses.some((address) => canonical(address) === here);
  const where = describeMx(mx);
  const { address } = observation;

  if (includesHere(mx.addresses)) {
    const best = mx.records.filter(({ preference }) => preference === mx.records[0]?.preference);
    if (best.length === 0 || best.some(({ addresses }) => includesHere(addresses ?? []))) return undefined;
    return fault(
      'smtp.mx-elsewhere',
      say.onlyFallback({
        address,
        domain,
        exchanges: best.map(({ exchange }) => exchange).join(', '),
        mx: where,
      }),
      { severity: 'warn' },
    );
  }
  if (mx.doubted === true) {
    return fault('prober.resolver-unfit', say.mxDoubted({ domain, code: mx.error ?? '?' }), {
      severity: 'warn',
    });
  }
  // RFC 5321 §5.1 has no other rule: a domain that does not exist gets no mail at all.
  if (mx.error === 'NXDOMAIN') return fault('smtp.mx-elsewhere', say.noDomain({ domain }));
  if (mx.error !== undefined)
    return fault(lookupCause(mx.error), say.mxUnknown({ domain, code: mx.error }), { severity: 'warn' });
  if (mx.addresses.length === 0)
    return fault('smtp.mx-elsewhere', say.mxWithoutAddress({ domain, mx: where }));
  // A host with both families, of which the MX names one: mail comes over that one.
  const sameFamily = mx.addresses.some((address) => isIP(address) === isIP(observation.address));
  return fault(
    'smtp.mx-elsewhere',
    say.mxElsewhere({ domain, addresses: mx.addresses.join(', '), mx: where, address }),
    !sameFamily && isIP(observation.host) === 0 ? { severity: 'warn' } : {},
  );
}

/** `MX 10 mx.example.com, 20 …`, or that there is none. */
function describeMx({ records }: MxFacts): Sentence {
  if (records.length === 0) return say.noMx({});
  return say.mx({
    records: records.map(({ preference, exchange }) => `${preference} ${exchange}`).join(', '),
  });
}

export function lookupCause(code: string): CauseCode {
  switch (code) {
    case 'TIMEOUT':
      return 'dns.timeout';
    case 'REFUSED':
      return 'dns.refused';
    default:
      return 'dns.servfail';
  }
}

/** One spelling for each address: IPv6 has many (RFC 5952). */
function canonical(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toNormalizedString() : address;
}

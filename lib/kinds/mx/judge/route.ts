/** What is wrong with the MX records, and with the servers that they lead to (RFC 5321 §5.1). */
import type { Fault } from '../../../model/finding.ts';
import { atMost } from '../../../model/severity-order.ts';
import { fault } from '../../contract/fault.ts';
import { within } from '../../contract/sentences.ts';
import { lookupCause } from '../../smtp/judge/mx.ts';
import { mxSentence as say } from '../messages.ts';
import type { MailRoute } from '../observation.ts';
import { isOffInternet, type JudgedServer, takesMail } from './servers.ts';

/** Where there are no servers to judge: the query failed, or the domain wants no mail. Undefined elsewhere. */
export function withoutServers({ domain, error, doubted, nullMx }: MailRoute): Fault | undefined {
  if (nullMx) return fault('smtp.null-mx', say.nullMx({ domain }), { severity: 'fail' });
  if (error === undefined) return undefined;
  if (doubted === true) return fault('prober.resolver-unfit', say.doubted({ domain, code: error }));
  if (error === 'NXDOMAIN') return fault('smtp.mx-invalid', say.noDomain({ domain }));
  if (error === 'DEADLINE') return fault('prober.deadline', say.noRoute({ domain, code: error }));
  // An errno is about the way to our own resolver, of which the domain knows nothing.
  const cause = /^E[A-Z]/.test(error) ? 'prober.resolver-unfit' : lookupCause(error);
  return fault(cause, say.noRoute({ domain, code: error }));
}

export function routeFaults(route: MailRoute, servers: readonly JudgedServer[]): Fault[] {
  const anyWorks = servers.some(({ state }) => state === 'works');
  return [
    ...(route.nullBeside
      ? [fault('smtp.mx-invalid', say.nullBeside({ domain: route.domain }), { severity: 'warn' })]
      : []),
    ...literalFaults(route, anyWorks),
    ...servers.flatMap((judged) => [
      ...recordFaults(route, judged, anyWorks),
      ...serverFaults(route, judged, servers),
    ]),
  ];
}

function literalFaults({ domain, exchanges }: MailRoute, anyWorks: boolean): Fault[] {
  const literal = exchanges.filter((one) => one.literal === true).map(({ exchange }) => exchange);
  if (literal.length === 0) return [];
  const said = say.literal({ domain, exchanges: literal.join(', ') });
  return [fault('smtp.mx-is-address', said, anyWorks ? { severity: 'warn' } : {})];
}

/** One record: an alias, a name without address, one that leads off the internet. */
function recordFaults(
  { domain, implicit }: MailRoute,
  { server, visits, state }: JudgedServer,
  anyWorks: boolean,
): Fault[] {
  const { exchange, preference, alias, addresses, literal, error } = server;
  const faults: Fault[] = [];
  const invalid = (said: Parameters<typeof fault>[1], softer = anyWorks) =>
    faults.push(fault('smtp.mx-invalid', said, softer ? { severity: 'warn' } : {}));
  if (literal === true) return [];
  if (alias !== undefined && implicit !== true)
    faults.push(
      fault(
        'smtp.mx-is-alias',
        say.alias({ domain, aliases: `${exchange} → ${alias}`, preference, target: alias }),
      ),
    );
  if (error !== undefined && addresses.length === 0)
    faults.push(
      fault(lookupCause(error), say.exchangeUnknown({ exchange, domain, code: error }), { severity: 'warn' }),
    );
  else if (addresses.length === 0)
    invalid(
      implicit === true ? say.implicitNoAddress({ domain }) : say.noAddress({ domain, preference, exchange }),
    );
  for (const { visit } of visits.filter(isOffInternet)) {
    const range = visit.connect.status === 'refused-by-guard' ? visit.connect.range : '';
    invalid(
      say.notPublic({ domain, preference, exchange, address: visit.address, range }),
      anyWorks || state === 'works',
    );
  }
  return faults;
}

/** One server: dead in whole or in part, and what is wrong with one that works. */
function serverFaults(
  { domain }: MailRoute,
  { server, visits, state }: JudgedServer,
  servers: readonly JudgedServer[],
): Fault[] {
  const { exchange, preference } = server;
  const dialled = visits.filter((one) => !isOffInternet(one));
  const failing = dialled.filter((one) => !takesMail(one) && one.finding.state !== 'inconclusive');
  // A certificate matters to those who honour a policy alone, and theirs are causes of their own.
  const own = dialled
    .filter(takesMail)
    .flatMap(({ finding }) =>
      finding.faults.flatMap((one) => atMost(one.cause.startsWith('tls.') ? 'info' : 'warn', [one])),
    );
  const [first] = failing;
  if (first === undefined) return own;
  const seen = within(first.finding);
  const side = first.finding.faults[0]?.side ?? 'host';
  // Why the server is dead, beside that it is.
  const causes = atMost(
    'info',
    failing.flatMap(({ finding }) => finding.faults),
  );
  if (state === 'works')
    return [
      ...own,
      fault('smtp.mx-dead', say.deadAddress({ address: first.visit.address, exchange, seen }), {
        severity: 'warn',
        side,
      }),
      ...causes,
    ];
  if (state !== 'dead') return causes;
  const others = servers.filter((one) => one.state === 'works').map((one) => one.server.exchange);
  if (others.length > 0)
    return [
      fault(
        'smtp.mx-dead',
        say.deadBackup({ exchange, preference, domain, others: others.join(', '), seen }),
        { severity: 'warn', side },
      ),
      ...causes,
    ];
  // Where another one may still work, nothing is known of the whole.
  const isWhole = servers.every((one) => one.state === 'dead' || one.state === 'nowhere');
  return [
    isWhole
      ? fault('smtp.mx-dead', say.deadAll({ domain, seen }), { side })
      : fault('smtp.mx-dead', say.dead({ exchange, preference, domain, seen }), { severity: 'warn', side }),
    ...causes,
  ];
}

/** What senders that honour MTA-STS make of a mail route (RFC 8461 §4 and §5). */
import type { Fault } from '../../../model/finding.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault } from '../../contract/fault.ts';
import { type Sentence, within } from '../../contract/sentences.ts';
import { fitsPattern } from '../measure/sts-policy.ts';
import { mxSentence as say } from '../messages.ts';
import type { MailRoute, StsPolicy } from '../observation.ts';
import { refusalOf } from './certificate.ts';
import { type JudgedServer, type JudgedVisit, takesMail } from './servers.ts';

/** Patterns that a sentence names. */
const PATTERNS_SHOWN = 5;

export function mtaStsFaults(
  route: MailRoute,
  servers: readonly JudgedServer[],
  context: DiagnosisContext,
): Fault[] {
  const { mtaSts, domain } = route;
  if (mtaSts === undefined) return [];
  const { recordFault, records, error, fetch } = mtaSts;
  const unreachable = (said: Sentence, more: Parameters<typeof fault>[2] = {}): Fault[] => [
    fault('smtp.mta-sts-unreachable', said, more),
  ];
  if (error !== undefined)
    return unreachable(say.stsUnknown({ domain, code: error }), { severity: 'info', side: 'dns' });
  if (recordFault === 'several') return unreachable(say.stsSeveral({ domain }), { side: 'dns' });
  if (recordFault === 'syntax')
    return unreachable(say.stsSyntax({ domain, record: records[0] ?? '' }), { side: 'dns' });
  if (fetch === undefined) return [];
  if (fetch.policy !== undefined) return policyFaults(fetch.policy, route, servers, context);
  if (isOwnFault(fetch)) return [];
  return unreachable(
    say.stsUnreachable({ domain, url: fetch.url, reason: reasonOf(fetch, domain) }),
    fetch.fault === 'dns' ? { side: 'dns' } : {},
  );
}

type Fetch = NonNullable<NonNullable<MailRoute['mtaSts']>['fetch']>;

/** Nothing left this machine, or the run ended: no word on the policy's host. */
const isOwnFault = ({ connect, tls }: Fetch): boolean =>
  connect?.status === 'deadline' ||
  (connect?.status === 'unreachable' && connect.local) ||
  tls?.handshake.status === 'deadline';

function reasonOf({ fault: what, detail = '', address = '', tls }: Fetch, domain: string): Sentence {
  switch (what) {
    case 'dns':
      return say.stsHostUnknown({ domain, detail });
    case 'connect':
      return say.stsNoConnect({ address, detail });
    case 'refused-by-guard':
      return say.stsNotPublic({ address, detail });
    case 'tls':
      return say.stsTls({ detail: tls?.handshake.status ?? detail });
    case 'certificate':
      return say.stsCertificate({ domain, detail });
    case 'no-response':
    case undefined:
      return say.stsNoResponse({ detail });
    case 'redirect':
      return say.stsRedirect({ detail });
    case 'status':
      return say.stsStatus({ detail });
    case 'content-type':
      return say.stsContentType({ detail });
    case 'coding':
      return say.stsCoding({ detail });
    case 'too-large':
      return say.stsTooLarge({ detail });
    case 'incomplete':
      return say.stsIncomplete({ detail });
    case 'syntax':
      return say.stsPolicySyntax({ detail });
    default:
      return what satisfies never;
  }
}

function policyFaults(
  policy: StsPolicy,
  { domain }: MailRoute,
  servers: readonly JudgedServer[],
  { now }: DiagnosisContext,
): Fault[] {
  const judged = servers
    .filter(({ server }) => server.literal !== true)
    .map((one) => ({ one, misfit: misfitOf(policy, one, domain, now) }));
  // Senders go on to the next server that fits (RFC 8461 §5.1).
  const fitting = judged
    .filter(({ one, misfit }) => misfit === undefined && one.state === 'works')
    .map(({ one }) => one.server.exchange);
  const mayFit = judged.some(({ one, misfit }) => misfit === undefined && one.state === 'unknown');
  return judged.flatMap(({ one, misfit }) => {
    if (misfit === undefined) return [];
    const { exchange } = one.server;
    const said = { exchange, domain, reason: misfit.reason };
    const side = misfit.side;
    switch (policy.mode) {
      case 'enforce':
        return [
          fault(
            'smtp.mta-sts-mismatch',
            say.stsEnforce({
              ...said,
              rest:
                fitting.length > 0
                  ? say.stsOthers({ others: fitting.join(', ') })
                  : mayFit
                    ? ''
                    : say.stsNoOthers({}),
            }),
            { severity: fitting.length > 0 || mayFit ? 'warn' : 'fail', side },
          ),
        ];
      case 'testing':
        return [fault('smtp.mta-sts-mismatch', say.stsTesting(said), { severity: 'warn', side })];
      case 'none':
        return [fault('smtp.mta-sts-mismatch', say.stsNone(said), { severity: 'info', side })];
      default:
        return policy.mode satisfies never;
    }
  });
}

interface Misfit {
  readonly reason: Sentence;
  readonly side: Fault['side'];
}

/** Why a sender may not deliver to this server; undefined where it may, or where that is not known. */
function misfitOf(policy: StsPolicy, judged: JudgedServer, domain: string, now: number): Misfit | undefined {
  const { exchange } = judged.server;
  if (policy.mx.length > 0 && !policy.mx.some((pattern) => fitsPattern(exchange, pattern))) {
    const patterns =
      policy.mx.slice(0, PATTERNS_SHOWN).join(', ') + (policy.mx.length > PATTERNS_SHOWN ? ', …' : '');
    return { reason: say.notNamed({ patterns, exchange, domain }), side: 'service' };
  }
  for (const visit of judged.visits) {
    const reason = sessionMisfit(visit, exchange, now);
    if (reason !== undefined) return { reason, side: 'service' };
  }
  return undefined;
}

/** Only of a server that greets: one that does not has a cause of its own. */
function sessionMisfit(judged: JudgedVisit, exchange: string, now: number): Sentence | undefined {
  const { smtp } = judged.visit;
  if (smtp?.starttlsOffered === false && takesMail(judged)) return say.noStarttls({});
  const tls = smtp?.tls;
  if (tls === undefined || tls.handshake.status === 'deadline') return undefined;
  if (tls.handshake.status !== 'complete') return say.tlsFails({});
  const refused = refusalOf(tls, exchange, now);
  return refused && say.badCertificate({ fault: within(refused) });
}

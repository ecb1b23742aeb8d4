import type { Fault } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import type { Diagnose } from '../contract/diagnosis.ts';
import { finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { daneFaults, keepsDane } from './judge/dane.ts';
import { mtaStsFaults } from './judge/mta-sts.ts';
import { routeFaults, withoutServers } from './judge/route.ts';
import { type JudgedServer, judgeServers } from './judge/servers.ts';
import { mxSentence as say } from './messages.ts';
import type { MailRoute, MxObservation } from './observation.ts';

/** Does mail to the domain arrive? By its records, its servers, and what it has told senders about TLS. */
export const diagnoseMx: Diagnose<MxObservation> = (observation, context) => {
  const { route } = observation;
  const none = withoutServers(route);
  if (none !== undefined) return finding(none.cause.startsWith('smtp.') ? 'broken' : 'inconclusive', [none]);
  const servers = judgeServers(observation, context);
  const faults = [
    ...routeFaults(route, servers),
    ...mtaStsFaults(route, servers, context),
    ...daneFaults(servers, context),
  ];
  if (servers.some(({ state }) => state === 'works'))
    return faults.some(({ severity }) => severity !== 'info')
      ? finding('open', faults)
      : finding('open', faults, healthy(route, servers));
  const unknown = servers.filter(({ state }) => state === 'unknown').flatMap(whyUnknown);
  // This prober could not reach them: what DNS says is still true, and proves no failure.
  return unknown.length > 0
    ? finding('inconclusive', [...unknown, ...atMost('warn', faults)])
    : finding('broken', faults);
};

const whyUnknown = ({ visits }: JudgedServer): Fault[] =>
  visits.flatMap(({ finding: { state, faults } }) => (state === 'inconclusive' ? faults : []));

function healthy(route: MailRoute, servers: readonly JudgedServer[]): Sentence {
  const { domain, mtaSts } = route;
  const policy = mtaSts?.fetch?.policy;
  const dane = servers.filter(keepsDane).map(({ server }) => server.exchange);
  const parts = [
    say.allAnswer({}),
    policy === undefined ? say.noPolicy({}) : say.policyKept({ mode: policy.mode }),
    ...(dane.length > 0 ? [say.daneKept({ exchanges: dane.join(', ') })] : []),
  ];
  return say.healthy({
    domain,
    servers: servers.map(({ server: { exchange, preference } }) => say.server({ exchange, preference })),
    parts,
  });
}

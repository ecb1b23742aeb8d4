/** What each server of a mail route is worth to a sender, by the diagnosis of a single mail server. */
import type { Finding } from '../../../model/finding.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { diagnoseSmtp } from '../../smtp/diagnosis.ts';
import type { MxExchange, MxObservation, MxVisit } from '../observation.ts';

export interface JudgedVisit {
  readonly visit: MxVisit;
  readonly finding: Finding;
}

export interface JudgedServer {
  readonly server: MxExchange;
  readonly visits: readonly JudgedVisit[];
  /**
   * `works`: at least one address takes mail. `nowhere`: DNS leads to no address that a sender could dial. `unknown`: this prober
   * could not find out.
   */
  readonly state: 'works' | 'dead' | 'nowhere' | 'unknown';
}

export function judgeServers(observation: MxObservation, context: DiagnosisContext): JudgedServer[] {
  return observation.route.exchanges.map((server) => {
    const visits = server.visits.map((visit) => ({
      visit,
      finding: diagnoseSmtp(
        {
          kind: 'smtp',
          endpointId: observation.endpointId,
          vantage: observation.vantage,
          host: server.exchange,
          port: observation.port,
          address: visit.address,
          family: visit.family,
          startedAt: observation.startedAt,
          timings: visit.timings,
          exchange: [],
          connect: visit.connect,
          ...(visit.smtp && { smtp: visit.smtp }),
        },
        { ...context, endpoint: { ...context.endpoint, kind: 'smtp', host: server.exchange } },
      ),
    }));
    return { server, visits, state: stateOf(server, visits) };
  });
}

export const takesMail = ({ finding: { state, faults } }: JudgedVisit): boolean =>
  state === 'open' && !faults.some(({ severity }) => severity === 'fail');

export const isOffInternet = ({ visit }: JudgedVisit): boolean => visit.connect.status === 'refused-by-guard';

function stateOf(server: MxExchange, visits: readonly JudgedVisit[]): JudgedServer['state'] {
  if (visits.some(takesMail)) return 'works';
  if (server.error !== undefined && server.addresses.length === 0) return 'unknown';
  if (server.addresses.length === 0 || (visits.length > 0 && visits.every(isOffInternet))) return 'nowhere';
  const unknown = visits.length === 0 || visits.some(({ finding }) => finding.state === 'inconclusive');
  return unknown ? 'unknown' : 'dead';
}

/** Without the private addresses of both ends: of the listener's machine, as proofs and logs name it, and of the prober itself. */
import type { ReportListener } from '../../engine/report-listener.ts';
import type { Report } from '../../engine/report-schema.ts';
import { endsInProof } from '../../kinds/listener/proof-in-report.ts';
import { isIP } from '../../net/ip.ts';
import { isPrivate, replaceAddresses } from './private-hops.ts';
import { everyString } from './strings.ts';

const PRIVATE_END = 'private address';

/** An address that was dialled stays: it is what the report is about. */
export function withoutPrivateEnds(report: Report): Report {
  const { endpoints, listeners = [] } = report;
  const dialled = new Set(
    endpoints.flatMap(({ host, observations }) => [host, ...observations.map(({ address }) => address)]),
  );
  const met = [
    ...listeners.flatMap(addressesIn),
    ...endpoints.flatMap(({ observations }) =>
      observations.flatMap(({ localAddress, evidence }) => [
        localAddress ?? '',
        ...endsInProof(evidence).map(addressIn),
      ]),
    ),
  ];
  const hidden = new Map(
    met
      .filter((address) => isIP(address) !== 0 && !dialled.has(address) && isPrivate(address))
      .map((address) => [address, PRIVATE_END]),
  );
  return hidden.size === 0 ? report : everyString(report, (text) => replaceAddresses(text, hidden));
}

/** What was decided of the endpoints that stay; a log that decided nothing else is left out. */
export const listenersOf = (
  listeners: readonly ReportListener[],
  endpoints: ReadonlySet<string>,
): ReportListener[] =>
  listeners
    .map((one) => ({ ...one, decided: one.decided.filter(({ endpoint }) => endpoints.has(endpoint)) }))
    .filter(({ decided }) => decided.length > 0);

const addressesIn = ({ decided }: ReportListener): string[] =>
  decided.flatMap(({ arrived }) => [arrived?.local, arrived?.remote].map(addressIn));

/** `203.0.113.7` of `203.0.113.7:443`, `2001:db8::7` of `[2001:db8::7]:443`. */
const addressIn = (end: string | undefined): string =>
  end === undefined ? '' : end.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

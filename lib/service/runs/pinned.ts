/** What a fleet signs of a name that was pinned: it saw the address, and nobody looked the name up. Pure. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { causes } from '../../kinds/causes.ts';
import { fault } from '../../kinds/contract/fault.ts';
import { type NamedPort, namesFromPeer } from '../../kinds/names-from-peer.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import type { ResolvePin, RunSettings } from '../../model/request.ts';

const keyOf = ({ host, port }: NamedPort): string => `${host.toLowerCase()} ${port ?? ''}`;

/** The endpoint's own name, and those that its redirects or its mail domain led to. */
const namesOf = ({ host, port, observations }: EndpointReport): NamedPort[] => [
  { host, port },
  ...observations.flatMap(({ evidence }) => namesFromPeer(evidence)),
];

/** The pins that these reports rest on; the rest of the run's belong to other targets. */
export function pinsUsed(
  reports: readonly EndpointReport[],
  { resolve }: Pick<RunSettings, 'resolve'>,
): ResolvePin[] {
  if (resolve.length === 0) return [];
  const met = new Set(reports.flatMap((report) => namesOf(report).map(keyOf)));
  return resolve.filter((pin) => met.has(keyOf(pin)) || met.has(keyOf({ host: pin.host })));
}

/** The same reports, with a warning in the place of each pass that rests on a pin. */
export function withoutPlainPasses(
  reports: readonly EndpointReport[],
  settings: Pick<RunSettings, 'resolve'>,
): EndpointReport[] {
  return reports.map((report) => {
    const { verdict, summary: seen } = report;
    if (verdict !== 'pass') return report;
    const [pin] = pinsUsed([report], settings);
    if (pin === undefined) return report;
    const why = fault(
      'prober.name-pinned',
      runSentence.pinned({ host: pin.host.toLowerCase(), port: pin.port, seen }),
    );
    return {
      ...report,
      verdict: 'warn',
      cause: why.cause,
      side: why.side,
      summary: why.summary,
      ...(why.message && { message: why.message }),
      // A pass needs no fix, so it has none.
      fix: causes[why.cause].next,
    };
  });
}

/** Reports without what may differ between two runs of the same check: times, evidence, and names of vantages. */
import { createLocalContext } from '../../lib/adapters/local/context.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { EndpointReport } from '../../lib/model/report.ts';
import type { RunSettings } from '../../lib/model/request.ts';
import type { VantageResult } from '../../lib/model/vantage-result.ts';
import { probes } from '../../lib/probe/registry.ts';
import { runCheck } from '../../lib/run/run.ts';

/** What one machine says of these endpoints, as `inbound-check check` does it. */
export async function oneMachine(
  endpoints: readonly Endpoint[],
  settings: RunSettings,
  vantage: string,
): Promise<{ reports: EndpointReport[]; results: VantageResult[]; summary: string; verdict: string }> {
  const reports: EndpointReport[] = [];
  const results: VantageResult[] = [];
  const local: RunSettings = { ...settings, allowPrivate: true };
  const tail = await runCheck({
    id: 'one-machine',
    endpoints,
    settings: local,
    context: createLocalContext(local, new AbortController().signal),
    probes,
    vantage: { id: vantage, kind: 'lambda' },
    events: {
      endpoint: (report) => void reports.push(report),
      checked: (result) => void results.push(result),
    },
  });
  const inOrder = endpoints.flatMap(({ id }) => reports.filter((report) => report.id === id));
  return { reports: inOrder, results, summary: tail.summary, verdict: tail.verdict };
}

/** Everything that is said of an endpoint and was seen of it, but when, how fast, in which bytes, and what was before. */
export function comparable(report: EndpointReport): unknown {
  const { observations, history: _history, ...said } = report;
  return {
    ...said,
    summary: withoutTimes(said.summary),
    observations: observations
      .map(({ startedAt: _, timings, evidence, localAddress: __, summary, ...seen }) => ({
        ...seen,
        summary: withoutTimes(summary),
        timings: Object.keys(timings).sort(),
        evidence: Object.keys(evidence).sort(),
      }))
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b))),
  };
}

const keyOf = ({
  vantage,
  address,
  attempt,
}: {
  vantage: string;
  address: string;
  attempt: number;
}): string => `${vantage} ${address} ${attempt}`;

const withoutTimes = (text: string): string =>
  text.replace(/\d+(\.\d+)? (ms|s)\b/g, 'TIME').replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(Z| UTC)/g, 'TIME');

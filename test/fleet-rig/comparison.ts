/** Reports without what may differ between two runs of the same check: times, evidence, and names of vantages. */
import { createLocalContext } from '../../lib/engine/context.ts';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import { runCheck } from '../../lib/engine/run/run.ts';
import type { VantageResult } from '../../lib/engine/vantage-result.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { RunSettings } from '../../lib/model/request.ts';

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
      measured: (result) => void results.push(result),
    },
  });
  const inOrder = endpoints.flatMap(({ id }) => reports.filter((report) => report.id === id));
  return { reports: inOrder, results, summary: tail.summary, verdict: tail.verdict };
}

/** Everything that is said of an endpoint and was seen of it, but when, how fast, in which bytes, and what was before. */
export function comparable(report: EndpointReport): unknown {
  const { observations, history: _history, ...said } = report;
  return {
    // Sentences and their messages are in several of its fields.
    ...(textsWithoutTimes(said) as typeof said),
    observations: observations
      .map(({ startedAt: _, timings, evidence, localAddress: __, summary, message, ...seen }) => ({
        ...(textsWithoutTimes(seen) as typeof seen),
        summary: withoutTimes(summary),
        message: messageWithoutTimes(message),
        timings: Object.keys(timings).sort(),
        evidence: Object.keys(evidence).sort(),
      }))
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b))),
  };
}

const textsWithoutTimes = (value: unknown): unknown => JSON.parse(JSON.stringify(value, withoutTimesIn));

/** Its key and parameters, numbers of milliseconds and texts with times in them made equal. */
export const messageWithoutTimes = (message: EndpointReport['message']): unknown =>
  message && textsWithoutTimes(message);

const withoutTimesIn = (name: string, value: unknown): unknown =>
  /^(ms|\w+Ms)$/.test(name)
    ? 'TIME'
    : /^(port|localPort)$/.test(name)
      ? 'PORT'
      : typeof value === 'string'
        ? withoutTimes(value)
        : value;

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
  text
    .replace(/(\(source [^)]*, port )\d+/g, '$1PORT')
    .replace(/\d+(\.\d+)? (ms|s)\b/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(Z| UTC)/g, 'TIME');

/** Runs a case from its vantages and compares what is said with what must be said. */
import type { z } from 'zod';
import { endpointId } from '../../lib/engine/plan/endpoint-id.ts';
import type { EndpointReport, ReportObservation } from '../../lib/engine/report-schema.ts';
import { judgeTogether } from '../../lib/engine/verdict/judge-together.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { RunSettings } from '../../lib/model/request.ts';
import type { State } from '../../lib/model/vocabulary.ts';
import { unrendered } from '../report/unrendered.ts';
import { CONTROL, NEGATIVE_ADDRESS, RESOLVERS, type VantageId } from './address-plan.ts';
import { type Expected, type LabCase, type Place, usualPort } from './case.ts';
import type { Lab } from './topology.ts';
import type { Vantages } from './vantages.ts';

export const DEFAULT_VANTAGES: readonly VantageId[] = ['v1', 'v2', 'v3'];

export interface Outcome {
  readonly one: LabCase;
  readonly place: Place;
  readonly endpoint: Endpoint;
  readonly report: EndpointReport;
  readonly states: readonly State[];
  /** What is not as expected; empty: named right. */
  readonly wrong: readonly string[];
}

export async function runCase(
  one: LabCase,
  place: Place,
  lab: Pick<Lab, 'authority'>,
  vantages: Vantages,
): Promise<Outcome> {
  const endpoint = endpointOf(one, place);
  const settings = settingsOf(one, place, endpoint, lab);
  const results = await Promise.all(
    (one.vantages ?? DEFAULT_VANTAGES).map((vantage) => vantages.check(vantage, endpoint, settings)),
  );
  const report = judgeTogether(endpoint, results);
  const states = statesSeen(report);
  const wrong = [...differences(one.expected, report, states), ...unrendered(report)];
  return { one, place, endpoint, report, states, wrong };
}

export function endpointOf(one: LabCase, place: Place): Endpoint {
  const seed = typeof one.endpoint === 'function' ? one.endpoint(place) : one.endpoint;
  const parts = {
    host: place.host,
    port: usualPort(seed.kind),
    expect: 'open' as const,
    level: 'required' as const,
    target: place.host,
    ...seed,
  };
  return { id: endpointId(parts), ...parts };
}

/** Every port has a control on the control host, and an address that must not connect is routed into nothing. */
export function labSettings(port: number, lab: Pick<Lab, 'authority'>): z.input<typeof RunSettings> {
  return {
    allowPrivate: true,
    timeoutMs: 4_000,
    confirm: 1,
    confirmPauseMs: 300,
    dnsServers: [...RESOLVERS],
    controls: [{ port, host: CONTROL.host, hostPort: port }],
    defaultControls: false,
    negativeControl: { address: NEGATIVE_ADDRESS },
    trustAnchors: [lab.authority.root],
    ehloName: 'prober.lab.test',
  };
}

function settingsOf(
  one: LabCase,
  place: Place,
  endpoint: Endpoint,
  lab: Pick<Lab, 'authority'>,
): RunSettings {
  const own = typeof one.settings === 'function' ? one.settings(place) : one.settings;
  return RunSettings.parse({ ...labSettings(endpoint.port, lab), ...own });
}

/** The last state at each address from each vantage; of a name only where no address was found. */
function statesSeen(report: EndpointReport): State[] {
  const last = new Map<string, ReportObservation>();
  for (const seen of report.observations) {
    const key = `${seen.vantage} ${seen.address}`;
    const before = last.get(key);
    if (before === undefined || before.attempt < seen.attempt) last.set(key, seen);
  }
  const all = [...last.values()];
  const addressed = all.filter(({ address }) => address !== '');
  return [...new Set((addressed.length > 0 ? addressed : all).map(({ state }) => state))].sort();
}

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

function differences(expected: Expected, report: EndpointReport, states: readonly State[]): string[] {
  const wrong: string[] = [];
  const compare = (
    what: string,
    allowed: readonly (string | undefined)[],
    seen: string | undefined,
  ): void => {
    if (!allowed.includes(seen))
      wrong.push(`${what} ${seen ?? 'none'} instead of ${allowed.map((one) => one ?? 'none').join(' or ')}`);
  };
  compare('verdict', asList(expected.verdict), report.verdict);
  compare('cause', asList(expected.cause), report.cause);
  compare('side', asList(expected.side), report.side);
  const list = (of: readonly string[]): string => [...of].sort().join(', ');
  const allowedStates = asList(expected.state);
  const byChance = Array.isArray(expected.verdict);
  if (!byChance) compare('states', [list(allowedStates)], list(states));
  else if (!states.every((state) => allowedStates.includes(state)))
    wrong.push(`states ${list(states)}, of which only ${list(allowedStates)} may be`);
  if (expected.alsoFound !== 'any')
    compare('also', [list(expected.alsoFound ?? [])], list(report.alsoFound ?? []));
  if (expected.says !== undefined && !expected.says.test(report.summary))
    wrong.push(`summary does not say ${expected.says}: ${report.summary}`);
  return wrong;
}

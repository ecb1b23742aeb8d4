/** What a request or a registration asks to be checked, read as a targets file is. */
import { findProfile, profiles } from '../../input/profiles/index.ts';
import { describeIssue, pathText } from '../../input/request/issue.ts';
import { didYouMean } from '../../input/request/nearest.ts';
import { quote } from '../../input/request/quote.ts';
import { Target, targetItems } from '../../input/request/target.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { Profile } from '../../model/profile.ts';
import type { FleetTarget, TargetRecord } from '../state/target-record.ts';

/** Endpoints of one run, so that what a vantage answers stays far below Lambda's 6 MB and the judge's memory. */
export const MAX_ENDPOINTS = 1_000;
/** Bytes of all endpoint ids of a target: its latest state, one item of the table (400 KB at most), holds them. */
const MAX_ID_BYTES = 150_000;

export interface RequestedTarget {
  readonly name: string;
  readonly profile?: string;
  readonly endpoints: readonly Endpoint[];
}

/** The name of a target of which nothing else is given: what is registered under it is meant. */
export function registeredName(target: FleetTarget): string | undefined {
  return Object.keys(target).every((key) => key === 'name') ? target.name : undefined;
}

/** Endpoints grouped by the target that each names: the host, where a target has no name. */
export function readTargets(
  asked: readonly FleetTarget[],
  registered: ReadonlyMap<string, TargetRecord> = new Map(),
): ParseResult<RequestedTarget[]> {
  const groups = new Map<string, { profile?: string; endpoints: Endpoint[] }>();
  const byId = new Map<string, Endpoint>();
  for (const [index, given] of asked.entries()) {
    const at = (path: readonly PropertyKey[], message: string) =>
      inputError(`${pathText(['targets', index, ...path])}: ${message}`);
    const name = registeredName(given);
    const written = name === undefined ? given : registeredAs(name, registered);
    if (written === undefined)
      return at(
        ['name'],
        `no target ${quote(name ?? '')} is registered, and nothing else says what to check`,
      );
    const target = Target.safeParse(written, { reportInput: true });
    if (!target.success) {
      const { path, message } = describeIssue(target.error, Target);
      return at(path, message);
    }
    const profile = builtInProfile(target.data.profile);
    if (!profile.ok) return at(['profile'], profile.message);
    for (const { path, result } of targetItems(target.data, profile.value)) {
      if (!result.ok) return at(path, result.message);
      const endpoint = result.value;
      const sameId = byId.get(endpoint.id);
      if (sameId !== undefined && probeOf(sameId) !== probeOf(endpoint))
        return at(path, `${endpoint.id} is there twice with different expectations: ask for it in two runs`);
      byId.set(endpoint.id, endpoint);
      if (byId.size > MAX_ENDPOINTS)
        return at(path, `more than ${MAX_ENDPOINTS} endpoints in one run: start a sweep instead`);
      const group = groups.get(endpoint.target) ?? { endpoints: [] };
      if (profile.value) group.profile = profile.value.id;
      if (!group.endpoints.some(({ id }) => id === endpoint.id)) group.endpoints.push(endpoint);
      groups.set(endpoint.target, group);
    }
  }
  const large = [...groups].find(([, { endpoints }]) => idBytes(endpoints) > MAX_ID_BYTES);
  if (large !== undefined)
    return inputError(`targets: the paths of ${quote(large[0])} are too long to be kept: name fewer`);
  return parsed([...groups].map(([name, group]) => ({ name, ...group })));
}

const registeredAs = (
  name: string,
  registered: ReadonlyMap<string, TargetRecord>,
): FleetTarget | undefined => {
  const definition = registered.get(name)?.definition;
  return definition && { ...definition, name };
};

function builtInProfile(id: string | undefined): ParseResult<Profile | undefined> {
  if (id === undefined) return parsed(undefined);
  const profile = findProfile(id);
  if (profile !== undefined) return parsed(profile);
  const known = profiles.map((one) => one.id);
  return inputError(`there is no profile ${quote(id)}${didYouMean(id, known)}; known: ${known.join(', ')}`);
}

/** All that decides what is sent and what is found; whose it is and how much it matters may differ. */
function probeOf({
  target: _target,
  level: _level,
  reason: _reason,
  source: _source,
  ...probe
}: Endpoint): string {
  return JSON.stringify(probe);
}

const idBytes = (endpoints: readonly Endpoint[]): number =>
  endpoints.reduce((sum, { id }) => sum + Buffer.byteLength(id) + 100, 0);

import type { Endpoint } from '../model/endpoint.ts';
import { FleetRequest, type FleetTarget, type FleetVantage, type TargetRecord } from '../model/fleet.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { Profile } from '../model/profile.ts';
import { RunSettings } from '../model/request.ts';
import { findProfile, profiles } from '../profiles/index.ts';
import { describeIssue, pathText } from '../request/issue.ts';
import { didYouMean } from '../request/nearest.ts';
import { quote } from '../request/quote.ts';
import { SettingsText, toRunSettings } from '../request/settings.ts';
import { Target, targetItems } from '../request/target.ts';
import { contactedBy } from '../targets/contacted.ts';
import { MAX_ENDPOINTS } from './limits.ts';

/** A request after all of it has been read: by the same code, and in the same words, as a targets file. */
export interface ReadRequest {
  readonly request: FleetRequest;
  readonly targets: readonly RequestedTarget[];
  readonly settings: RunSettings;
  readonly vantages: readonly FleetVantage[];
}

/** Whom a run contacts by the word of whoever vouches for it; `undefined`: nobody does (`CountedRun.hosts`). */
export const vouchedHosts = ({ request, targets }: ReadRequest): readonly string[] | undefined =>
  request.vouch && [
    ...new Set(
      targets
        .flatMap(({ endpoints }) => endpoints)
        .filter(({ farEnd }) => farEnd !== true)
        .flatMap(contactedBy),
    ),
  ];

export interface RequestedTarget {
  readonly name: string;
  readonly profile?: string;
  readonly endpoints: readonly Endpoint[];
}

/**
 * Settings that a request may choose. Files have no place in the cloud, and the name that a prober gives itself belongs
 * to its address.
 */
const FleetSettings = SettingsText.omit({ ca: true, ehloName: true, mailFrom: true });

/** Those that could lead probes to somebody else's host, whatever was proven. */
const REROUTING = [
  'resolve',
  'dns',
  'control',
] as const satisfies readonly (keyof typeof FleetSettings.shape)[];

/** Bytes of all endpoint ids of a target: its latest state, one item of the table (400 KB at most), holds them. */
const MAX_ID_BYTES = 150_000;

/**
 * Reads a request, or says in one line what is wrong with it.
 *
 * @param registered by name, the targets that the request asks for by their names alone (`namesAlone`)
 */
export async function readRequest(
  input: unknown,
  fleet: readonly FleetVantage[],
  registered: ReadonlyMap<string, TargetRecord> = new Map(),
): Promise<ParseResult<ReadRequest>> {
  const request = FleetRequest.safeParse(input, { reportInput: true });
  if (!request.success) {
    const { path, message } = describeIssue(request.error);
    return inputError(`${pathText(path) || 'the request'}: ${message}`);
  }
  const vantages = chooseVantages(request.data.vantages, fleet);
  if (!vantages.ok) return vantages;
  const settings = await readSettings(request.data);
  if (!settings.ok) return settings;
  const all = readTargets(request.data.targets, registered);
  if (!all.ok) return all;
  const targets = chooseEndpoints(request.data.only, all.value);
  if (!targets.ok) return targets;
  return parsed({
    request: request.data,
    targets: targets.value,
    settings: settings.value,
    vantages: vantages.value,
  });
}

function chooseVantages(
  ids: readonly string[] | undefined,
  fleet: readonly FleetVantage[],
): ParseResult<FleetVantage[]> {
  if (ids === undefined) return parsed([...fleet]);
  const known = fleet.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    return inputError(
      `vantages: there is no vantage ${quote(unknown)}${didYouMean(unknown, known)}; known: ${known.join(', ')}`,
    );
  return ids.length === 0
    ? inputError('vantages: name one at least, or leave it away for all')
    : parsed(fleet.filter(({ id }) => ids.includes(id)));
}

function chooseEndpoints(
  ids: readonly string[] | undefined,
  targets: RequestedTarget[],
): ParseResult<RequestedTarget[]> {
  if (ids === undefined) return parsed(targets);
  const known = targets.flatMap(({ endpoints }) => endpoints.map(({ id }) => id));
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    return inputError(`only: the request has no endpoint ${quote(unknown)}${didYouMean(unknown, known)}`);
  const chosen = targets.map((target) => ({
    ...target,
    endpoints: target.endpoints.filter(({ id }) => ids.includes(id)),
  }));
  return parsed(chosen.filter(({ endpoints }) => endpoints.length > 0));
}

async function readSettings({ settings, vouch }: FleetRequest): Promise<ParseResult<RunSettings>> {
  const text = FleetSettings.safeParse(settings ?? {}, { reportInput: true });
  if (!text.success) {
    const { path, message } = describeIssue(text.error);
    return inputError(`${pathText(['settings', ...path])}: ${message}`);
  }
  const rerouting = REROUTING.find((name) => text.data[name] !== undefined);
  if (rerouting !== undefined && vouch === undefined)
    return inputError(
      `settings.${rerouting}: could lead to a host that nobody has proven; it needs an operator's \`vouch\``,
    );
  const input = await toRunSettings(text.data, '/');
  return input.ok ? parsed(RunSettings.parse(input.value)) : input;
}

/** Names of targets of which nothing but the name is given: what is registered under it is meant. */
export function namesAlone(input: unknown): string[] {
  const request = FleetRequest.safeParse(input);
  return request.success ? request.data.targets.flatMap((target) => nameAlone(target) ?? []) : [];
}

function nameAlone(target: FleetTarget): string | undefined {
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
    const name = nameAlone(given);
    const written = name === undefined ? given : registeredAs(name, registered);
    if (written === undefined)
      return at(
        ['name'],
        `no target ${quote(name ?? '')} is registered, and nothing else says what to check`,
      );
    const target = Target.safeParse(written, { reportInput: true });
    if (!target.success) {
      const { path, message } = describeIssue(target.error);
      return at(path, message);
    }
    const profile = builtInProfile(target.data.profile);
    if (!profile.ok) return at(['profile'], profile.message);
    for (const { path, result } of targetItems(target.data, profile.value)) {
      if (!result.ok) return at(path, result.message);
      const endpoint = result.value;
      const twin = byId.get(endpoint.id);
      if (twin !== undefined && probeOf(twin) !== probeOf(endpoint))
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

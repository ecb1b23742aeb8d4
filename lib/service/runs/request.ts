import { describeIssue, pathText } from '../../input/request/issue.ts';
import { didYouMean } from '../../input/request/nearest.ts';
import { quote } from '../../input/request/quote.ts';
import { SettingsText, toRunSettings } from '../../input/request/settings.ts';
import { withDelegation } from '../../input/request/with-delegation.ts';
import { withListener } from '../../input/request/with-listener.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { RunSettings } from '../../model/request.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { contactedBy } from '../targets/contacted.ts';
import { type RequestedTarget, readTargets, registeredName } from '../targets/read-targets.ts';
import { hasIpv6Alone, isIpv6Server } from './asked.ts';
import { FleetRequest } from './messages.ts';

/** A request after all of it has been read: by the same code, and in the same words, as a targets file. */
export interface ReadRequest {
  readonly request: FleetRequest;
  readonly targets: readonly RequestedTarget[];
  readonly settings: RunSettings;
  readonly vantages: readonly FleetVantage[];
  /** Ids of endpoints for which no listener can stand in. */
  readonly leftOut: readonly string[];
}

/** The hosts that a run contacts because its requester vouches for them; `undefined`: nobody does (`CountedRun.hosts`). */
export const vouchedHosts = ({ request, targets }: ReadRequest): readonly string[] | undefined =>
  request.vouch && [
    ...new Set(
      targets
        .flatMap(({ endpoints }) => endpoints)
        .filter(({ isDependency }) => isDependency !== true)
        .flatMap(contactedBy),
    ),
  ];

/**
 * Settings that a request may choose. There are no files in the cloud, and the name that a prober gives itself belongs
 * to its address; who answers for the fleet is not a request's to say.
 */
const FleetSettings = SettingsText.omit({ ca: true, ehloName: true, mailFrom: true, contact: true });

/** Those that could lead probes to somebody else's host, whatever was proven. */
export const REROUTING = [
  'resolve',
  'dns',
  'control',
] as const satisfies readonly (keyof typeof FleetSettings.shape)[];

/** The first of two steps: the shape of a request, or one line that says what is wrong with it. */
export function parseRequest(input: unknown): ParseResult<FleetRequest> {
  const request = FleetRequest.safeParse(input, { reportInput: true });
  if (request.success) return parsed(request.data);
  const { path, message } = describeIssue(request.error, FleetRequest);
  return inputError(`${pathText(path) || 'the request'}: ${message}`);
}

/**
 * The second: what a request means for this fleet, or one line that says what is wrong with it.
 *
 * @param registered by name, the targets that the request asks for by their names alone (`registeredNames`)
 */
export async function readRequest(
  request: FleetRequest,
  fleet: readonly FleetVantage[],
  registered: ReadonlyMap<string, TargetRecord> = new Map(),
): Promise<ParseResult<ReadRequest>> {
  const vantages = chooseVantages(request, fleet);
  if (!vantages.ok) return vantages;
  const settings = await readSettings(request);
  if (!settings.ok) return settings;
  const unreachable = dnsOutOfReach(settings.value, vantages.value);
  if (unreachable !== undefined) return inputError(unreachable);
  const all = readTargets(request.targets, registered);
  if (!all.ok) return all;
  const asked =
    request.withListener === true ? listenersOf(all.value) : parsed<WithLeftOut>({ targets: all.value });
  if (!asked.ok) return asked;
  const { leftOut = [] } = asked.value;
  const targets = chooseEndpoints(request.only, withLookUps(asked.value.targets, settings.value));
  if (!targets.ok) return targets;
  return parsed({
    leftOut,
    request,
    targets: targets.value,
    settings: settings.value,
    vantages: vantages.value,
  });
}

/** With the look-ups that `delegation` asks for. */
export const withLookUps = (
  targets: readonly RequestedTarget[],
  { delegation }: Pick<RunSettings, 'delegation'>,
): readonly RequestedTarget[] =>
  delegation
    ? targets.map((target) => ({ ...target, endpoints: [...withDelegation(target.endpoints)] }))
    : targets;

/** A network without IPv4 drops what is sent there, without a word. */
function dnsOutOfReach(
  { dnsServers }: Pick<RunSettings, 'dnsServers'>,
  vantages: readonly FleetVantage[],
): string | undefined {
  const [first] = dnsServers;
  const six = vantages.find(hasIpv6Alone);
  if (first === undefined || six === undefined || dnsServers.some(isIpv6Server)) return undefined;
  return `settings.dns: ${first} can't be reached from ${six.id}, which has IPv6 alone: name a DNS server by its IPv6 address too, or choose vantages without it`;
}

function chooseVantages(
  { vantages: ids, withListener: asksListeners }: Pick<FleetRequest, 'vantages' | 'withListener'>,
  fleet: readonly FleetVantage[],
): ParseResult<FleetVantage[]> {
  // The key of the listeners goes to no machine that others run (`queueWork`).
  const isBarred = ({ kind }: FleetVantage): boolean => asksListeners === true && kind === 'site';
  if (ids === undefined) {
    const able = fleet.filter((one) => !isBarred(one));
    return able.length === 0 && fleet.length > 0 ? inputError(NO_SITES) : parsed(able);
  }
  if (fleet.some((one) => ids.includes(one.id) && isBarred(one))) return inputError(NO_SITES);
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

const NO_SITES =
  'vantages: site vantages challenge no listeners, since the key for them goes to no machine that others run: name another vantage';

interface WithLeftOut {
  readonly targets: readonly RequestedTarget[];
  readonly leftOut?: readonly string[];
}

/** Listeners in the place of the servers; a target without one is left out. */
function listenersOf(all: readonly RequestedTarget[]): ParseResult<WithLeftOut> {
  const made = all.map((target) => ({ target, ...withListener(target.endpoints) }));
  const leftOut = [...new Set(made.flatMap((one) => one.leftOut))];
  const targets = made
    .map(({ target, endpoints }) => ({ ...target, endpoints }))
    .filter(({ endpoints }) => endpoints.some(({ expect }) => expect === 'open'));
  return targets.length === 0
    ? inputError('listener: no endpoint is one that a listener can stand in for')
    : parsed({ targets, leftOut });
}

function chooseEndpoints(
  ids: readonly string[] | undefined,
  targets: readonly RequestedTarget[],
): ParseResult<readonly RequestedTarget[]> {
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
    const { path, message } = describeIssue(text.error, FleetSettings);
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
export const registeredNames = ({ targets }: Pick<FleetRequest, 'targets'>): string[] =>
  targets.flatMap((target) => registeredName(target) ?? []);

import { AT_LISTENERS } from '../../engine/measured-with.ts';
import type { MeasuredWith } from '../../engine/report-schema.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Assertions, Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { Profile, ProfileOptions } from '../../model/profile.ts';
import type { RunSettings } from '../../model/request.ts';
import { expandProfile } from '../profiles/index.ts';
import { type AssertionFlags, FLAG_OF, parseAssertionFlags } from './assertion-flags.ts';
import { unusedAssertions, withAssertions } from './assertions.ts';
import { findContradictions } from './contradictions.ts';
import { pinText, unfittingPin } from './pins.ts';
import { hostWithProfile, isUri } from './plain-target.ts';
import { chooseProfile } from './profile-choice.ts';
import { hasProfileFlags, type ProfileFlags, parseProfileFlags } from './profile-flags.ts';
import { refuseUnreachableEndpoint } from './reachable-host.ts';
import { ownProfile, relaxedSettings } from './relaxed-settings.ts';
import { completeSettings, parseSettingsFlags, type SettingsFlags, toRunSettings } from './settings.ts';
import type { Targets } from './targets-file.ts';
import { parseEndpointUri } from './uri.ts';
import { withDelegation } from './with-delegation.ts';
import { withListener } from './with-listener.ts';

/** What the user typed after `check`. */
export interface CheckFlags extends AssertionFlags, ProfileFlags {
  /** HOST and URI arguments. */
  readonly targets: readonly string[];
  readonly closed: readonly string[];
  readonly file?: string;
  readonly profile?: string;
  readonly allowPrivate: boolean;
  /** A listener stands in for what is not there yet. */
  readonly withListener?: boolean;
  readonly settings: SettingsFlags;
}

export interface CheckRequest {
  /** Id of the profile, when one was named for the whole run. */
  readonly profile?: string;
  /** What assertions and own profiles change about the meaning of a pass; for the report. */
  readonly asked: readonly MeasuredWith[];
  readonly endpoints: Iterable<Endpoint>;
  readonly count: number;
  readonly settings: RunSettings;
  /** Ids of endpoints for which no listener can stand in. */
  readonly leftOut?: readonly string[];
}

/** From the command line to endpoints and settings, or to one line that says what to fix. Sends no packet. */
export async function parseCheckRequest(flags: CheckFlags): Promise<ParseResult<CheckRequest>> {
  const flagSettings = parseSettingsFlags(flags.settings);
  if (!flagSettings.ok) return flagSettings;
  const ownSettings = await toRunSettings(flagSettings.value, process.cwd());
  if (!ownSettings.ok) return inputError(`--ca: ${ownSettings.message}`);
  const assertions = parseAssertionFlags(flags);
  if (!assertions.ok) return assertions;
  let profile: Profile | undefined;
  if (flags.profile !== undefined) {
    const choice = await chooseProfile(flags.profile, process.cwd());
    if (!choice.ok) return inputError(`--profile: ${choice.message}`);
    profile = choice.value;
  }
  const targets =
    flags.file === undefined
      ? namedTargets(flags, profile, assertions.value)
      : await fileTargets(flags, flags.file, profile, assertions.value);
  if (!targets.ok) return targets;
  const settings = completeSettings({
    ...targets.value.settings,
    ...ownSettings.value,
    allowPrivate: flags.allowPrivate,
  });
  if (!settings.ok) return settings;
  const { resolve, controls } = settings.value;
  const unused = unfittingPin(resolve, controls, targets.value.endpoints);
  if (unused !== undefined) {
    const place =
      ownSettings.value.resolve === undefined ? `${flags.file ?? ''}: settings.resolve` : '--resolve';
    return inputError(
      `${place}: ${pinText(unused)} fits no endpoint: none is at ${unused.host} port ${unused.port}`,
    );
  }
  const unseen = settings.value.oldProtocols ? undefined : versionsUnseen(targets.value.endpoints);
  if (unseen !== undefined)
    return inputError(
      `${unseen.id}: the oldest TLS version (--tls-min) is learnt by the connections that --no-old-protocols leaves out: leave one of them away`,
    );
  const own = profile && ownProfile(profile, flags.profile ?? '');
  if (flags.withListener === true)
    return listenerRequest(targets.value, assertions.value, settings.value, profile, own);
  const { endpoints, count } = settings.value.delegation ? delegated(targets.value) : targets.value;
  return parsed({
    ...(profile && { profile: profile.id }),
    asked: [
      ...(own === undefined ? [] : [own]),
      ...(targets.value.asked ?? []),
      ...relaxedSettings(targets.value.endpoints),
    ],
    endpoints,
    count,
    settings: settings.value,
  });
}

/** With a look-up of each host. */
function delegated({ endpoints }: Targets): Pick<CheckRequest, 'endpoints' | 'count'> {
  let count = 0;
  for (const _ of withDelegation(endpoints)) count += 1;
  return { endpoints: { [Symbol.iterator]: () => withDelegation(endpoints) }, count };
}

/** The same request to a listener that stands in for the servers; of them nothing more can be asked. */
function listenerRequest(
  targets: Targets,
  assertions: Assertions,
  settings: RunSettings,
  profile: Profile | undefined,
  own: MeasuredWith | undefined,
): ParseResult<CheckRequest> {
  const [asserted] = Object.keys(assertions) as (keyof Assertions)[];
  if (asserted !== undefined)
    return inputError(
      `${FLAG_OF[asserted]} asks for something that a listener in the place of the server does not have: leave it away with --with-listener`,
    );
  const { endpoints, leftOut } = withListener(targets.endpoints);
  if (!endpoints.some(({ expect }) => expect === 'open'))
    return inputError('--with-listener: no endpoint is expected open over TCP, so no listener can stand in');
  return parsed({
    ...(profile && { profile: profile.id }),
    asked: [
      AT_LISTENERS,
      ...(own === undefined ? [] : [own]),
      ...(targets.asked ?? []),
      ...relaxedSettings(endpoints),
    ],
    endpoints,
    count: endpoints.length,
    settings,
    ...(leftOut.length > 0 && { leftOut }),
  });
}

/** An endpoint whose asserted TLS version would not be checked. */
function versionsUnseen(endpoints: Iterable<Endpoint>): Endpoint | undefined {
  for (const endpoint of endpoints) {
    const { kind, expect, assertions } = endpoint;
    const asked = expect === 'open' && assertions?.tlsMinVersion !== undefined;
    if (asked && descriptorOf(kind).tls === 'implicit') return endpoint;
  }
  return undefined;
}

async function fileTargets(
  flags: CheckFlags,
  file: string,
  profile: Profile | undefined,
  assertions: Assertions,
) {
  if (flags.targets.length + flags.closed.length > 0)
    return inputError('give either -f FILE or hosts and URIs, not both');
  if (Object.keys(assertions).length > 0 || hasProfileFlags(flags))
    return inputError(
      'with -f FILE, assertions and profile options belong in the file, under `assertions` and `options`',
    );
  // Not at the top: a run of URIs does not need the YAML reader, which is large.
  const { readTargetsFile } = await import('./targets-file.ts');
  return readTargetsFile(file, { allowPrivate: flags.allowPrivate, ...(profile && { profile }) });
}

function namedTargets(
  flags: CheckFlags,
  profile: Profile | undefined,
  assertions: Assertions,
): ParseResult<Targets> {
  if (flags.targets.length + flags.closed.length === 0)
    return inputError(
      'nothing to check: name URIs (check https://www.example.com/), a host with --profile, or -f FILE',
    );
  const options = parseProfileFlags(flags);
  if (!options.ok) return options;
  const endpoints: Endpoint[] = [];
  let hosts = 0;
  for (const text of flags.targets.map((target) => target.trim())) {
    const uri = isUri(text);
    const found = uri ? oneUri(text) : hostEndpoints(text, profile, options.value);
    if (!found.ok) return found;
    if (!uri) hosts += 1;
    endpoints.push(...found.value);
  }
  if (profile !== undefined && hosts === 0)
    return inputError(
      '--profile goes with a host: write www.example.com instead of a URI, or leave --profile away',
    );
  if (profile === undefined && hasProfileFlags(flags))
    return inputError(
      '--dependencies, --quic, --replies, --public-ui, --private-ui and --from-allow-listed go with --profile',
    );
  // Vendor endpoints of a profile belong to the vendor: what the user expects of the host does not apply to them.
  const isOwn = ({ host, target }: Endpoint) => host === target;
  const kinds = new Set(endpoints.filter(isOwn).map(({ kind }) => kind));
  const [unused] = unusedAssertions(kinds, assertions);
  if (unused !== undefined)
    return inputError(
      kinds.size === 0
        ? `${FLAG_OF[unused]} fits none of the endpoints, which are all expected closed: leave it away`
        : `${FLAG_OF[unused]} fits none of the endpoints (${[...kinds].join(', ')}): leave it away`,
    );
  const all = endpoints.map((endpoint) =>
    isOwn(endpoint) ? withAssertions(endpoint, assertions) : endpoint,
  );
  for (const text of flags.closed) {
    const endpoint = parseEndpointUri(text, 'closed');
    if (!endpoint.ok) return inputError(`--closed: ${endpoint.message}`);
    all.push(endpoint.value);
  }
  return checkAll(all, flags.allowPrivate);
}

/** Refuses what can't be reached from the internet, and what is expected to be both open and closed. */
function checkAll(endpoints: Endpoint[], allowPrivate: boolean): ParseResult<Targets> {
  const contradiction = findContradictions();
  for (const endpoint of endpoints) {
    const refused = refuseUnreachableEndpoint(endpoint, allowPrivate) ?? contradiction(endpoint);
    if (refused) return refused;
  }
  return parsed({ endpoints, count: endpoints.length, settings: {} });
}

function oneUri(text: string): ParseResult<Endpoint[]> {
  const endpoint = parseEndpointUri(text, 'open');
  return endpoint.ok ? parsed([endpoint.value]) : endpoint;
}

function hostEndpoints(
  text: string,
  profile: Profile | undefined,
  options: ProfileOptions,
): ParseResult<Endpoint[]> {
  const found = hostWithProfile(text, profile);
  if (!found.ok) return found;
  const { host } = found.value;
  return parsed(expandProfile(found.value.profile, host, host, options));
}

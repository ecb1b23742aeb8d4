import type { Assertions, Endpoint } from '../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { Profile, ProfileOptions } from '../model/profile.ts';
import type { RunSettings } from '../model/request.ts';
import { expandProfile } from '../profiles/index.ts';
import { type AssertionFlags, FLAG_OF, parseAssertionFlags } from './assertion-flags.ts';
import { unusedAssertions, withAssertions } from './assertions.ts';
import { parseHost } from './host.ts';
import { chooseProfile } from './profile-choice.ts';
import { hasProfileFlags, type ProfileFlags, parseProfileFlags } from './profile-flags.ts';
import { quote } from './quote.ts';
import { refuseUnreachableEndpoint } from './reachable-host.ts';
import { completeSettings, parseSettingsFlags, type SettingsFlags, toRunSettings } from './settings.ts';
import type { Targets } from './targets-file.ts';
import { parseEndpointUri } from './uri.ts';

/** What the user typed after `check`. */
export interface CheckFlags extends AssertionFlags, ProfileFlags {
  /** HOST and URI arguments. */
  readonly targets: readonly string[];
  readonly closed: readonly string[];
  readonly file?: string;
  readonly profile?: string;
  readonly allowPrivate: boolean;
  readonly settings: SettingsFlags;
}

export interface CheckRequest {
  /** Id of the profile, when one was named for the whole run. */
  readonly profile?: string;
  readonly endpoints: Iterable<Endpoint>;
  readonly count: number;
  readonly settings: RunSettings;
}

/** From the command line to endpoints and settings, or to one line that says what to mend. Sends no packet. */
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
  return parsed({
    ...(profile && { profile: profile.id }),
    endpoints: targets.value.endpoints,
    count: targets.value.count,
    settings: settings.value,
  });
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
      'with -f FILE, assertions and profile options stand in the file, under `assertions` and `options`',
    );
  // Not at the top: the YAML reader is the largest part of what a run of URIs would load in vain.
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
  for (const text of flags.targets) {
    const isUri = text.includes('://') || text.includes('@');
    const found = isUri ? oneUri(text) : hostEndpoints(text, profile, options.value);
    if (!found.ok) return found;
    if (!isUri) hosts += 1;
    endpoints.push(...found.value);
  }
  if (profile !== undefined && hosts === 0)
    return inputError(
      '--profile goes with a host: write www.example.com instead of a URI, or leave --profile away',
    );
  if (profile === undefined && hasProfileFlags(flags))
    return inputError(
      '--dependencies, --replies, --public-ui, --private-ui and --from-allow-listed go with --profile',
    );
  // Far ends of a profile are the vendor's: what the user asks of the host says nothing about them.
  const isOwn = ({ host, target }: Endpoint) => host === target;
  const kinds = new Set(endpoints.filter(isOwn).map(({ kind }) => kind));
  const [unused] = unusedAssertions(kinds, assertions);
  if (unused !== undefined)
    return inputError(
      `${FLAG_OF[unused]} fits none of the endpoints (${[...kinds].join(', ')}): leave it away`,
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

/** Refuses what can't be reached from the internet, and what is asked to be open and closed at once. */
function checkAll(endpoints: Endpoint[], allowPrivate: boolean): ParseResult<Targets> {
  const open = new Set(endpoints.filter(({ expect }) => expect === 'open').map(({ id }) => id));
  for (const endpoint of endpoints) {
    const refused = refuseUnreachableEndpoint(endpoint, allowPrivate);
    if (refused) return refused;
    const uri = endpoint.id.replace(/ \(closed\)$/, '');
    if (endpoint.expect === 'closed' && open.has(uri))
      return inputError(`${uri} is asked to be open and closed at once: name it once`);
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
  const withPort = /^([^:/]+):([0-9]+)(\/.*)?$/.exec(text);
  if (withPort)
    return inputError(
      `${quote(text)} doesn't say which protocol: write tls://${text}, https://${text} or tcp://${text}`,
    );
  if (text.includes('/'))
    return inputError(`${quote(text)} is neither a host nor a URI: write https://${text}`);
  const host = parseHost(text);
  if (!host.ok) return host;
  if (profile === undefined)
    return inputError(
      `say what to check on ${host.value.host}: add --profile ID (see inbound-check profiles), or write a URI as https://${text}/`,
    );
  return parsed(expandProfile(profile, host.value.host, host.value.host, options));
}

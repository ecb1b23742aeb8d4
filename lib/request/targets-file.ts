import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { Assertions, type Endpoint } from '../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { type Profile, ProfileOptions } from '../model/profile.ts';
import { Expect, Level } from '../model/vocabulary.ts';
import { expandProfile } from '../profiles/index.ts';
import { misplacedAssertion, withAssertions } from './assertions.ts';
import { type Document, readDocument } from './document.ts';
import { parseHost } from './host.ts';
import { chooseProfile } from './profile-choice.ts';
import { refuseUnreachableEndpoint } from './reachable-host.ts';
import { type SettingsInput, SettingsText, toRunSettings } from './settings.ts';
import { parseEndpointUri } from './uri.ts';

/** A URI alone, or with what is expected of it. */
const CheckItem = z.union([
  z.string(),
  z.strictObject({
    uri: z.string(),
    expect: Expect.default('open'),
    level: Level.default('required'),
    assertions: Assertions.optional(),
  }),
]);

const Options = ProfileOptions.partial().extend({
  /** `true`: port 25 without a comparison of the MX. */
  replies: z
    .union([z.boolean(), z.strictObject({ domain: z.string().optional(), recipient: z.email().optional() })])
    .optional(),
});

export const Target = z
  .strictObject({
    /** What reports call it. Default: the host. */
    name: z.string().min(1).max(200).optional(),
    /** The host that `profile` is applied to. */
    host: z.string().optional(),
    /** Id of a profile, or the path of the user's own, relative to this file. */
    profile: z.string().optional(),
    options: Options.optional(),
    /** Asked of every endpoint of this target that they fit and that is expected open. */
    assertions: Assertions.optional(),
    check: z.array(CheckItem).optional(),
    /** URIs that must not be reachable from the internet. */
    closed: z.array(z.string()).optional(),
  })
  .readonly();
export type Target = z.infer<typeof Target>;

/** One file, many targets: `check -f FILE`. */
export const TargetsFile = z.strictObject({
  settings: SettingsText.optional(),
  targets: z.array(Target).min(1, 'expected at least one target'),
});
export type TargetsFile = z.infer<typeof TargetsFile>;

export interface Targets {
  /** Made one after the other while the run goes on; all of them have been read once before, so none is bad. */
  readonly endpoints: Iterable<Endpoint>;
  readonly count: number;
  readonly settings: SettingsInput;
}

export interface TargetsOptions {
  readonly allowPrivate: boolean;
  /** For targets with a host and no profile of their own. */
  readonly profile?: Profile;
}

/** One endpoint of a target, or what is wrong with it, at its place within the target. */
interface Item {
  readonly path: readonly PropertyKey[];
  readonly result: ParseResult<Endpoint>;
}

export async function readTargetsFile(path: string, options: TargetsOptions): Promise<ParseResult<Targets>> {
  const document = await readDocument(path, TargetsFile);
  if (!document.ok) return document;
  const { value } = document.value;
  const directory = path === '-' ? process.cwd() : dirname(resolve(path));
  const profiles = await loadProfiles(document.value, directory);
  if (!profiles.ok) return profiles;
  const itemsOf = (target: Target) => {
    const profile = target.profile === undefined ? options.profile : profiles.value.get(target.profile);
    return targetItems(target, profile);
  };
  let count = 0;
  for (const [index, target] of value.targets.entries()) {
    const items = [...itemsOf(target)];
    count += items.length;
    const error = firstError(items, options.allowPrivate);
    if (error) return document.value.errorAt(['targets', index, ...error.path], error.message);
  }
  const settings = await toRunSettings(value.settings ?? {}, directory);
  if (!settings.ok) return document.value.errorAt(['settings'], settings.message);
  return parsed({
    endpoints: { [Symbol.iterator]: () => endpoints(value.targets, itemsOf) },
    count,
    settings: settings.value,
  });
}

function* endpoints(
  targets: readonly Target[],
  itemsOf: (target: Target) => Iterable<Item>,
): Generator<Endpoint> {
  for (const target of targets) for (const { result } of itemsOf(target)) if (result.ok) yield result.value;
}

function firstError(
  items: Iterable<Item>,
  allowPrivate: boolean,
): { path: readonly PropertyKey[]; message: string } | undefined {
  for (const { path, result } of items) {
    const error = result.ok ? refuseUnreachableEndpoint(result.value, allowPrivate) : result;
    if (error) return { path, message: error.message };
  }
  return undefined;
}

/** Each profile that the file names, read once. */
async function loadProfiles(
  { value, errorAt }: Document<TargetsFile>,
  directory: string,
): Promise<ParseResult<Map<string, Profile>>> {
  const profiles = new Map<string, Profile>();
  for (const [index, { profile: reference }] of value.targets.entries()) {
    if (reference === undefined || profiles.has(reference)) continue;
    const profile = await chooseProfile(reference, directory);
    if (!profile.ok) return errorAt(['targets', index, 'profile'], profile.message);
    profiles.set(reference, profile.value);
  }
  return parsed(profiles);
}

function* targetItems(target: Target, profile: Profile | undefined): Generator<Item> {
  const { host, check = [], closed = [] } = target;
  if (host !== undefined) yield* profileItems(target, host, profile);
  else if (target.profile !== undefined)
    yield { path: ['profile'], result: inputError('goes with `host`: name the host to apply it to') };
  else if (target.options !== undefined)
    yield { path: ['options'], result: inputError('are options of a profile: add `host` and `profile`') };
  else if (check.length + closed.length === 0)
    yield { path: [], result: inputError('has nothing to check: add `host` and `profile`, or `check`') };
  for (const [index, item] of check.entries()) yield* checkItem(target, item, ['check', index]);
  for (const [index, uri] of closed.entries())
    yield { path: ['closed', index], result: named(target, parseEndpointUri(uri, 'closed')) };
}

function* profileItems(target: Target, hostText: string, profile: Profile | undefined): Generator<Item> {
  const host = parseHost(hostText);
  if (!host.ok) return yield { path: ['host'], result: host };
  if (profile === undefined)
    return yield {
      path: ['host'],
      result: inputError('needs a `profile` (or --profile); to check single URIs write them under `check`'),
    };
  const { replies, ...rest } = target.options ?? {};
  const options = ProfileOptions.parse({
    ...rest,
    ...(replies !== undefined && replies !== false && { replies: replies === true ? {} : replies }),
  });
  const name = target.name ?? host.value.host;
  for (const endpoint of expandProfile(profile, host.value.host, name, options)) {
    const own = endpoint.host === host.value.host;
    yield {
      path: ['host'],
      result: parsed(own && target.assertions ? withAssertions(endpoint, target.assertions) : endpoint),
    };
  }
}

function* checkItem(
  target: Target,
  item: z.infer<typeof CheckItem>,
  path: readonly PropertyKey[],
): Generator<Item> {
  const { uri, expect, level, assertions } =
    typeof item === 'string'
      ? { uri: item, expect: 'open' as const, level: 'required' as const, assertions: undefined }
      : item;
  const endpoint = named(target, parseEndpointUri(uri, expect));
  if (!endpoint.ok)
    return yield { path: typeof item === 'string' ? path : [...path, 'uri'], result: endpoint };
  const { kind } = endpoint.value;
  const misplaced = assertions && misplacedAssertion(kind, assertions);
  if (misplaced)
    return yield {
      path: [...path, 'assertions', misplaced.name],
      result: inputError(`is for ${misplaced.fits.join(', ')}, and this URI is ${kind}`),
    };
  const shared = target.assertions ? withAssertions(endpoint.value, target.assertions) : endpoint.value;
  yield {
    path,
    result: parsed({
      ...shared,
      level,
      ...(assertions && { assertions: { ...shared.assertions, ...assertions } }),
    }),
  };
}

function named(target: Target, endpoint: ParseResult<Endpoint>): ParseResult<Endpoint> {
  return endpoint.ok && target.name !== undefined
    ? parsed({ ...endpoint.value, target: target.name })
    : endpoint;
}

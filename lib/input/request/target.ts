/** One target as a person or a program writes it: in a targets file, or in a request to the fleet. */
import * as z from 'zod';
import { Assertions, type Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { type Profile, ProfileOptions } from '../../model/profile.ts';
import { Expect, Level } from '../../model/vocabulary.ts';
import { expandProfile } from '../profiles/index.ts';
import { misplacedAssertion, withAssertions } from './assertions.ts';
import { parseHost } from './host.ts';
import { parseEndpointUri } from './uri.ts';

/** A URI, alone or with what is expected of it. */
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
    /** Its name in reports. Default: the host. */
    name: z.string().min(1).max(200).optional(),
    /** The host that `profile` is applied to. */
    host: z.string().optional(),
    /** Id of a profile, or the path of the user's own, relative to this file. */
    profile: z.string().optional(),
    options: Options.optional(),
    /** Applied to every endpoint of this target that is expected open and whose kind they apply to. */
    assertions: Assertions.optional(),
    check: z.array(CheckItem).optional(),
    /** URIs that must not be reachable from the internet. */
    closed: z.array(z.string()).optional(),
  })
  .readonly();
export type Target = z.infer<typeof Target>;

/** One endpoint of a target, or what is wrong with it, at its place within the target. */
export interface TargetItem {
  readonly path: readonly PropertyKey[];
  readonly result: ParseResult<Endpoint>;
}

/** The target's endpoints in order, or what is wrong with one of them. `profile` is the one that the target names. */
export function* targetItems(target: Target, profile: Profile | undefined): Generator<TargetItem> {
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

function* profileItems(
  target: Target,
  hostText: string,
  profile: Profile | undefined,
): Generator<TargetItem> {
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
): Generator<TargetItem> {
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

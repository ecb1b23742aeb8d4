import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { Endpoint } from '../model/endpoint.ts';
import { type ParseResult, parsed } from '../model/input-error.ts';
import type { Profile } from '../model/profile.ts';
import { type Document, readDocument } from './document.ts';
import { chooseProfile } from './profile-choice.ts';
import { refuseUnreachableEndpoint } from './reachable-host.ts';
import { type SettingsInput, SettingsText, toRunSettings } from './settings.ts';
import { type Item, Target, targetItems } from './target.ts';

export { Target } from './target.ts';

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

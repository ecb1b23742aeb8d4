import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { MeasuredWith } from '../../engine/report-schema.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { Profile } from '../../model/profile.ts';
import { findContradictions } from './contradictions.ts';
import { type Document, parseText } from './document.ts';
import { hostWithProfile, isUri } from './plain-target.ts';
import { chooseProfile } from './profile-choice.ts';
import { refuseUnreachableEndpoint } from './reachable-host.ts';
import { readText } from './read-text.ts';
import { ownProfile } from './relaxed-settings.ts';
import { type SettingsInput, SettingsText, toRunSettings } from './settings.ts';
import { Target, type TargetItem, targetItems } from './target.ts';

/** One file, many targets: `check -f FILE`. */
export const TargetsFile = z.strictObject({
  settings: SettingsText.optional(),
  targets: z.array(Target).min(1, 'expected at least one target'),
});
export type TargetsFile = z.infer<typeof TargetsFile>;

export interface Targets {
  /** Made one after the other during the run; all of them have been checked before, so none is invalid. */
  readonly endpoints: Iterable<Endpoint>;
  readonly count: number;
  readonly settings: SettingsInput;
  /** The user's own profiles that the file names; for the report. */
  readonly asked?: readonly MeasuredWith[];
}

export interface TargetsOptions {
  readonly allowPrivate: boolean;
  /** For targets with a host but without their own profile. */
  readonly profile?: Profile;
}

export async function readTargetsFile(path: string, options: TargetsOptions): Promise<ParseResult<Targets>> {
  const document = await readTargetsDocument(path, options.profile);
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
  const contradiction = findContradictions();
  for (const [index, target] of value.targets.entries()) {
    const items = [...itemsOf(target)];
    count += items.length;
    const error = firstError(items, options.allowPrivate, contradiction);
    if (error) return document.value.errorAt(['targets', index, ...error.path], error.message);
  }
  const settings = await toRunSettings(value.settings ?? {}, directory);
  if (!settings.ok) return document.value.errorAt(['settings'], settings.message);
  return parsed({
    endpoints: { [Symbol.iterator]: () => endpoints(value.targets, itemsOf) },
    count,
    settings: settings.value,
    asked: [...profiles.value].flatMap(([reference, profile]) => ownProfile(profile, reference) ?? []),
  });
}

/** A YAML or JSON file as the schema has it, or a plain list: a host or a URI on each line. */
async function readTargetsDocument(
  path: string,
  profile: Profile | undefined,
): Promise<ParseResult<Document<TargetsFile>>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const lines = plainList(text.value);
  if (lines === undefined) return parseText(path, text.value, TargetsFile);
  const at = (line: number | undefined, message: string) => inputError(`${path}:${line ?? 1}: ${message}`);
  for (const { text: item, line } of lines) {
    const host = isUri(item) ? undefined : hostWithProfile(item, profile);
    if (host?.ok === false) return at(line, host.message);
  }
  return parsed({
    value: { targets: lines.map(({ text: item }) => (isUri(item) ? { check: [item] } : { host: item })) },
    errorAt: ([, index], message) => at(lines[Number(index)]?.line, message),
  });
}

/**
 * The lines of a file that has one word on each line, like a pasted list: `#` begins a comment, a hyphen may come
 * first. `undefined` when any line is more than that, as in YAML or JSON.
 */
function plainList(text: string): { readonly text: string; readonly line: number }[] | undefined {
  const items = text
    .split(/\r?\n/)
    .map((raw, index) => ({
      text: raw
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .replace(/^-\s+/, ''),
      line: index + 1,
    }))
    .filter((item) => item.text !== '');
  const isPlain = items.every(
    ({ text: item }) => /^[^\s[\]{}"'&*!|>%`,-]\S*$/.test(item) && !item.endsWith(':'),
  );
  return items.length > 0 && isPlain ? items : undefined;
}

function* endpoints(
  targets: readonly Target[],
  itemsOf: (target: Target) => Iterable<TargetItem>,
): Generator<Endpoint> {
  for (const target of targets) for (const { result } of itemsOf(target)) if (result.ok) yield result.value;
}

function firstError(
  items: Iterable<TargetItem>,
  allowPrivate: boolean,
  contradiction: ReturnType<typeof findContradictions>,
): { path: readonly PropertyKey[]; message: string } | undefined {
  for (const { path, result } of items) {
    const error = result.ok
      ? (refuseUnreachableEndpoint(result.value, allowPrivate) ?? contradiction(result.value))
      : result;
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

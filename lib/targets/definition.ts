import * as z from 'zod';
import { readTargets } from '../fleet/request.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { MAX_HOSTS } from '../ownership/call.ts';
import { describeIssue, pathText } from '../request/issue.ts';
import { quote } from '../request/quote.ts';
import { refuseUnreachableEndpoint } from '../request/reachable-host.ts';
import { Target } from '../request/target.ts';
import { contactedBy } from './contacted.ts';

/** It is part of paths of the API, of item keys and of names of schedules. */
export const TargetName = z
  .string()
  .regex(
    /^[\p{L}\p{N}]([\p{L}\p{M}\p{N} ._:-]{0,98}[\p{L}\p{M}\p{N}._:-])?$/u,
    'expected a name of 1 to 100 letters, digits, spaces and . _ : -, a letter or digit first',
  );

/** What is registered of a target: the words of a targets file, without the name, which stands beside it. */
export type Definition = Omit<Target, 'name'>;

export interface ReadDefinition {
  readonly definition: Definition;
  /** Whoever a run of it contacts, but the far ends of a profile, which are the vendor's. */
  readonly hosts: readonly string[];
  /** Ids of its endpoints, in order. */
  readonly endpoints: readonly string[];
}

/** Bytes of a definition as JSON: an item of the table holds 400 KB, and a page of a list 1 MB. */
const MAX_BYTES = 100_000;

/**
 * Reads what a target is to be, exactly as a run would, so that what is registered can be run. The error is one line that
 * names the place.
 */
export function readDefinition(name: string, written: unknown): ParseResult<ReadDefinition> {
  const named = TargetName.safeParse(name);
  if (!named.success)
    return inputError(`name: ${quote(name)}: ${named.error.issues[0]?.message ?? 'invalid'}`);
  const target = Target.safeParse(written, { reportInput: true });
  if (!target.success) {
    const { path, message } = describeIssue(target.error);
    return inputError(path.length === 0 ? message : `${pathText(path)}: ${message}`);
  }
  const { name: own, ...definition } = target.data;
  if (Object.keys(definition).length === 0)
    return inputError('has nothing to check: add `host` and `profile`, or `check`');
  if (own !== undefined && own !== name)
    return inputError(`name: ${quote(own)} is not the name it is registered under, ${quote(name)}`);
  if (Buffer.byteLength(JSON.stringify(definition)) > MAX_BYTES)
    return inputError(`is longer than ${MAX_BYTES / 1_000} KB: make several targets of it`);
  const read = readTargets([{ ...definition, name }]);
  if (!read.ok) return inputError(read.message.replace(/^targets\[0\](\.|: )/, ''));
  const endpoints = read.value.flatMap((one) => one.endpoints);
  for (const endpoint of endpoints) {
    const refused = refuseUnreachableEndpoint(endpoint, false);
    // What --allow-private could mend can't be mended in the cloud.
    if (refused)
      return inputError(`${endpoint.id}: ${refused.message.replace(/: add --allow-private.*$/, '')}`);
  }
  const hosts = [...new Set(endpoints.filter(({ farEnd }) => farEnd !== true).flatMap(contactedBy))];
  if (hosts.length > MAX_HOSTS)
    return inputError(
      `${hosts.length} hosts, and a target has at most ${MAX_HOSTS}: make several targets of it`,
    );
  return parsed({ definition, hosts, endpoints: endpoints.map(({ id }) => id) });
}

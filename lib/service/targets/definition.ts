import { describeIssue, pathText } from '../../input/request/issue.ts';
import { quote } from '../../input/request/quote.ts';
import { refuseUnreachableEndpoint } from '../../input/request/reachable-host.ts';
import { Target } from '../../input/request/target.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { MAX_HOSTS } from '../ownership/input.ts';
import { TargetName } from '../state/target-record.ts';
import { contactedBy } from './contacted.ts';
import { readTargets } from './read-targets.ts';

/** What is registered of a target: the words of a targets file, without the name, which is stored next to it. */
export type Definition = Omit<Target, 'name'>;

export interface ReadDefinition {
  readonly definition: Definition;
  /** The hosts that a run of it contacts, except those of a profile that belong to the vendor. */
  readonly hosts: readonly string[];
  /** Ids of its endpoints, in order. */
  readonly endpoints: readonly string[];
}

/** Bytes of a definition as JSON: an item of the table holds 400 KB, and a page of a list 1 MB. */
const MAX_BYTES = 100_000;

/**
 * Reads what a target is to be, exactly as a run would, so that what is registered can be run. The error is one line that
 * names the place.
 *
 * @param allowPrivate addresses that are not on the internet as well: a station may be allowed to probe them
 */
export function readDefinition(
  name: string,
  written: unknown,
  { allowPrivate = false }: { readonly allowPrivate?: boolean } = {},
): ParseResult<ReadDefinition> {
  const named = TargetName.safeParse(name);
  if (!named.success)
    return inputError(`name: ${quote(name)}: ${named.error.issues[0]?.message ?? 'invalid'}`);
  const target = Target.safeParse(written, { reportInput: true });
  if (!target.success) {
    const { path, message } = describeIssue(target.error, Target);
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
    const refused = refuseUnreachableEndpoint(endpoint, allowPrivate);
    // What --allow-private could fix can't be fixed in the cloud.
    if (refused)
      return inputError(`${endpoint.id}: ${refused.message.replace(/: add --allow-private.*$/, '')}`);
  }
  const hosts = [
    ...new Set(endpoints.filter(({ isDependency }) => isDependency !== true).flatMap(contactedBy)),
  ];
  if (hosts.length > MAX_HOSTS)
    return inputError(
      `${hosts.length} hosts, and a target has at most ${MAX_HOSTS}: make several targets of it`,
    );
  return parsed({ definition, hosts, endpoints: endpoints.map(({ id }) => id) });
}

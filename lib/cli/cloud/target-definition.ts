/** The options that say what a target checks, and the words of a targets file for them. */
import type { Command } from 'commander';
import type { AssertionFlags } from '../../input/request/assertion-flags.ts';
import type { ProfileFlags } from '../../input/request/profile-flags.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ProfileOptions } from '../../model/profile.ts';
import type { Definition } from '../../service/targets/definition.ts';
import { addAssertionOptions } from '../options/assertion-options.ts';
import { collect } from '../options/collect.ts';
import { addProfileOptions } from '../options/profile-options.ts';

export interface DefinitionFlags extends AssertionFlags, ProfileFlags {
  readonly host?: string;
  readonly profile?: string;
  readonly check?: readonly string[];
  readonly closed?: readonly string[];
}

export function addDefinitionOptions(command: Command): Command {
  command
    .optionsGroup('What to check:')
    .option('--host <host>', 'the host that the profile is applied to')
    .option('-p, --profile <id>', 'the profile (see profiles)')
    .option('--check <uri>', 'an endpoint, as https://host:port/path or smtp://host (repeatable)', collect)
    .option('--closed <uri>', 'must not be reachable from the internet (repeatable)', collect);
  addProfileOptions(command);
  addAssertionOptions(command);
  return command;
}

export async function definitionOf(flags: DefinitionFlags): Promise<ParseResult<Definition>> {
  const { hasProfileFlags, parseProfileFlags } = await import('../../input/request/profile-flags.ts');
  const { parseAssertionFlags } = await import('../../input/request/assertion-flags.ts');
  const { host, profile, check, closed } = flags;
  if (host === undefined && (profile !== undefined || hasProfileFlags(flags)))
    return inputError('--profile and its options go with --host');
  if (host !== undefined && profile === undefined)
    return inputError('--host needs --profile ID (see inbound-check profiles); or use --check URI');
  const assertions = parseAssertionFlags(flags);
  if (!assertions.ok) return assertions;
  const options = parseProfileFlags(flags);
  if (!options.ok) return options;
  return parsed({
    ...(host !== undefined && { host }),
    ...(profile !== undefined && { profile }),
    ...(hasProfileFlags(flags) && { options: chosen(flags, options.value) }),
    ...(Object.keys(assertions.value).length > 0 && { assertions: assertions.value }),
    ...(check !== undefined && { check: [...check] }),
    ...(closed !== undefined && { closed: [...closed] }),
  });
}

/** Only what was given, without defaults, as a person would write it in a file: a comparison with a file then shows only real differences. */
const chosen = (
  { dependencies, quic, publicUi, privateUi }: ProfileFlags,
  { replies, ui, allowListedVantages }: ProfileOptions,
): Definition['options'] => ({
  ...(dependencies === true && { dependencies }),
  ...(quic === true && { quic }),
  ...(replies !== undefined && { replies: Object.keys(replies).length === 0 ? true : replies }),
  ...((publicUi || privateUi) && { ui }),
  ...(allowListedVantages.length > 0 && { allowListedVantages }),
});

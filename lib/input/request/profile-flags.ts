import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { ProfileOptions } from '../../model/profile.ts';
import { parseHost } from './host.ts';
import { quote } from './quote.ts';

/** The flags of `check` that adapt a profile to a customer. */
export interface ProfileFlags {
  readonly dependencies?: boolean;
  readonly quic?: boolean;
  /** `--replies` alone is `true`; with a domain its name. */
  readonly replies?: boolean | string;
  readonly recipient?: string;
  readonly publicUi?: boolean;
  readonly privateUi?: boolean;
  readonly fromAllowListed?: readonly string[];
}

/** Was any flag given that has no effect without a profile? (--recipient is also an assertion.) */
export function hasProfileFlags(flags: ProfileFlags): boolean {
  const { dependencies, quic, replies, publicUi, privateUi, fromAllowListed } = flags;
  return Boolean(dependencies || quic || replies || publicUi || privateUi || fromAllowListed?.length);
}

export function parseProfileFlags(flags: ProfileFlags): ParseResult<ProfileOptions> {
  if (flags.publicUi && flags.privateUi)
    return inputError(
      '--public-ui and --private-ui exclude each other: is the web interface meant for all or for none?',
    );
  const replies = parseReplies(flags.replies);
  if (!replies.ok) return replies;
  return parsed(
    ProfileOptions.parse({
      dependencies: flags.dependencies ?? false,
      quic: flags.quic ?? false,
      ...(replies.value && { replies: replies.value }),
      ui: flags.privateUi ? 'private' : flags.publicUi ? 'public' : 'allow-listed',
      allowListedVantages: flags.fromAllowListed ?? [],
    }),
  );
}

function parseReplies(value: boolean | string | undefined): ParseResult<{ domain?: string } | undefined> {
  if (value === undefined || value === false) return parsed(undefined);
  if (value === true) return parsed({});
  const domain = parseHost(value);
  if (!domain.ok) return inputError(`--replies: ${domain.message}`);
  return domain.value.literal === 0
    ? parsed({ domain: domain.value.host })
    : inputError(`--replies takes the sender's mail domain, not the address ${quote(value)}`);
}

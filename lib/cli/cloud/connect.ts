import type { Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';

export interface CloudOptions {
  readonly api?: string;
  readonly region?: string;
}

/** Adds the options of every command that asks the deployed fleet. */
export const cloudOptions = (command: Command): Command =>
  command
    .optionsGroup('Where the fleet is:')
    .option('--api <url>', 'address of its API (default: $INBOUND_CHECK_API)')
    .option('--region <region>', "its region (default: from the address, or AWS's own setting)");

/** Makes the client; nothing is sent yet. */
export async function connect(
  { api, region }: CloudOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ParseResult<ApiClient>> {
  const text = api ?? environment.INBOUND_CHECK_API;
  if (text === undefined || text === '')
    return inputError(
      'say where the fleet is: --api URL or $INBOUND_CHECK_API, with the output ApiUrl of its control stack',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isApiAddress(url))
    return inputError(
      `--api: expected an address as https://ID.execute-api.REGION.amazonaws.com, not ${quote(text)}`,
    );
  const chosen = region ?? regionIn(url) ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION);
  if (chosen === undefined || chosen === '')
    return inputError('the address does not tell its region: add --region, or set AWS_REGION');
  const { createApiClient } = await import('../../aws/api-client.ts');
  return parsed(createApiClient({ url, region: chosen }));
}

/** Signed requests go over TLS; a plain address is for a machine's own emulation of the cloud. */
const isApiAddress = ({ protocol, hostname, pathname, search, username }: URL): boolean =>
  (protocol === 'https:' ||
    (protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname))) &&
  pathname === '/' &&
  search === '' &&
  username === '';

const regionIn = ({ hostname }: URL): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];

import type { Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { apiAddress, isTokenText } from './api-address.ts';

export interface CloudOptions {
  readonly api?: string;
  readonly region?: string;
}

/** Adds the options of every command that asks a fleet or station. */
export const cloudOptions = (command: Command): Command =>
  command
    .optionsGroup('Where the fleet is:')
    .option('--api <url>', 'address of its API (default: $INBOUND_CHECK_API)')
    .option('--region <region>', "its region (default: from the address, or AWS's own setting)");

/** Whether it is known whom to ask. */
export const hasApi = (
  { api }: Pick<CloudOptions, 'api'>,
  { INBOUND_CHECK_API }: NodeJS.ProcessEnv = process.env,
): boolean => (api ?? INBOUND_CHECK_API ?? '') !== '';

/** Makes the client; nothing is sent yet. */
export async function connect(
  { api, region }: CloudOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ParseResult<ApiClient>> {
  const text = api ?? environment.INBOUND_CHECK_API;
  if (text === undefined || text === '')
    return inputError(
      'say where the fleet is: --api URL or $INBOUND_CHECK_API, with the output ApiUrl of its control stack, or the address of a station',
    );
  const url = apiAddress(text);
  if (url === undefined)
    return inputError(
      `--api: expected an address as https://ID.execute-api.REGION.amazonaws.com, or http://127.0.0.1:8025 of a station, not ${quote(text)}`,
    );
  const token = await tokenFor(url, environment);
  if (!token.ok) return token;
  if (token.value !== undefined) {
    const { createBearerClient } = await import('../../service/client/bearer-client.ts');
    return parsed(createBearerClient({ url, token: token.value }));
  }
  const chosen = regionOf(url, region, environment);
  if (!chosen.ok) return chosen;
  const { createApiClient } = await import('../../aws/api-client.ts');
  return parsed(createApiClient({ url, region: chosen.value }));
}

/** Where a fleet's API is; a station, for which there is a token, is refused. */
export async function fleetAddress(
  { api, region }: CloudOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ParseResult<{ readonly url: URL; readonly region: string }>> {
  const text = api ?? environment.INBOUND_CHECK_API ?? '';
  const url = apiAddress(text);
  if (url === undefined)
    return inputError(
      `say where the fleet is: --api URL or $INBOUND_CHECK_API, with the output ApiUrl of its control stack${text === '' ? '' : `, not ${quote(text)}`}`,
    );
  if (await asksStation({ api: text }, environment))
    return inputError(`a station has its console at its own address: open ${url.origin} in a browser`);
  const chosen = regionOf(url, region, environment);
  return chosen.ok ? parsed({ url, region: chosen.value }) : chosen;
}

function regionOf(url: URL, given: string | undefined, environment: NodeJS.ProcessEnv): ParseResult<string> {
  const chosen = given ?? regionIn(url) ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION);
  return chosen === undefined || chosen === ''
    ? inputError(
        'the address does not tell its region: add --region, or set AWS_REGION; for a station: inbound-check login URL, or $INBOUND_CHECK_TOKEN',
      )
    : parsed(chosen);
}

/** Whether the address is that of a station, as far as the caller has a token for it. */
export async function asksStation(
  { api }: CloudOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const url = apiAddress(api ?? environment.INBOUND_CHECK_API ?? '');
  const token = url && (await tokenFor(url, environment));
  return token?.ok === true && token.value !== undefined;
}

/** With a token it is a station, without one a fleet on AWS. */
async function tokenFor(url: URL, environment: NodeJS.ProcessEnv): Promise<ParseResult<string | undefined>> {
  const { INBOUND_CHECK_TOKEN } = environment;
  if (INBOUND_CHECK_TOKEN !== undefined && INBOUND_CHECK_TOKEN !== '')
    return isTokenText(INBOUND_CHECK_TOKEN)
      ? parsed(INBOUND_CHECK_TOKEN)
      : inputError('$INBOUND_CHECK_TOKEN holds no token: one word, as inbound-check serve token prints it');
  const { keptToken } = await import('../../local/api-tokens.ts');
  return keptToken(url.origin, environment);
}

const regionIn = ({ hostname }: URL): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];

/** Requests to the API of a fleet, each signed with the person's temporary credentials (AWS Signature Version 4). */
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { unsignedRequest } from '../../service/client/unsigned-request.ts';
import type { ConsoleAnswer, ConsoleRequest, Transport } from '../api/transport.ts';
import type { AwsCredentials } from './aws-credentials.ts';
import type { FleetSettings } from './fleet-settings.ts';
import type { ConsoleSession } from './session.ts';

/** Longest wait for an answer, milliseconds: API Gateway gives up after 30 s. */
const TIMEOUT_MS = 35_000;

/** As a station says it of a session that has ended. */
const SIGNED_OUT: ConsoleAnswer = {
  status: 401,
  mediaType: 'application/problem+json',
  text: JSON.stringify({ title: 'Not signed in' }),
};

export const signedTransport =
  (
    { api, region }: Pick<FleetSettings, 'api' | 'region'>,
    session: Pick<ConsoleSession, 'credentials' | 'dropCredentials' | 'now'>,
  ): Transport =>
  async (request) => {
    const send = async (): Promise<ConsoleAnswer> => {
      const credentials = await session.credentials();
      if (credentials === undefined) return SIGNED_OUT;
      return sent(new URL(request.path, api), request, region, credentials, session.now());
    };
    const answer = await send();
    if (!isStale(answer)) return answer;
    session.dropCredentials();
    return send();
  };

/** API Gateway's words for credentials that are over: the request itself was not judged. */
const isStale = ({ status, text }: ConsoleAnswer): boolean =>
  status === 403 && /"The security token included in the request is (?:expired|invalid)/.test(text);

async function sent(
  url: URL,
  { method, body }: ConsoleRequest,
  region: string,
  credentials: AwsCredentials,
  signingDate: Date,
): Promise<ConsoleAnswer> {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(unsignedRequest(method, url, body), { signingDate });
  // The browser sets it itself.
  const { host: _host, ...own } = headers;
  const response = await fetch(url, {
    method,
    headers: own,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    mediaType: response.headers.get('content-type')?.split(';', 1)[0] ?? '',
    text: await response.text(),
  };
}

/** The API over HTTPS, signed with the operator's AWS credentials. */
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { parseJson } from '../model/parse-json.ts';
import { printable } from '../net/printable.ts';
import {
  createHttpClient,
  type HttpClientOptions,
  type StrangeAnswer,
} from '../service/client/http-client.ts';
import { unsignedRequest } from '../service/client/unsigned-request.ts';
import type { ApiClient } from '../service/contracts/api-client.ts';
import { problem } from '../service/contracts/problem.ts';

export interface ApiClientOptions {
  /** `https://host`, without a path. */
  readonly url: URL;
  readonly region: string;
  /** Absent: from the places where AWS's own tools find them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Credentials come from the places where AWS's own tools find them (environment, profile, SSO, role), at the first call.
 */
export const createApiClient = (options: ApiClientOptions): ApiClient =>
  createHttpClient({ url: options.url, ...apiSigner(options), explain });

/** How a request to the API is signed, and what is said where that can't be done. */
export function apiSigner({
  region,
  credentials,
}: Pick<ApiClientOptions, 'region' | 'credentials'>): Required<
  Pick<HttpClientOptions, 'authorise' | 'authoriseWords'>
> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: credentials ?? defaultProvider(),
    sha256: Sha256,
  });
  return { authorise: signedBy(signer), authoriseWords };
}

const signedBy =
  (signer: SignatureV4): HttpClientOptions['authorise'] =>
  async ({ method, url, body }) => {
    const signed = await signer.sign(unsignedRequest(method, url, body));
    return signed.headers;
  };

const authoriseWords = ({ name, message }: Error): string | undefined =>
  name === 'CredentialsProviderError'
    ? `no AWS credentials: sign in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID (${printable(message, 200)})`
    : undefined;

/** API Gateway's own refusals are not problem documents: `{"message":"Forbidden"}`. */
function explain({ status, text, what }: StrangeAnswer): ReturnType<HttpClientOptions['explain']> {
  const { message } = z.object({ message: z.string() }).catch({ message: '' }).parse(parseJson(text));
  const words = printable(message === '' ? `status ${status}` : message, 300);
  switch (status) {
    case 403:
      return {
        status: 'refused',
        problem: problem(
          'forbidden',
          `AWS refuses ${what} (${words}): your role's policy does not allow it (inbound-check-operator-REGION allows everything), or the credentials are not of this account`,
        ),
      };
    case 404:
      return {
        status: 'refused',
        problem: problem('not-found', `the API has no ${what}: is the address right?`),
      };
    case 429:
      return {
        status: 'refused',
        problem: problem('rate-limited', 'too many requests: try again in a minute'),
      };
    // What Lambda says when it throttles becomes this too (AWS re:Post, "api-gateway-internal-server-error").
    case 500:
      return {
        status: 'unreachable',
        message: `the API fails at ${what}: ${words}: Lambda had no room for its function (docs/deploy.md, A new account), or it crashed: try again in a minute, then see its log`,
      };
    default:
      return { status: 'unreachable', message: `the API fails at ${what}: ${words}` };
  }
}

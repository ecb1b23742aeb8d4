/** Asks a home as a vantage: each request signed with the key of this machine. */
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createHttpClient } from '../../service/client/http-client.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { bodyDigest, signRequest } from '../../service/site/signature.ts';

export interface SiteClientOptions {
  readonly url: URL;
  readonly name: string;
  readonly privateKey: KeyObject;
  /** Epoch ms. */
  readonly now: () => number;
}

export const createSiteClient = ({ url, name, privateKey, now }: SiteClientOptions): ApiClient =>
  createHttpClient({
    url,
    authorise: async ({ method, url: asked, body = '' }) => ({
      ...JSON_BODY,
      authorization: signRequest(
        { method, path: asked.pathname },
        { name, time: now(), nonce: randomBytes(16).toString('hex'), digest: bodyDigest(body) },
        privateKey,
      ),
    }),
    explain: ({ status, what }) => ({
      status: 'unreachable',
      message: `${url.host} answers ${what} with the status ${status}: is it a station or a fleet of Inbound Check?`,
    }),
  });

/** For joining, which needs the code alone. */
export const createJoinClient = (url: URL): ApiClient =>
  createHttpClient({
    url,
    authorise: async () => JSON_BODY,
    explain: ({ status, what }) => ({
      status: 'unreachable',
      message: `${url.host} answers ${what} with the status ${status}: is it a station or a fleet of Inbound Check?`,
    }),
  });

const JSON_BODY = { 'content-type': 'application/json' } as const;

/** A key of its own for each home. */
export const newSiteKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

export const keyText = (privateKey: KeyObject): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A sign-in that was begun: the address to go to, and the secret that its code is worth nothing without (RFC 7636). */
import { Sha256 } from '@aws-crypto/sha256-js';
import type { FleetSettings } from './fleet-settings.ts';

export interface BegunSignIn {
  readonly state: string;
  readonly verifier: string;
}

/** @param origin of the console, where the browser is sent back to */
export function beginSignIn(
  { login, client }: FleetSettings,
  origin: string,
): BegunSignIn & { readonly url: string } {
  const state = randomText();
  const verifier = randomText();
  const hash = new Sha256();
  hash.update(verifier);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: `${origin}/`,
    scope: 'openid email',
    state,
    code_challenge: base64url(hash.digestSync()),
    code_challenge_method: 'S256',
  });
  return { state, verifier, url: `https://${login}/oauth2/authorize?${query}` };
}

/** Ends the session of the sign-in page, too, and comes back. */
export const signOutUrl = ({ login, client }: FleetSettings, origin: string): string =>
  `https://${login}/logout?${new URLSearchParams({ client_id: client, logout_uri: `${origin}/` })}`;

/** 256 bits, as text of 43 characters. */
const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (char) => ({ '+': '-', '/': '_' })[char] ?? '');

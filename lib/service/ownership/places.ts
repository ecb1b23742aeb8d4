/** Where the challenge of a target is looked for, and what must be there. */
import { bracketed, hostPort } from '../../net/host-port.ts';
import { isIP } from '../../net/ip.ts';

/**
 * An underscore label is not a host name, so nobody gets it by registering or renting a host, and it conflicts with none
 * (RFC 8552 §1.1); `_acme-challenge` does the same (RFC 8555 §8.4).
 */
const LABEL = '_inbound-check';
/** RFC 8615: a path that belongs to the server's operator, not to its users. */
export const PROOF_PATH = '/.well-known/inbound-check.txt';
const MAX_NAME = 253;

/** 128 bits as lower-case hex: RFC 8555 §8.1 asks for as many. */
export const CHALLENGE = /^[0-9a-f]{32}$/;

/** What must be published for one host, ready to be copied; any one of the places is enough. */
export interface ProofPlaces {
  readonly host: string;
  /** Absent for an address: the owner of a reverse zone need not own the address (RFC 8738 §4.1). */
  readonly txt?: { readonly name: string; readonly value: string };
  readonly file: { readonly url: string; readonly content: string };
}

export function placesOf(host: string, challenge: string): ProofPlaces {
  const name = txtName(host);
  return {
    host,
    ...(name !== undefined && { txt: { name, value: txtValue(challenge) } }),
    file: { url: proofUrl('http', host).href, content: challenge },
  };
}

export const txtValue = (challenge: string): string => `inbound-check=${challenge}`;

/** `undefined` for an address, and for a name too long to have a label before it. */
export function txtName(host: string): string | undefined {
  const name = `${LABEL}.${host}`;
  return isIP(host) !== 0 || name.length > MAX_NAME ? undefined : name;
}

/** @param port absent: the scheme's own */
export function proofUrl(scheme: 'http' | 'https', host: string, port?: number): URL {
  const authority = port === undefined ? bracketed(host) : hostPort(host, port);
  return new URL(`${scheme}://${authority}${PROOF_PATH}`);
}

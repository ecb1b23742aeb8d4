import type { Assertions } from '../../model/endpoint.ts';
import { Assertions as AssertionsSchema } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { parseHost } from './host.ts';
import { parseInteger } from './quantities.ts';
import { quote } from './quote.ts';
import { parseAddress } from './setting-values.ts';
import { parseStatusSet } from './status-set.ts';

/** The flags of `check` that say what must be true beyond "the protocol answered". */
export interface AssertionFlags {
  readonly expectStatus?: string;
  readonly expectAddress?: readonly string[];
  readonly redirectToHttps?: boolean;
  readonly titleContains?: string;
  readonly bodyContains?: string;
  readonly acmePath?: boolean;
  readonly certDays?: string;
  readonly certDaysWarn?: string;
  readonly tlsMin?: string;
  readonly requireStarttls?: boolean;
  readonly recipient?: string;
  readonly relayTest?: boolean;
  readonly mxDomain?: string;
  readonly issuer?: string;
}

/** Which flag sets which assertion; messages name the flag. */
export const FLAG_OF: { readonly [A in keyof Assertions]-?: string } = {
  status: '--expect-status',
  redirectToHttps: '--redirect-to-https',
  titleContains: '--title-contains',
  bodyContains: '--body-contains',
  acmePath: '--acme-path',
  certDaysWarn: '--cert-days-warn',
  certDaysFail: '--cert-days',
  tlsMinVersion: '--tls-min',
  starttls: '--require-starttls',
  recipient: '--recipient',
  relayTest: '--relay-test',
  mxDomain: '--mx-domain',
  issuer: '--issuer',
  send: '?send=',
  addresses: '--expect-address',
};

type Field = (flags: AssertionFlags) => ParseResult<unknown> | undefined;
const MAX_DAYS = 10_000;

const FIELDS: { readonly [A in keyof Assertions]: Field } = {
  status: ({ expectStatus }) => given(expectStatus, parseStatusSet),
  redirectToHttps: ({ redirectToHttps }) => given(redirectToHttps, parsed),
  titleContains: ({ titleContains }) => given(titleContains, parsed),
  bodyContains: ({ bodyContains }) => given(bodyContains, parsed),
  acmePath: ({ acmePath }) => given(acmePath, parsed),
  certDaysFail: ({ certDays }) => given(certDays, (text) => parseInteger(text, 0, MAX_DAYS)),
  certDaysWarn: ({ certDaysWarn }) => given(certDaysWarn, (text) => parseInteger(text, 0, MAX_DAYS)),
  tlsMinVersion: ({ tlsMin }) => given(tlsMin, parseTlsVersion),
  starttls: ({ requireStarttls }) => given(requireStarttls, parsed),
  recipient: ({ recipient }) => given(recipient, parsed),
  relayTest: ({ relayTest }) => given(relayTest, parsed),
  mxDomain: ({ mxDomain }) => given(mxDomain, parseDomain),
  issuer: ({ issuer }) => given(issuer, parseDomain),
  addresses: ({ expectAddress }) => given(expectAddress, parseAddresses),
};

/** Reads the flags; an empty object when none was given. */
export function parseAssertionFlags(flags: AssertionFlags): ParseResult<Assertions> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const result = field(flags);
    if (result === undefined) continue;
    if (!result.ok) return inputError(`${FLAG_OF[name as keyof Assertions]}: ${result.message}`);
    values[name] = result.value;
  }
  const assertions = AssertionsSchema.safeParse(values);
  if (assertions.success) return parsed(assertions.data);
  const [issue] = assertions.error.issues;
  const flag = FLAG_OF[issue?.path[0] as keyof Assertions];
  return inputError(`${flag}: ${issue?.message ?? 'invalid'}`);
}

function given<T>(value: T | undefined, parse: (value: T) => ParseResult<unknown>) {
  return value === undefined ? undefined : parse(value);
}

function parseTlsVersion(text: string): ParseResult<string> {
  const match = /^(?:TLSv?)?1(?:\.([0-3]))?$/i.exec(text);
  if (!match) return inputError(`expected 1.0, 1.1, 1.2 or 1.3, not ${quote(text)}`);
  return parsed(match[1] === undefined || match[1] === '0' ? 'TLSv1' : `TLSv1.${match[1]}`);
}

function parseDomain(text: string): ParseResult<string> {
  const host = parseHost(text);
  if (!host.ok) return host;
  return host.value.literal === 0
    ? parsed(host.value.host)
    : inputError(`expected a mail domain, not the address ${quote(text)}`);
}

function parseAddresses(texts: readonly string[]): ParseResult<string[]> {
  const addresses: string[] = [];
  for (const text of texts) {
    const address = parseAddress(text);
    if (!address.ok) return address;
    addresses.push(address.value);
  }
  return parsed(addresses);
}

import type { Assertions, Endpoint } from '../model/endpoint.ts';
import type { Kind } from '../model/vocabulary.ts';

type AssertionName = keyof Assertions;

const WEB = ['http', 'https'] as const;
const WITH_CERTIFICATE = ['tls', 'https', 'smtp', 'smtps'] as const;
const MAIL = ['smtp', 'smtps'] as const;

/** The kinds that each assertion means something for. */
const FITS: { readonly [A in AssertionName]-?: readonly Kind[] } = {
  status: WEB,
  redirectToHttps: ['http'],
  titleContains: WEB,
  bodyContains: WEB,
  acmePath: ['http'],
  certDaysWarn: WITH_CERTIFICATE,
  certDaysFail: WITH_CERTIFICATE,
  tlsMinVersion: WITH_CERTIFICATE,
  starttls: ['smtp'],
  recipient: MAIL,
  relayTest: MAIL,
  mxDomain: MAIL,
  send: ['tcp'],
  addresses: ['dns'],
};

const names = (assertions: Assertions) => Object.keys(assertions) as AssertionName[];

/** The first assertion that means nothing for the kind, with the kinds it is for. */
export function misplacedAssertion(
  kind: Kind,
  assertions: Assertions,
): { readonly name: AssertionName; readonly fits: readonly Kind[] } | undefined {
  const name = names(assertions).find((candidate) => !FITS[candidate].includes(kind));
  return name === undefined ? undefined : { name, fits: FITS[name] };
}

/** Those of the assertions that fit the kind; `undefined` when none does. */
export function fittingAssertions(kind: Kind, assertions: Assertions): Assertions | undefined {
  const fitting = names(assertions).filter((name) => FITS[name].includes(kind));
  if (fitting.length === 0) return undefined;
  return Object.fromEntries(fitting.map((name) => [name, assertions[name]])) as Assertions;
}

/** The assertions that fit none of the kinds: a flag that would silently do nothing. */
export function unusedAssertions(kinds: ReadonlySet<Kind>, assertions: Assertions): AssertionName[] {
  return names(assertions).filter((name) => !FITS[name].some((kind) => kinds.has(kind)));
}

/**
 * Adds what the user asks for to an endpoint that is expected open; what was there before gives way, except that an
 * ACME row keeps its own idea of the answer (a 404 is right there).
 */
export function withAssertions(endpoint: Endpoint, assertions: Assertions): Endpoint {
  if (endpoint.expect === 'closed' || endpoint.assertions?.acmePath === true) return endpoint;
  const fitting = fittingAssertions(endpoint.kind, assertions);
  return fitting === undefined
    ? endpoint
    : { ...endpoint, assertions: { ...endpoint.assertions, ...fitting } };
}

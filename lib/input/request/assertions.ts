import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Assertions, Endpoint } from '../../model/endpoint.ts';
import { KINDS, type Kind } from '../../model/vocabulary.ts';

type AssertionName = keyof Assertions;

/** The kinds that an assertion applies to. */
const kindsFor = (name: AssertionName): readonly Kind[] =>
  KINDS.filter((kind) => descriptorOf(kind).assertions.includes(name));

const fits = (kind: Kind, name: AssertionName): boolean => descriptorOf(kind).assertions.includes(name);

const names = (assertions: Assertions) => Object.keys(assertions) as AssertionName[];

/** The first assertion that does not apply to the kind, with the kinds it applies to. */
export function misplacedAssertion(
  kind: Kind,
  assertions: Assertions,
): { readonly name: AssertionName; readonly fits: readonly Kind[] } | undefined {
  const name = names(assertions).find((candidate) => !fits(kind, candidate));
  return name === undefined ? undefined : { name, fits: kindsFor(name) };
}

/** The assertions that apply to the kind; `undefined` when none does. */
export function fittingAssertions(kind: Kind, assertions: Assertions): Assertions | undefined {
  const fitting = names(assertions).filter((name) => fits(kind, name));
  if (fitting.length === 0) return undefined;
  return Object.fromEntries(fitting.map((name) => [name, assertions[name]])) as Assertions;
}

/** The assertions that apply to none of the kinds: a flag that would silently do nothing. */
export function unusedAssertions(kinds: ReadonlySet<Kind>, assertions: Assertions): AssertionName[] {
  return names(assertions).filter((name) => !kindsFor(name).some((kind) => kinds.has(kind)));
}

/**
 * Adds what the user asks for to an endpoint that is expected open; it replaces what was there before, except that an
 * ACME row keeps its own expected answer (a 404 is right there).
 */
export function withAssertions(endpoint: Endpoint, assertions: Assertions): Endpoint {
  if (endpoint.expect === 'closed' || endpoint.assertions?.acmePath === true) return endpoint;
  const fitting = fittingAssertions(endpoint.kind, assertions);
  return fitting === undefined
    ? endpoint
    : { ...endpoint, assertions: { ...endpoint.assertions, ...fitting } };
}

import type { ApiCaller, Contract } from '../contracts/contract.ts';
import type { Answer, Handler, HandlersOf } from './handler.ts';

/** What reached a route, read but not yet typed. */
export interface RoutedCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: ApiCaller;
}

export interface Route {
  readonly contract: Contract;
  /** The handler; what it gets was parsed by the contract's schemas. */
  readonly handle: (call: RoutedCall) => Promise<Answer<unknown>>;
}

/** Routes of contracts that have a handler each. */
export function routesOf<T extends Readonly<Record<string, Contract>>>(
  contracts: T,
  handlers: HandlersOf<T>,
): Route[] {
  return Object.entries(contracts).map(([key, contract]) => ({
    contract,
    // The router parses by the very contract that the handler is typed by, which the compiler can't follow.
    handle: (call) => (handlers[key] as Handler<Contract>)(call as Parameters<Handler<Contract>>[0]),
  }));
}

/** `/targets/{name}/runs` as what it is made of; a parameter is one segment. */
export const segmentsOf = (path: string): string[] => path.split('/').slice(1);

export type Found =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** Methods that are known there; none: nothing is there. */
  | { readonly allowed: readonly string[] };

/**
 * Finds the route of a request. A path that is there literally wins over one with a parameter in the same place.
 *
 * @param segments of the request's path, decoded
 */
export function findRoute(routes: readonly Route[], method: string, segments: readonly string[]): Found {
  const there = routes
    .map((route) => ({ route, params: paramsOf(route.contract.path, segments) }))
    .filter((one): one is { route: Route; params: Record<string, string> } => one.params !== undefined)
    .sort((one, other) => Object.keys(one.params).length - Object.keys(other.params).length);
  const found = there.find(({ route }) => route.contract.method === method);
  return found ?? { allowed: [...new Set(there.map(({ route }) => route.contract.method))].sort() };
}

function paramsOf(path: string, segments: readonly string[]): Record<string, string> | undefined {
  const pattern = segmentsOf(path);
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const given = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && given !== '') params[name] = given;
    else if (part !== given) return undefined;
  }
  return params;
}

import { CLOSED_SUFFIX } from '../../engine/plan/endpoint-id.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { type InputError, inputError } from '../../model/input-error.ts';

/** Gets one endpoint after the other: an error for the one that is expected to be both open and closed. */
export function findContradictions(): (endpoint: Pick<Endpoint, 'id' | 'expect'>) => InputError | undefined {
  const seen = { open: new Set<string>(), closed: new Set<string>() };
  return ({ id, expect }) => {
    const uri = id.endsWith(CLOSED_SUFFIX) ? id.slice(0, -CLOSED_SUFFIX.length) : id;
    seen[expect].add(uri);
    return seen[expect === 'open' ? 'closed' : 'open'].has(uri)
      ? inputError(`${uri} is asked to be open and closed at once: name it once`)
      : undefined;
  };
}

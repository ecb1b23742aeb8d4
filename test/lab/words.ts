import type { Expected } from './case.ts';
import type { Outcome } from './run-case.ts';

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

const either = (values: readonly (string | undefined)[]): string =>
  [...new Set(values.map((value) => value ?? 'none'))].join(' or ');

/** `fail · filtered · tcp.filtered · network`, as the table has it. */
export function expectedWords({ verdict, state, cause, side }: Expected): string {
  const states = asList(state);
  const parts = [either(asList(verdict)), Array.isArray(verdict) ? either(states) : states.join(' + ')];
  if (cause !== undefined) parts.push(either(asList(cause)));
  if (side !== undefined) parts.push(either(asList(side)));
  return parts.join(' · ');
}

/** The same of what was said. */
export function saidWords({ report, states }: Outcome): string {
  const { verdict, cause, side, alsoFound = [] } = report;
  const also = alsoFound.length > 0 ? ` (also ${alsoFound.join(', ')})` : '';
  return `${[verdict, states.join(' + '), cause, side].filter((word) => word !== undefined).join(' · ')}${also}`;
}

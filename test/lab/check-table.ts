import type { Expected, LabCase } from './case.ts';

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** What is wrong with the table itself: it is data, and data has mistakes. */
export function tableMistakes(cases: readonly LabCase[]): string[] {
  const byId = new Map(cases.map((one) => [one.id, one]));
  return [
    ...(byId.size < cases.length ? ['two cases have the same id'] : []),
    ...cases.flatMap((one) => caseMistakes(one, byId).map((mistake) => `${one.id}: ${mistake}`)),
  ];
}

function caseMistakes(one: LabCase, byId: ReadonlyMap<string, LabCase>): string[] {
  const { expected, indistinguishableFrom = [], reason } = one;
  const causes = asList(expected.cause).filter((cause) => cause !== undefined);
  const sides = asList(expected.side).filter((side) => side !== undefined);
  return [
    ...(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/.test(one.id) ? [] : ['its id is no DNS label']),
    ...(causes.length > 0 === sides.length > 0 ? [] : ['a cause goes with a side']),
    ...(indistinguishableFrom.length > 0 && reason === undefined ? ['why can it not be distinguished?'] : []),
    ...indistinguishableFrom.flatMap((id) => {
      const other = byId.get(id);
      if (other === undefined) return [`there is no case ${id}`];
      return alike(expected, other.expected)
        ? []
        : [
            `it is not distinguished from ${id}, but neither are both inconclusive nor do both carry the same causes`,
          ];
    }),
  ];
}

/** What can't be distinguished must not get different names: both inconclusive, or the same causes. */
function alike(a: Expected, b: Expected): boolean {
  if (a.verdict === 'inconclusive' && b.verdict === 'inconclusive') return true;
  const causes = ({ cause, alsoFound = [] }: Expected): string =>
    [...asList(cause), ...(alsoFound === 'any' ? [] : alsoFound)].sort().join();
  return causes(a) === causes(b);
}

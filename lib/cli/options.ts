/** Commands tell their exit status through this; `main` returns it. */
export type SetStatus = (status: number) => void;

/** For commander: gathers the values of a repeatable option. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

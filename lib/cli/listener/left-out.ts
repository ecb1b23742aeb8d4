/** Ids that are named in one line. */
const NAMED = 8;

/** Of what was asked, what `--with-listener` can't ask. */
export function leftOutWords(ids: readonly string[]): string {
  const named =
    ids.length <= NAMED ? ids.join(', ') : `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`;
  return `no listener can stand in for these, so they are left out: ${named}`;
}

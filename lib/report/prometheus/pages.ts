/**
 * Metrics that come in pages. In the text format 0.0.4 a line that begins with `#` and is neither HELP nor TYPE is a
 * comment, so a page says in one how to get the next page; and all samples of a family must be together, so pages are merged.
 */

const NEXT = '# inbound-check next page: ';

/** @param cursor absent: it is the last page */
export const withNext = (text: string, cursor: string | undefined): string =>
  cursor === undefined ? text : `${text}${NEXT}${cursor}\n`;

export function nextOf(page: string): string | undefined {
  const at = page.lastIndexOf(NEXT);
  return at < 0 || (at > 0 && page[at - 1] !== '\n') ? undefined : page.slice(at + NEXT.length).trim();
}

interface MetricFamily {
  readonly comments: string[];
  /** By name and labels: of two samples the later one is kept. */
  readonly samples: Map<string, string>;
}

/** One text of all pages, families in the order in which they come first. */
export function createMerged() {
  const families = new Map<string, MetricFamily>();
  const familyOf = (name: string): MetricFamily => {
    const known = families.get(name);
    if (known !== undefined) return known;
    const made: MetricFamily = { comments: [], samples: new Map() };
    families.set(name, made);
    return made;
  };
  return {
    add(page: string): void {
      for (const line of page.split('\n')) {
        const comment = /^# (?:HELP|TYPE) (\S+) /.exec(line)?.[1];
        if (comment !== undefined) {
          const { comments } = familyOf(comment);
          if (!comments.includes(line)) comments.push(line);
        } else if (line !== '' && !line.startsWith('#')) {
          const name = /^[^{ ]+/.exec(line)?.[0] ?? '';
          const value = line.lastIndexOf(' ');
          familyOf(name).samples.set(line.slice(0, value), line.slice(value + 1));
        }
      }
    },
    /** Pieces of the text, a family each. */
    *text(): Generator<string> {
      for (const { comments, samples } of families.values())
        yield [...comments, ...Array.from(samples, ([series, value]) => `${series} ${value}`), ''].join('\n');
    },
  };
}

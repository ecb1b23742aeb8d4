/**
 * Compares what a page shows with what was printed. Ids, times, addresses, tokens and durations differ from run to run:
 * each in the page stands for one in the print, and the same one ever after, so that a command further down may name it.
 */

/** Kinds of text that differ, the longest forms first. */
const VARYING = {
  link: String.raw`https?://[^\s"'<>)]+/s/[\w-]{43}`,
  fingerprint: 'SHA256:[A-Za-z0-9+/]{43}=?',
  secret: 'whsec_[A-Za-z0-9+/]{43}=?',
  arn: String.raw`arn:aws:[\w:/+=,.@-]+[\w]`,
  runId: String.raw`\b(?:scheduled-)?\d{8}T\d{6}Z-[0-9a-f]{8,16}\b`,
  time: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?`,
  date: String.raw`\d{4}-\d\d-\d\d`,
  clock: String.raw`\b\d\d:\d\d(?::\d\d(?:\.\d+)?)?\b`,
  hex: String.raw`\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b`,
  address: String.raw`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b`,
  duration: String.raw`\b\d+(?:\.\d+)? (?:ms|s|min|minutes?|seconds?|hours?|days?)\b`,
} as const;
type VaryingKind = keyof typeof VARYING;
const KINDS = Object.keys(VARYING) as VaryingKind[];
const ANY = new RegExp(KINDS.map((kind) => `(?<${kind}>${VARYING[kind]})`).join('|'), 'g');

/** Those that are names of things; the others are measured, and mean nothing further down. */
const NAMES: ReadonlySet<VaryingKind> = new Set(['link', 'runId', 'hex', 'address', 'fingerprint']);

/** A line that matches any number of lines, and within a line the rest of it. */
const LEFT_OUT = '…';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface Vocabulary {
  /** Words of the page to what they stand for. */
  readonly known: Map<string, string>;
}
export const createVocabulary = (): Vocabulary => ({ known: new Map() });

/** A command as the page has it, with the names of this run. */
export function inWordsOfTheRun(text: string, { known }: Vocabulary): string {
  const names = [...known.keys()].sort((one, other) => other.length - one.length);
  return names.length === 0
    ? text
    : text.replace(new RegExp(names.map(escaped).join('|'), 'g'), (name) => known.get(name) ?? name);
}

/** What is wrong with the print, or `undefined`; what the page's names stand for is learned on the way. */
export function compare(shown: string, printed: string, vocabulary: Vocabulary): string | undefined {
  const wanted = linesOf(shown);
  const given = linesOf(printed);
  let at = 0;
  for (const [index, line] of wanted.entries()) {
    if (line.trim() === LEFT_OUT) continue;
    const mayskip = wanted[index - 1]?.trim() === LEFT_OUT;
    const found = mayskip
      ? given.findIndex((one, place) => place >= at && matches(line, one, vocabulary))
      : at < given.length && matches(line, given[at] ?? '', vocabulary)
        ? at
        : -1;
    if (found < 0) return `the page shows\n  ${line}\nand printed was\n  ${given[at] ?? '(nothing more)'}`;
    at = found + 1;
  }
  return at < given.length && wanted.at(-1)?.trim() !== LEFT_OUT
    ? `the page does not show\n  ${given[at] ?? ''}`
    : undefined;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

/** Spaces may differ in number: what varies is of other lengths in a table. */
function matches(shown: string, printed: string, { known }: Vocabulary): boolean {
  const names: { readonly word: string; readonly group: string }[] = [];
  const piece = (text: string): string => escaped(text).replace(/ +/g, ' +').replaceAll(LEFT_OUT, '.*');
  let pattern = '';
  let end = 0;
  for (const found of shown.matchAll(ANY)) {
    const [word] = found;
    const kind = KINDS.find((one) => found.groups?.[one] !== undefined) ?? 'hex';
    const stands = known.get(word);
    pattern += piece(shown.slice(end, found.index));
    end = found.index + word.length;
    if (stands !== undefined) pattern += escaped(stands);
    else {
      pattern += `(?<v${names.length}>${VARYING[kind]})`;
      names.push({ word: NAMES.has(kind) ? word : '', group: `v${names.length}` });
    }
  }
  pattern += piece(shown.slice(end));
  const match = new RegExp(`^${pattern}$`).exec(printed);
  if (match === null) return false;
  for (const { word, group } of names) {
    const stands = match.groups?.[group];
    if (word !== '' && stands !== undefined && word !== stands) known.set(word, stands);
  }
  return true;
}

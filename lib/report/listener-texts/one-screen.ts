/** Fills lines of a program so that it fits on a terminal of 24 lines: it is pasted, and has to be seen whole. */

/** Characters of a line. */
const WIDTH = 80;
/** In a template: a blank at which no line may end, as in a regular expression. Within double quotes none may. */
const KEPT_BLANK = '␠';

/** @param program one statement a line; a line end may take the place of every blank outside double quotes */
export function fillPerl(program: string): string {
  const words = partsOf(program, /"(?:\\.|[^"\\\n])*"|[^\s"]+|\s+/g, () => false);
  return broken(words, () => '').replaceAll(KEPT_BLANK, ' ');
}

/** @param program one compound statement a line; a line may end within brackets, and elsewhere with a backslash */
export function fillPython(program: string): string {
  const lines = program
    .trim()
    .split('\n')
    .map((line) => {
      const parts = partsOf(line, /"(?:\\.|[^"\\\n])*"|[([{]|[^\s"([{]+|\s+/g, (token) =>
        /^[([{]$/.test(token),
      );
      return broken(parts, (depth) => (depth > 0 ? '' : ' \\'));
    });
  return lines.join('\n');
}

interface Part {
  readonly text: string;
  /** Before it, where no line ends. */
  readonly blank: '' | ' ';
}

function partsOf(text: string, token: RegExp, endsPart: (token: string) => boolean): Part[] {
  const parts: Part[] = [];
  let current = '';
  let blank: Part['blank'] = '';
  const end = (next: Part['blank']): void => {
    if (current !== '') parts.push({ text: current, blank });
    else if (next === '') return;
    current = '';
    blank = next;
  };
  for (const [found] of text.matchAll(token)) {
    if (/^\s/.test(found)) end(' ');
    else {
      current += found;
      if (endsPart(found)) end('');
    }
  }
  end('');
  return parts;
}

/** @param endAt what a line ends with, by the number of brackets that are open */
function broken(parts: readonly Part[], endAt: (depth: number) => string): string {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  for (const [index, { text, blank }] of parts.entries()) {
    const after = depth + opened(text);
    const room = WIDTH - (index === parts.length - 1 ? 0 : endAt(after).length);
    if (line === '') line = text;
    else if (line.length + blank.length + text.length <= room) line += blank + text;
    else {
      lines.push(line + endAt(depth));
      line = text;
    }
    depth = after;
  }
  return [...lines, line].join('\n');
}

function opened(text: string): number {
  const plain = text.replace(/"(?:\\.|[^"\\])*"/g, '');
  return (plain.match(/[([{]/g)?.length ?? 0) - (plain.match(/[)\]}]/g)?.length ?? 0);
}

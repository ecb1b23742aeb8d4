/**
 * A page of docs/ read as a story: what happens, in the order of the page. Commands are the lines of ```sh fences; what
 * one prints is the ```text fence behind it, before the next heading; "Exit status 1." behind that is its exit status, 0 unless it is told.
 * What happens to the customer's servers meanwhile is in comments, which readers of the rendered page don't see:
 * `<!-- story: port 25 of shop.example.com is dropped -->`.
 *
 * Where a fleet and a station differ, readers are told by the same words as the tests: `**In a fleet alone.**` at the
 * beginning of a paragraph holds to the next heading that is no lower than the one above it, `**On a station**` before a
 * ```text fence has that one take the place of the one before.
 */

/** Who answers the commands. */
export const HOMES = ['fleet', 'station'] as const;
export type HomeName = (typeof HOMES)[number];

export interface Command {
  readonly kind: 'command';
  /** 1-based, in the page. */
  readonly line: number;
  readonly text: string;
  /** What it prints; absent: the page does not show it. */
  readonly output?: string;
  readonly status: number;
  /** What happens while it runs. */
  readonly meanwhile: readonly string[];
}
export interface Happening {
  readonly kind: 'happening';
  readonly line: number;
  readonly text: string;
}
/** A ```yaml fence that begins with `# NAME`: the reader writes this file. */
export interface Written {
  readonly kind: 'file';
  readonly line: number;
  readonly name: string;
  readonly content: string;
}
export type Event = Command | Happening | Written;

const FENCE = /^```(\w*)$/;
const STORY = /^<!-- story: (.+) -->$/;
const MEANWHILE = /^meanwhile, (.+)$/;
const HEADING = /^(#+) /;
const FLEET_ALONE = /^\*\*In a fleet alone\b/;
const ON_A_STATION = /^\*\*On a station\b.*:$/;
const STATUS = /^Exit status (\d+)\b/;

export function readStory(markdown: string, home: HomeName = 'fleet'): Event[] {
  const lines = markdown.split('\n');
  const events: Event[] = [];
  let meanwhile: string[] = [];
  /** What is written below another heading belongs to no command above it. */
  let isTold = false;
  let level = 0;
  /** The level of the heading whose part is not for this home. */
  let leftOut: number | undefined;
  let isForStation = false;
  const amendLast = (more: Partial<Command>): void => {
    const last = events.at(-1);
    if (isTold && last?.kind === 'command') events[events.length - 1] = { ...last, ...more };
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const heading = HEADING.exec(line)?.[1];
    if (heading !== undefined) {
      isTold = false;
      level = heading.length;
      if (leftOut !== undefined && level <= leftOut) leftOut = undefined;
    }
    if (home === 'station' && FLEET_ALONE.test(line)) leftOut ??= level;
    if (ON_A_STATION.test(line)) isForStation = true;
    const told = leftOut === undefined ? STORY.exec(line)?.[1] : undefined;
    if (told !== undefined) {
      const during = MEANWHILE.exec(told)?.[1];
      if (during === undefined) events.push({ kind: 'happening', line: at + 1, text: told });
      else meanwhile.push(during);
      continue;
    }
    const status = STATUS.exec(line)?.[1];
    if (status !== undefined && leftOut === undefined) amendLast({ status: Number(status) });
    const language = FENCE.exec(line)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    const block = lines.slice(at + 1, end);
    if (leftOut !== undefined) {
      at = end;
      continue;
    }
    if (language === 'sh') {
      for (const { text, line: offset } of joined(block)) {
        events.push({ kind: 'command', line: at + 1 + offset, text, status: 0, meanwhile });
        meanwhile = [];
        isTold = true;
      }
      isForStation = false;
    } else if (language === 'text') {
      if (!isForStation || home === 'station') amendLast({ output: block.join('\n') });
      isForStation = false;
    } else {
      const name = /^# ([\w.-]+\.ya?ml)$/.exec(block[0] ?? '')?.[1];
      if (name !== undefined)
        events.push({ kind: 'file', line: at + 1, name, content: `${block.join('\n')}\n` });
    }
    at = end;
  }
  return events;
}

/** Lines of a fence, with those that end in a backslash joined. `line`: 1-based in the fence. */
function joined(block: readonly string[]): { readonly text: string; readonly line: number }[] {
  const commands: { text: string; line: number }[] = [];
  let open = false;
  for (const [index, line] of block.entries()) {
    const text = line.replace(/\s*\\$/, '').trim();
    const last = commands.at(-1);
    if (open && last !== undefined) last.text += ` ${text}`;
    else if (text !== '' && !text.startsWith('#')) commands.push({ text, line: index + 1 });
    open = line.endsWith('\\');
  }
  return commands;
}

/** As a shell splits it, with double quotes alone. */
export const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Arguments of the tool, or `undefined` for another command. */
export function toolArgs(line: string): string[] | undefined {
  const [tool, ...args] = words(line);
  return tool === 'inbound-check' ? args : undefined;
}

/** Commands that ask a deployed fleet. */
const CLOUD = ['run', 'validate', 'target', 'schedule', 'share', 'fleet', 'webhook', 'metrics'];
export const isCloud = ([command = '', ...rest]: readonly string[]): boolean =>
  !rest.includes('--help') &&
  (CLOUD.includes(command) || (command === 'history' && rest.includes('--cloud')));

/** Pages that begin with this are stories as a whole: their local commands too, on files that earlier ones made. */
const WHOLE = /^<!-- story -->$/m;
export const isWholeStory = (markdown: string): boolean => WHOLE.test(markdown);

/** What the harness runs of a page; no commands: the page is no story. */
export function storyOf(markdown: string, home: HomeName = 'fleet'): Event[] {
  const whole = isWholeStory(markdown);
  const events = readStory(markdown, home).filter(({ kind, ...event }) => {
    if (kind !== 'command') return true;
    const { text } = event as Command;
    const args = toolArgs(text);
    return args !== undefined ? whole || isCloud(args) : whole && text.startsWith('export ');
  });
  return events.some(({ kind }) => kind === 'command') ? events : [];
}

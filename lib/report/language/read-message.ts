/** A message of a report, whose parameters a later version may have made of anything. */
import type { Message, MessageParam } from '../../model/message.ts';
import type { ReportedMessage } from './wording.ts';

/** Phrases within phrases; ours have four at most. */
const DEEPEST = 12;

/** Undefined where a parameter is neither a number, nor a text, nor made of messages. */
export function readMessage({ key, params }: ReportedMessage): Message | undefined {
  return read({ key, params }, 0);
}

function read(found: unknown, depth: number): Message | undefined {
  if (depth > DEEPEST || typeof found !== 'object' || found === null) return undefined;
  const { key, params } = found as { key?: unknown; params?: unknown };
  if (typeof key !== 'string' || typeof params !== 'object' || params === null) return undefined;
  const entries: [string, MessageParam][] = [];
  for (const [name, param] of Object.entries(params)) {
    const value = readParam(param, depth + 1);
    if (value === undefined) return undefined;
    entries.push([name, value]);
  }
  return { key, params: Object.fromEntries(entries) };
}

function readParam(param: unknown, depth: number): MessageParam | undefined {
  if (typeof param === 'string' || typeof param === 'number') return param;
  if (!Array.isArray(param)) return read(param, depth);
  const phrases = param.map((one) => read(one, depth));
  return phrases.every((one) => one !== undefined) ? phrases : undefined;
}

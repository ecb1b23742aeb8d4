import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type InputError, inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { describeIssue, pathText } from './issue.ts';
import { quote } from './quote.ts';
import { readText } from './read-text.ts';

/** A YAML or JSON file (JSON is YAML) read by a schema, with the line numbers of its parts for messages. */
export interface Document<T> {
  readonly value: T;
  /** An error about the part at `path`, with file and line. */
  errorAt(path: readonly PropertyKey[], message: string): InputError;
}

export async function readDocument<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<ParseResult<Document<z.output<S>>>> {
  const text = await readText(path);
  return text.ok ? parseText(path, text.value, schema) : text;
}

/** `name` is the file's name in messages. */
export function parseText<S extends z.ZodType>(
  name: string,
  text: string,
  schema: S,
): ParseResult<Document<z.output<S>>> {
  const data = toData(name, text);
  if (!data.ok) return data;
  const errorAt = (path: readonly PropertyKey[], message: string): InputError => {
    const place = pathText(path);
    return inputError(`${name}:${lineOf(text, path)}: ${place === '' ? '' : `${place}: `}${message}`);
  };
  const result = schema.safeParse(data.value, { reportInput: true });
  if (result.success) return parsed({ value: result.data, errorAt });
  const { path, message } = describeIssue(result.error, schema);
  return errorAt(path, message);
}

function toData(name: string, text: string): ParseResult<unknown> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const json = asJson(name, text);
    if (json !== undefined) return json;
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return inputError(`${name}:${line}:${col}: not valid YAML: ${oneLine(error.message)}`);
  }
  try {
    return parsed(document.toJS());
  } catch (error) {
    // Aliases that multiply ("billion laughs"), or one without its anchor.
    return inputError(`${name}: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}

/** The value or the error of text that is meant to be JSON; `undefined` for other text. */
function asJson(name: string, text: string): ParseResult<unknown> | undefined {
  if (!/\.json$/i.test(name) && !/^\s*[{[]/.test(text)) return undefined;
  try {
    return parsed(JSON.parse(text));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // V8 reports the offset, except at the end of the text.
    const offset = Number(/ at position (\d+)/.exec(said)?.[1] ?? text.trimEnd().length);
    const before = text.slice(0, offset).split('\n');
    const reason = said.replace(/ in JSON at position .*$|, (?:\.\.\.)?".*$/s, '');
    return inputError(
      `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: not valid JSON: ${oneLine(reason)}`,
    );
  }
}

const oneLine = (text: string) => quote(text.replace(/\s+/g, ' ').trim()).slice(1, -1);

/**
 * Line (from 1) of the part at `path`, or of the nearest part around it. Parses again: errors are rare, and keeping
 * the tree of a file with 10,000 targets would need far more memory than the targets.
 */
function lineOf(text: string, path: readonly PropertyKey[]): number {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  let offset = 0;
  let node: unknown = document.contents;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!isPair(pair)) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return lineCounter.linePos(offset).line;
}

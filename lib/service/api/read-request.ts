/** From an HTTP request to what a contract's handler gets, or to the problem with it. */

import type { z } from 'zod';
import { type Described, describeIssue, pathText } from '../../input/request/issue.ts';
import { quote } from '../../input/request/quote.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Problem } from '../contracts/problem.ts';
import { refused } from './handler.ts';
import type { HttpEvent } from './http-event.ts';

/** Bytes of a body. A run of a hundred targets, or the largest target that is kept, is well below. */
export const MAX_BODY_BYTES = 400_000;
const MAX_QUERY_BYTES = 8_000;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };
const read = <T>(value: T): Read<T> => ({ ok: true, value });

/**
 * Segments of a path, decoded. API Gateway hands paths over decoded already; no name that the API takes holds a `%`, so
 * that another decoding changes none.
 */
export function readPath(path: string): Read<string[]> {
  try {
    return read(path.split('/').slice(1).map(decodeURIComponent));
  } catch {
    return refused('bad-request', 'the path is no percent-encoded UTF-8', 'path');
  }
}

export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Everything that the contract asks for, by its schemas. Everything else is refused. */
export function readParts(
  contract: Contract,
  params: Readonly<Record<string, string>>,
  event: HttpEvent,
): Read<RequestParts> {
  const path = bySchema(contract.params, params, 'path');
  if (!path.ok) return path;
  const asked = readQuery(event.rawQueryString);
  if (!asked.ok) return asked;
  const query = bySchema(contract.query, asked.value, 'query');
  if (!query.ok) return query;
  const body = readBody(contract, event);
  if (!body.ok) return body;
  return read({ params: path.value, query: query.value, body: body.value });
}

function bySchema(
  schema: z.ZodType | undefined,
  given: Readonly<Record<string, string>>,
  at: string,
): Read<unknown> {
  if (schema !== undefined) return parse(schema, given, at);
  const [extra] = Object.keys(given);
  return extra === undefined
    ? read(undefined)
    : refused('bad-request', `unknown key ${quote(extra)}`, `${at}.${extra}`.slice(0, 100));
}

function parse(schema: z.ZodType, given: unknown, at: string): Read<unknown> {
  const result = schema.safeParse(given, { reportInput: true });
  if (result.success) return read(result.data);
  const described: Described = describeIssue(result.error, schema);
  const place = pathText([at, ...described.path]);
  return refused('bad-request', `${place}: ${described.message}`, place.slice(0, 200));
}

function readQuery(text: string): Read<Record<string, string>> {
  if (text.length > MAX_QUERY_BYTES) return refused('bad-request', 'the query is too long', 'query');
  const given = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    if (given.has(key)) return refused('bad-request', `${quote(key)} is given twice`, 'query');
    given.set(key, value);
  }
  return read(Object.fromEntries(given));
}

function readBody({ body: schema }: Contract, { headers, ...event }: HttpEvent): Read<unknown> {
  const text = bodyText(event);
  if (!text.ok) return text;
  if (schema === undefined)
    return text.value === '' ? read(undefined) : refused('bad-request', 'no body goes with this', 'body');
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    return refused('unsupported-media-type', 'send the body as content-type: application/json', 'body');
  const json = parseJson(text.value);
  return json === undefined
    ? refused('bad-request', 'the body is no JSON', 'body')
    : parse(schema, json, 'body');
}

function bodyText({ body = '', isBase64Encoded }: Pick<HttpEvent, 'body' | 'isBase64Encoded'>): Read<string> {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return bytes.length > MAX_BODY_BYTES
    ? refused('too-large', `the body has more than ${MAX_BODY_BYTES} bytes`, 'body')
    : read(bytes.toString('utf8'));
}

import { type AnswerOf, type AskedOf, type OperationId, places } from './operations.ts';
import type { ApiRefusal, ApiReply } from './reply.ts';
import type { ConsoleAnswer, Transport } from './transport.ts';

/** Calls one operation. Never rejects. */
export type ConsoleApi = <Id extends OperationId>(
  id: Id,
  asked: AskedOf<Id>,
) => Promise<ApiReply<AnswerOf<Id>>>;

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

export function createApi(transport: Transport): ConsoleApi {
  return async <Id extends OperationId>(id: Id, asked: AskedOf<Id>): Promise<ApiReply<AnswerOf<Id>>> => {
    const [method, path] = places[id];
    const { params = {}, query = {}, body } = asked as Parts;
    const request = {
      method,
      path: pathOf(path, params, query),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    try {
      return read<AnswerOf<Id>>(await transport(request));
    } catch {
      return { status: 'unreachable' };
    }
  };
}

function pathOf(
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? filled : `${filled}?${new URLSearchParams(given)}`;
}

function read<T>({ status, mediaType, text }: ConsoleAnswer): ApiReply<T> {
  const isJson = mediaType === 'application/json' || mediaType.endsWith('+json');
  // A document in another form than JSON is a result of its own, as the text of a ticket.
  if (status < 300 && !isJson) return { status: 'answered', value: text as T };
  const value = parse(text);
  if (status < 300) return { status: 'answered', value: value as T };
  // What stands between (a proxy, a gateway) answers in words of its own, or with none.
  if (status >= 500 && mediaType !== 'application/problem+json') return { status: 'unreachable' };
  return { status: 'refused', refusal: refusalOf(status, value) };
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(httpStatus: number, value: unknown): ApiRefusal {
  const fields =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string | undefined =>
    typeof fields[name] === 'string' ? fields[name] : undefined;
  const at = text('at');
  const type = text('type');
  return {
    httpStatus,
    title: text('title') ?? `HTTP ${httpStatus}`,
    detail: text('detail') ?? '',
    ...(type !== undefined && { type }),
    ...(at !== undefined && { at }),
  };
}

/**
 * Whether the base URL leads here: the station asks for itself by it, with a word that nobody else knows, and the word has
 * to arrive in this process and to come back. So the name resolves, the certificate is good for it, and the way from this
 * machine leads to this station. Whether it does so for others, who may have another name server or another way, it can't say.
 */
import { printable } from '../../../net/printable.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { OpenPages } from '../http/open-pages.ts';

export interface BaseUrlCheck {
  /** Why links would lead nowhere, as one clause; undefined: the last look led here. Looks again if that was long ago. */
  trouble(): Promise<string | undefined>;
  /** Answers the station's own question. */
  readonly pages: OpenPages;
}

export interface BaseUrlPorts {
  readonly baseUrl: URL;
  /** Rejects when there is no answer. */
  readonly ask: (url: URL) => Promise<string>;
  readonly newNonce: () => string;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
  readonly telemetry: Pick<Telemetry, 'info' | 'warn'>;
  /** Called when what the last look said is another thing than the one before. Never throws. */
  readonly changed: (trouble: string | undefined) => void;
}

/** A good look counts for so long, a bad one for a moment: whoever has mended the proxy tries again at once. */
const GOOD_MS = 600_000;
const BAD_MS = 5_000;
const PATH = '/health';

export function createBaseUrlCheck(ports: BaseUrlPorts): BaseUrlCheck {
  const { baseUrl, ask, newNonce, elapsed, telemetry, changed } = ports;
  const pending = new Map<string, { client?: string }>();
  let last: { readonly at: number; readonly trouble: string | undefined } | undefined;
  let looking: Promise<string | undefined> | undefined;

  const look = async (): Promise<string | undefined> => {
    const nonce = newNonce();
    const seen: { client?: string } = {};
    pending.set(nonce, seen);
    const url = new URL(`${PATH}?check=${nonce}`, baseUrl);
    const answer = await ask(url).catch((error: unknown) => ({ error: wordsOf(error) }));
    pending.delete(nonce);
    const trouble = troubleOf(answer, nonce, seen);
    if (last === undefined || last.trouble !== trouble) {
      if (trouble === undefined) telemetry.info('the base URL leads here', { client: seen.client });
      else telemetry.warn('the base URL does not lead here: no links are made', { reason: trouble });
      changed(trouble);
    }
    last = { at: elapsed(), trouble };
    return trouble;
  };

  return {
    async trouble() {
      if (last !== undefined && elapsed() - last.at < (last.trouble === undefined ? GOOD_MS : BAD_MS))
        return last.trouble;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    async pages({ method, path, query, client }) {
      const nonce = /^check=([0-9a-f]+)$/.exec(query)?.[1];
      const seen = nonce === undefined ? undefined : pending.get(nonce);
      if (method !== 'GET' || path !== PATH || seen === undefined) return undefined;
      seen.client = client;
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: `${JSON.stringify({ check: nonce })}\n`,
      };
    },
  };
}

function troubleOf(
  answer: string | { readonly error: string },
  nonce: string,
  { client }: { readonly client?: string },
): string | undefined {
  if (typeof answer !== 'string')
    return client === undefined
      ? `nothing arrived here, and the answer was: ${answer.error}`
      : `the request arrived here, but its answer did not come back: ${answer.error}`;
  if (client === undefined) return 'something else answers there';
  return answer.includes(nonce) ? undefined : 'the request arrived here, but another answer came back';
}

/** `fetch failed` hides the reason in its cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error), 200);
  if (error.name === 'TimeoutError') return `no answer within ${ASK_MS / 1_000} s`;
  return printable(error.cause instanceof Error ? error.cause.message : error.message, 200);
}

const ASK_MS = 5_000;
const MAX_ANSWER_BYTES = 1_000;

/** Over the network, with the certificates that Node trusts. Rejects when there is no answer of status 200. */
export async function askOverHttps(url: URL): Promise<string> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ASK_MS) });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  return text;
}

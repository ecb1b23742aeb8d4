/**
 * Sends what was measured so far to where whoever follows the run reads it, while the rest goes on: one request at a time, each with
 * everything, and no more of them than they are paced to. What is lost on the way is in the next one, and in the answer.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Milliseconds between two requests, and more for each endpoint that one has. */
export const EARLY_EVERY_MS = 1_000;
const EACH_MS = 20;
/** For one request. */
const PUT_MS = 5_000;
/** A place that takes nothing is left alone. */
const MOST_FAILURES = 3;

export interface EarlyTelling {
  /** There is more. `endpoints`: of how many there is something in `text`. */
  news(text: () => string, endpoints: number): void;
  end(): void;
}

/** @param url takes a PUT of the whole, as a presigned URL of S3 does */
export function tellEarly(url: string, everyMs = EARLY_EVERY_MS): EarlyTelling {
  const isTls = url.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let next: { readonly text: () => string; readonly endpoints: number } | undefined;
  let isBusy = false;
  let ended = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const put = (text: string): Promise<boolean> =>
    new Promise((resolve) => {
      const body = Buffer.from(text, 'utf8');
      const asking = (isTls ? httpsRequest : httpRequest)(
        url,
        { method: 'PUT', agent, timeout: PUT_MS, headers: { 'content-length': body.length } },
        (response) => {
          response.on('error', () => undefined);
          response.resume();
          resolve(response.statusCode === 200);
        },
      );
      asking.on('timeout', () => asking.destroy());
      asking.on('error', () => resolve(false));
      asking.on('close', () => resolve(false));
      asking.end(body);
    });
  const go = async (): Promise<void> => {
    if (next === undefined || ended) return;
    const { text, endpoints } = next;
    next = undefined;
    isBusy = true;
    failures = (await put(text())) ? 0 : failures + 1;
    if (failures === MOST_FAILURES) end();
    if (ended) return;
    timer = setTimeout(
      () => {
        isBusy = false;
        void go();
      },
      everyMs + EACH_MS * endpoints,
    ).unref();
  };
  const end = (): void => {
    ended = true;
    clearTimeout(timer);
    agent.destroy();
  };
  return {
    news(text, endpoints) {
      next = { text, endpoints };
      if (!isBusy) void go();
    },
    end,
  };
}

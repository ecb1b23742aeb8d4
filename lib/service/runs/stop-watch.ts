import { type ClientRequest, Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { Family } from '../../model/vocabulary.ts';

/** Milliseconds between two requests, and for one request. */
const EVERY_MS = 2_000;
const LOOK_MS = 2_000;
/** One lost answer is no reason to end a run; so many in a row mean that a stop would not be seen from here. */
export const MOST_UNREADABLE = 5;

/** One of the two is called, once. */
export interface StopEvents {
  stopped(): void;
  /** `MOST_UNREADABLE` answers in a row could not be read. `why`: the last of them, as `ETIMEDOUT` or `status 503`. */
  unreadable(why: string): void;
}

interface WatchOptions {
  readonly everyMs?: number;
  /** The one family that the network has: of a name with both, the other's addresses would only cost time. */
  readonly family?: Family;
}

/**
 * Asks `url` every two seconds, until the watch is ended. S3 answers 200 when the fleet is stopped, and 403 or 404 while
 * it is not. Anything else, an error or silence included, is unreadable: an operator who stops the fleet then can't
 * reach this prober, so that it may not go on for long.
 *
 * @returns ends the watch
 */
export function watchStop(
  url: string,
  events: StopEvents,
  { everyMs = EVERY_MS, family }: WatchOptions = {},
): () => void {
  const isTls = url.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let timer: NodeJS.Timeout | undefined;
  let asking: ClientRequest | undefined;
  let ended = false;
  let unreadable = 0;

  const end = (): void => {
    ended = true;
    clearTimeout(timer);
    asking?.destroy();
    agent.destroy();
  };
  const next = (): void => {
    if (ended) return;
    clearTimeout(timer);
    timer = setTimeout(look, everyMs).unref();
  };
  const unread = (why: string): void => {
    if (ended) return;
    unreadable += 1;
    if (unreadable < MOST_UNREADABLE) next();
    else {
      end();
      events.unreadable(why);
    }
  };
  const heard = (response: IncomingMessage): void => {
    const { statusCode } = response;
    // What comes after the head says nothing more.
    response.on('error', () => undefined);
    response.resume();
    if (statusCode === 200) {
      if (ended) return;
      end();
      events.stopped();
    } else if (statusCode === 403 || statusCode === 404) {
      unreadable = 0;
      next();
    } else unread(`status ${statusCode}`);
  };
  const look = (): void => {
    let told = false;
    const once = (why: string): void => {
      if (told) return;
      told = true;
      unread(why);
    };
    try {
      const options = { agent, timeout: LOOK_MS, ...(family !== undefined && { family }) };
      const answered = (response: IncomingMessage): void => {
        told = true;
        heard(response);
      };
      asking = isTls ? httpsGet(url, options, answered) : httpGet(url, options, answered);
    } catch {
      once('no address that can be asked');
      return;
    }
    const current = asking;
    current.on('timeout', () => {
      once(`no answer in ${LOOK_MS} ms`);
      current.destroy();
    });
    current.on('error', (error: NodeJS.ErrnoException) => once(error.code ?? error.message));
  };
  next();
  return end;
}

import { type ClientRequest, Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';

/** Milliseconds from one look to the next, and for one look. */
const EVERY_MS = 2_000;
const LOOK_MS = 2_000;

/**
 * Asks `url` every two seconds, until the watch is ended: 200 means that the fleet is stopped. Anything else, an error
 * or silence included, means to go on: a prober that can't reach the bucket is no reason to lose a run, and the
 * dispatcher has looked just before.
 *
 * @param stopped called once
 * @returns ends the watch
 */
export function watchStop(url: string, stopped: () => void, everyMs = EVERY_MS): () => void {
  const isTls = url.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let timer: NodeJS.Timeout | undefined;
  let asking: ClientRequest | undefined;
  let ended = false;

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
  const heard = (response: IncomingMessage): void => {
    response.on('error', next);
    if (response.statusCode === 200) {
      if (ended) return;
      end();
      stopped();
      return;
    }
    response.on('end', next);
    response.resume();
  };
  const look = (): void => {
    try {
      const options = { agent, timeout: LOOK_MS };
      asking = isTls ? httpsGet(url, options, heard) : httpGet(url, options, heard);
    } catch {
      // No address that can be asked.
      return;
    }
    asking.on('timeout', () => asking?.destroy());
    asking.on('error', next);
  };
  next();
  return end;
}

/** After a check with --they-read on a terminal: what does the person at the other end read? */
import {
  type ReadBack,
  type ReadBackEndpoint,
  readBack,
  readBackWords,
  wasAsked,
} from '../../kinds/listener/read-back-port.ts';
import { hostPort } from '../../net/host-port.ts';

/** @returns `undefined`: the input ended, and nothing more is asked */
export type AskPerson = (question: string) => Promise<string | undefined>;

/**
 * Asks once for each host and port that got a challenge; an empty answer goes on to the next.
 *
 * @returns what was typed, by the endpoint's id
 */
export async function askReadBack(
  endpoints: readonly (ReadBackEndpoint & { readonly id: string })[],
  ask: AskPerson,
  write: (line: string) => void,
): Promise<ReadonlyMap<string, ReadBack>> {
  const results = new Map<string, ReadBack>();
  const places = new Map(
    endpoints.filter(wasAsked).map((endpoint) => [hostPort(endpoint.host, endpoint.port), endpoint]),
  );
  for (const [place, { id, host, port }] of places) {
    const typed = await ask(`${place}: what do they read? (Enter: nothing) `);
    if (typed === undefined) break;
    if (typed.trim() === '') continue;
    const result = readBack(typed, port, host, endpoints);
    results.set(id, result);
    write(`${place}: ${readBackWords(result)}`);
  }
  return results;
}

/** A line of the terminal at a time. */
export async function terminalAsk(): Promise<{ readonly ask: AskPerson; readonly close: () => void }> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let isClosed = false;
  lines.once('close', () => {
    isClosed = true;
  });
  const ask: AskPerson = (question) =>
    new Promise((resolve) => {
      if (isClosed) return resolve(undefined);
      const onClose = (): void => resolve(undefined);
      lines.once('close', onClose);
      lines.question(question, (typed) => {
        lines.off('close', onClose);
        resolve(typed);
      });
    });
  return { ask, close: () => lines.close() };
}

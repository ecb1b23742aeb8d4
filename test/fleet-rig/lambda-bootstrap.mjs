/**
 * Runs in a process of its own what Lambda's Node runtime runs in a sandbox: loads a bundle once, then calls its
 * handler for each invocation, one at a time. Plain JavaScript, because nothing of the project is loaded here but the
 * bundle itself.
 */
import { pathToFileURL } from 'node:url';

const [, , bundle, exported] = process.argv;

const errorOf = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

let handler;
try {
  handler = (await import(pathToFileURL(bundle).href))[exported];
  if (typeof handler !== 'function') throw new Error(`${exported} is undefined or not exported`);
} catch (error) {
  process.send({ initError: errorOf(error) });
  process.disconnect();
}

process.on('message', async ({ id, payload, deadline, context }) => {
  try {
    const result = await handler(JSON.parse(payload), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    // As the runtime does: nothing returned is null.
    process.send({ id, ok: true, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    process.send({ id, ok: false, error: errorOf(error) });
  }
});
process.on('disconnect', () => process.exit(0));
if (handler !== undefined) process.send({ ready: true });

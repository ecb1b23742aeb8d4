/**
 * Loaded before the station of a story: it trusts the story's authority beside Node's roots, which it takes from `node:tls`
 * one by one, so that no setting of the environment changes verdicts. Everything else is as it is installed.
 */
import { register } from 'node:module';

const trusting = new URL('./trusting-tls-entry.mjs', import.meta.url).href;
const hooks = `export async function resolve(specifier, context, next) {
  return specifier === 'node:tls' && context.parentURL !== ${JSON.stringify(trusting)}
    ? { url: ${JSON.stringify(trusting)}, shortCircuit: true }
    : next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

import { randomBytes } from 'node:crypto';
import type { DnsControl } from '../model/observed.ts';
import { isSilence } from './dns-codes.ts';
import type { DnsQuery } from './dns-query.ts';
import { ownLag, toleratedLag } from './lag.ts';
import type { Clock } from './network-access.ts';

/** How long the result for a server, fit or unfit, is kept, ms. */
const FIT_MS = 60_000;
const UNFIT_MS = 5_000;

/** A top-level domain that every resolver of the internet knows, and a closed network's own resolver does not. */
const EXISTS = 'com';
/** All of the root's servers have names below it; the servers of a private root do not. */
const ROOT_SERVERS = /(^|\.)root-servers\.net\.?$/i;

/**
 * May a server's denial or failure be believed? It must know a name that exists, and deny one that does not: a captive
 * portal and a closed network fail the first test, a provider's search page the second. The denied name is a new one each time,
 * so that no cache of a resolver without a way out can answer. Names of 20 random characters are not registered.
 *
 * @param withinMs what is left of the look-up's time
 */
export function createControl(
  server: string,
  query: DnsQuery,
  clock: Clock,
): (withinMs: number) => Promise<DnsControl> {
  let known: { readonly control: Promise<DnsControl>; until: number } | undefined;

  return async (withinMs) => {
    if (known !== undefined && clock.monotonic() < known.until) return known.control;
    const watching = ownLag.begin();
    const entry = { control: ask(server, query, withinMs), until: Number.POSITIVE_INFINITY };
    known = entry;
    const control = await entry.control;
    const fit = isUsableControl(control);
    // An answer that this process itself read too late proves nothing about the server, so it is not kept for later callers.
    const missed = watching.end() > toleratedLag(withinMs) && !fit;
    entry.until = missed ? 0 : clock.monotonic() + (fit ? FIT_MS : UNFIT_MS);
    return control;
  };
}

/** `denies` is absent in results of an older prober, which asked only for the root. */
export function isUsableControl({ code, denies = 'NXDOMAIN' }: DnsControl): boolean {
  return code === 'NOERROR' && denies === 'NXDOMAIN';
}

/** Did the server stay silent about what every resolver knows? */
export function isOutOfReach(control: DnsControl | undefined): boolean {
  return control !== undefined && isSilence(control.code);
}

async function ask(server: string, query: DnsQuery, withinMs: number): Promise<DnsControl> {
  const [exists, root, denies] = await Promise.all([
    query(EXISTS, 'NS', withinMs),
    query('.', 'NS', withinMs),
    query(`inbound-check-${randomBytes(10).toString('hex')}.${EXISTS}`, 'A', withinMs),
  ]);
  const knowsRoot = root.code === 'NOERROR' && root.records.some((record) => ROOT_SERVERS.test(record));
  return { server, code: knowsRoot ? root.code : exists.code, denies: denies.code };
}

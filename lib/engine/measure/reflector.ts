/**
 * Asks a reflector, a web address that answers with the source address it saw, where this vantage's packets come from:
 * behind address translation no socket knows. What it answers is read as an IP address and as nothing else.
 */

import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { hostOf, portOf } from '../../kinds/http/measure/redirect.ts';
import { askHttp1 } from '../../kinds/http/measure/request.ts';
import { userAgent } from '../../kinds/http/measure/user-agent.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { SeenSource } from '../../model/plan.ts';
import type { Family } from '../../model/vocabulary.ts';
import { isoTime } from '../../net/clock.ts';
import { createExchange } from '../../net/exchange.ts';
import { isIP } from '../../net/ip.ts';
import { trustedTls } from '../../net/trusted-tls.ts';

/** One question: over this family, to this http or https URL. */
export interface ReflectorAsk {
  readonly family: Family;
  readonly url: string;
}

/** Look-up, connect, TLS and answer together, ms. */
export const REFLECTOR_MS = 4_000;
/** An address has 45 characters at most; what is longer is no answer of a reflector. */
const MAX_ANSWER = 200;

/** What the reflector saw; `undefined`: it is not known. Never rejects. */
export async function askReflector(
  { url: text, family }: ReflectorAsk,
  context: ProbeContext,
): Promise<SeenSource | undefined> {
  const { clock, deadline, dial, guard, resolver, trustAnchors, contact } = context;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const end = clock.monotonic() + REFLECTOR_MS;
  const left = (): number => Math.max(1, end - clock.monotonic());
  const host = hostOf(url);
  const { addresses } = await resolver.addresses(host, portOf(url));
  const to = addresses.find((one) => one.family === family)?.address;
  if (to === undefined) return undefined;
  const dialled = await dial(to, portOf(url), { timeoutMs: left() });
  if (!dialled.ok) return undefined;
  let { socket } = dialled;
  if (url.protocol === 'https:') {
    const secured = await trustedTls(socket, { host, trustAnchors, timeoutMs: left() });
    if (!secured.ok) return undefined;
    socket = secured.socket;
  }
  // Without the memory for an answer it is not known.
  const answer = await askHttp1(socket, {
    url,
    userAgent: userAgent(contact),
    judge: 'Go',
    timeoutMs: left(),
    deadline,
    clock,
    exchange: createExchange(clock),
  }).catch(() => undefined);
  if (answer?.outcome.status !== 'answered' || answer.statusCode !== 200) return undefined;
  const address = addressIn(answer.body);
  return address === undefined || guard(address) !== undefined
    ? undefined
    : { address, at: isoTime(clock.now()) };
}

/** The address alone, or JSON with it as `ip`. */
function addressIn(body: Buffer): string | undefined {
  if (body.length > MAX_ANSWER) return undefined;
  const text = body.toString('latin1').trim();
  const ip = text.startsWith('{') ? (parseJson(text) as { readonly ip?: unknown } | undefined)?.ip : text;
  if (typeof ip !== 'string') return undefined;
  switch (isIP(ip)) {
    case 4:
      return ip;
    case 6:
      // One spelling for one address (RFC 5952); a zone is no part of a source.
      return ip.includes('%') ? undefined : new URL(`http://[${ip}]/`).hostname.slice(1, -1);
    default:
      return undefined;
  }
}

import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { type HttpAnswer, headerValue } from '../../kinds/http/measure/answer.ts';
import { connectHop, OFFER_HTTP1 } from '../../kinds/http/measure/connect.ts';
import { askHttp1 } from '../../kinds/http/measure/request.ts';
import { USER_AGENT } from '../../kinds/http/measure/user-agent.ts';
import { createExchange } from '../../net/exchange.ts';
import { printable } from '../../net/printable.ts';
import type { HostOwnership } from '../ports/ownership.ts';
import { CHALLENGE, proofUrl, txtValue } from './places.ts';

/** Other ports than 80 and 443, for tests. */
export interface FilePorts {
  readonly http?: number;
  readonly https?: number;
}

/** Milliseconds for connect, TLS and the whole answer of one address. */
const FETCH_MS = 4_000;
/** Addresses of a name that are tried, one after the other until one answers. */
const MAX_ADDRESSES = 3;
/** Bytes of the whole file: room for the challenges of a hundred targets. */
const MAX_READ = 4_096;

/**
 * Looks for the file over http and https. Redirects are not followed: where they lead need not be the host's own, and
 * both schemes are asked anyway. What is wrong with the certificate does not matter here, as it does not for RFC 8555
 * §8.3: the proof is that the owner of the server at that name agrees, which plain http proves as well, and a broken certificate is
 * one of the things that a target is registered for.
 */
export async function findFile(
  host: string,
  challenge: string,
  context: ProbeContext,
  ports: FilePorts = {},
): Promise<HostOwnership> {
  const { addresses } = await context.resolver.addresses(host);
  if (addresses.length === 0)
    return { host, seen: [`${proofUrl('http', host).href}: ${host} has no address`] };
  const tried = await Promise.all(
    (['http', 'https'] as const).map((scheme) =>
      fetchProof(
        proofUrl(scheme, host, ports[scheme]),
        addresses.slice(0, MAX_ADDRESSES).map(({ address }) => address),
        context,
      ),
    ),
  );
  const lines = tried.map(({ url, seen }) =>
    typeof seen === 'string'
      ? `${url}: ${seen}`
      : holds(seen.text, challenge)
        ? undefined
        : `HTTP 200 at ${url}: ${unlike(seen.text, challenge)}`,
  );
  return lines.includes(undefined)
    ? { host, proven: { method: 'http-file', at: host, below: false } }
    : { host, seen: lines.filter((line) => line !== undefined) };
}

interface FetchedFile {
  readonly url: string;
  /** The text of the file, or what was there instead. */
  readonly seen: string | { readonly text: string };
}

async function fetchProof(
  url: URL,
  addresses: readonly string[],
  context: ProbeContext,
): Promise<FetchedFile> {
  let seen = 'no address answered';
  for (const address of addresses) {
    const end = context.clock.monotonic() + FETCH_MS;
    const left = (): number => Math.max(1, end - context.clock.monotonic());
    const exchange = createExchange(context.clock);
    const { line } = await connectHop(url, address, OFFER_HTTP1, left, context, exchange);
    if (line === undefined) {
      seen = exchange.lines.at(-1)?.text ?? seen;
      continue;
    }
    const { clock, deadline } = context;
    const answer = await askHttp1(line.socket, {
      url,
      userAgent: USER_AGENT,
      // The stricter reading: an answer that some clients refuse is no proof.
      judge: 'Go',
      timeoutMs: left(),
      deadline,
      clock,
      exchange,
    });
    const { status } = answer.outcome;
    if (status === 'answered') return { url: url.href, seen: readAnswer(answer) };
    seen = `${address} sent no HTTP answer (${status})`;
  }
  return { url: url.href, seen: printable(seen, 200) };
}

function readAnswer({ statusCode, rawHeaders, body }: HttpAnswer): FetchedFile['seen'] {
  if (statusCode === 200)
    return body.length > MAX_READ
      ? `HTTP 200 with more than ${MAX_READ} bytes: the file must hold nothing but the challenge`
      : { text: body.toString('utf8') };
  const location = headerValue(rawHeaders, 'location');
  return location === undefined
    ? `HTTP ${statusCode}`
    : `HTTP ${statusCode} to ${printable(location, 100)}; redirects are not followed`;
}

/**
 * The challenge is one of the file's lines, and all of them are challenges: RFC 8555 §8.3 compares the whole body, too.
 * A page that answers to every path and shows what its visitors write must not prove that one of them owns the host.
 * Either spelling, so that the TXT record's value may be copied.
 */
function holds(text: string, challenge: string): boolean {
  const lines = linesOf(text);
  return lines.includes(challenge) && lines.every((line) => CHALLENGE.test(line));
}

const linesOf = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim().replace(TXT_PREFIX, ''))
    .filter((line) => line !== '');
const TXT_PREFIX = new RegExp(`^${txtValue('')}`);

const unlike = (text: string, challenge: string): string =>
  linesOf(text).includes(challenge)
    ? `it has the line "${challenge}", but other text as well: the file must hold nothing else`
    : `it begins "${printable(text.trimStart().slice(0, 60), 60)}" and has no line "${challenge}"`;

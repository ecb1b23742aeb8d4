/** MTA-STS (RFC 8461): the record in DNS, and the policy that it announces. */
import type { Exchange } from '../../../net/exchange.ts';
import { printable } from '../../../net/printable.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { TlsResult } from '../../contract/tls-result.ts';
import { type HttpAnswer, headerValue } from '../../http/measure/answer.ts';
import { connectHop, OFFER_HTTP1 } from '../../http/measure/connect.ts';
import { recordAnswer } from '../../http/measure/headers.ts';
import { askHttp1 } from '../../http/measure/request.ts';
import { userAgent } from '../../http/measure/user-agent.ts';
import type { MtaSts, PolicyFault } from '../observation.ts';
import { sharedInRun } from './shared.ts';
import { parsePolicy } from './sts-policy.ts';

/** RFC 8461 §3.3 advises senders to give up after a minute; an answer takes milliseconds. */
const FETCH_MS = 20_000;
/** RFC 8461 §3.3: the limit that it suggests to senders, in bytes. */
const MAX_POLICY = 65_536;
/** Addresses of the policy host that are tried. */
const MAX_ADDRESSES = 4;
const MAX_RECORDS = 4;

interface StsSetup {
  readonly context: ProbeContext;
  readonly exchange: Exchange;
  /** Milliseconds that the probe has left. */
  readonly left: () => number;
}

/** `undefined`: the domain has no such record. Never rejects for what DNS or a server does. */
export async function mtaStsOf(domain: string, setup: StsSetup): Promise<MtaSts | undefined> {
  const { resolver } = setup.context;
  const { code, records, doubted } = await resolver.ask(`_mta-sts.${domain}`, 'TXT');
  if (code === 'NODATA' || code === 'NXDOMAIN' || code === 'BADNAME' || doubted === true) return undefined;
  setup.exchange.sent(`TXT of _mta-sts.${domain}`);
  setup.exchange.received(`${code} ${records.join(', ')}`.trimEnd());
  if (code !== 'NOERROR') return { records: [], error: code };
  // RFC 8461 §3.1: records that do not begin with this version are not looked at.
  const all = records.filter((text) => /^v=STSv1\s*;/.test(text));
  const kept = all.slice(0, MAX_RECORDS).map((text) => printable(text, 500));
  const [only] = kept;
  if (only === undefined) return undefined;
  if (all.length > 1) return { records: kept, recordFault: 'several' };
  const id = /;\s*id=([A-Za-z0-9]{1,32})\s*(?:;|$)/.exec(only)?.[1];
  if (id === undefined) return { records: kept, recordFault: 'syntax' };
  const fetch = await sharedInRun(
    resolver,
    `MTA-STS ${domain}`,
    () => fetchPolicy(domain, setup),
    ({ policy }) => policy !== undefined,
  );
  return { records: kept, id, fetch };
}

type PolicyFetch = NonNullable<MtaSts['fetch']>;

/** Each address of the policy host in turn, until one answers at all. */
async function fetchPolicy(domain: string, { context, exchange, left }: StsSetup): Promise<PolicyFetch> {
  const { clock, resolver, families } = context;
  const end = clock.monotonic() + Math.min(FETCH_MS, left());
  const time = (): number => Math.max(1, end - clock.monotonic());
  const host = `mta-sts.${domain}`;
  const url = new URL(`https://${host}/.well-known/mta-sts.txt`);
  const { addresses, answers } = await resolver.addresses(host, 443);
  const usable = addresses.filter(({ family }) => families === undefined || families.includes(family));
  let last: PolicyFetch = {
    url: url.href,
    fault: 'dns',
    detail: answers.map(({ type, code }) => `${type} ${code}`).join(', '),
  };
  for (const { address } of usable.slice(0, MAX_ADDRESSES)) {
    last = await fetchAt(address);
    if (last.fault !== 'connect' && last.fault !== 'refused-by-guard' && last.fault !== 'tls') break;
  }
  return last;

  async function fetchAt(address: string): Promise<PolicyFetch> {
    const base = { url: url.href, address };
    const { connect, tls, line } = await connectHop(url, address, OFFER_HTTP1, time, context, exchange);
    const at: PolicyFetch = { ...base, connect, ...(tls && { tls }) };
    const failed = (fault: PolicyFault, detail?: string): PolicyFetch => ({
      ...at,
      fault,
      ...(detail !== undefined && { detail }),
    });
    if (connect.status === 'refused-by-guard') return failed('refused-by-guard', connect.range);
    if (connect.status !== 'connected') return failed('connect', connect.status);
    if (line === undefined) return failed('tls');
    const untrusted = tls === undefined ? undefined : whyUntrusted(tls, clock.now());
    if (untrusted !== undefined) {
      line.socket.destroy();
      return failed('certificate', untrusted);
    }
    const answer = await askHttp1(line.socket, {
      url,
      userAgent: userAgent(context.contact),
      judge: 'Go',
      timeoutMs: time(),
      deadline: context.deadline,
      clock,
      exchange,
      budget: context.buffers,
    });
    recordAnswer(answer, false, exchange);
    const read = readAnswer(answer);
    answer.release?.();
    return { ...at, ...read };
  }
}

function readAnswer(answer: HttpAnswer): Partial<PolicyFetch> {
  const { outcome, statusCode, rawHeaders, body, bodyEnd } = answer;
  if (outcome.status !== 'answered' || statusCode === undefined)
    return { fault: outcome.status === 'too-large' ? 'too-large' : 'no-response', detail: outcome.status };
  const typed = headerValue(rawHeaders, 'content-type');
  const contentType = typed === undefined ? undefined : printable(typed, 100);
  const facts: Partial<PolicyFetch> = {
    status: statusCode,
    bytes: body.length,
    ...(contentType !== undefined && { contentType }),
  };
  const failed = (fault: PolicyFault, detail?: string): Partial<PolicyFetch> => ({
    ...facts,
    fault,
    ...(detail !== undefined && { detail }),
  });
  // RFC 8461 §3.3: redirects must not be followed, and only 200 has a policy.
  if (statusCode >= 300 && statusCode < 400)
    return failed('redirect', printable(headerValue(rawHeaders, 'location') ?? '', 200));
  if (statusCode !== 200) return failed('status', String(statusCode));
  if (!/^text\/plain\s*(;|$)/i.test(contentType ?? ''))
    return failed('content-type', contentType ?? 'no Content-Type');
  const coding = headerValue(rawHeaders, 'content-encoding');
  // None was asked for; what unpacks to gigabytes is not unpacked.
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity')
    return failed('coding', printable(coding, 50));
  if (body.length > MAX_POLICY || bodyEnd === 'too-large') return failed('too-large', `${MAX_POLICY} bytes`);
  if (bodyEnd !== 'complete') return failed('incomplete', bodyEnd);
  const parsed = parsePolicy(body.toString('utf8'));
  return parsed.ok ? { ...facts, policy: parsed.policy } : failed('syntax', parsed.why);
}

/** Why senders don't take a policy from this server: the certificate must be valid for its name (RFC 8461 §3.3). */
function whyUntrusted(tls: TlsResult, now: number): string | undefined {
  if (tls.trust?.status !== 'anchored') return tls.trust?.detail ?? tls.trust?.status ?? 'no certificate';
  if (tls.nameMatch?.ok !== true) return tls.nameMatch?.reason ?? 'another name';
  const leaf = tls.chain?.[0];
  if (leaf !== undefined && Date.parse(leaf.notAfter) < now) return `expired on ${leaf.notAfter}`;
  if (leaf !== undefined && Date.parse(leaf.notBefore) > now) return `valid from ${leaf.notBefore} on`;
  return undefined;
}

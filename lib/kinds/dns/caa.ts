/** May an authority issue? CAA records are looked for and read as RFC 8659 §3 and §4 have it. */
import type { CaaWalk } from '../../model/caa.ts';
import { isDenial } from '../../net/dns-codes.ts';
import type { Resolver } from '../../net/network-access.ts';

/** Names that are asked, from the checked one upwards. */
const MAX_STEPS = 12;

/** All at the same time, as authorities do. The root has none. A resolver follows an alias at each name by itself. */
export async function walkCaa(host: string, { ask }: Pick<Resolver, 'ask'>): Promise<CaaWalk> {
  const labels = host.replace(/^\*\./, '').replace(/\.$/, '').split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.')).slice(0, MAX_STEPS);
  const steps = await Promise.all(
    names.map(async (name) => {
      const { code, records, doubted } = await ask(name, 'CAA');
      return { name, code, records, ...(doubted && { doubted }) };
    }),
  );
  const last = steps.findIndex(({ code }) => !isDenial(code));
  return { steps: last < 0 ? steps : steps.slice(0, last + 1) };
}

export type CaaWord =
  | { readonly is: 'allowed'; readonly by?: string }
  /** `allowed`: the authorities that may. */
  | { readonly is: 'forbidden'; readonly at: string; readonly allowed: readonly string[] }
  /** A property that an authority must understand before it may issue (§4.1). */
  | { readonly is: 'critical'; readonly at: string; readonly tag: string }
  /** §3: without an answer no certificate. */
  | { readonly is: 'no-answer'; readonly at: string; readonly code: string }
  /** A denial that proves nothing. */
  | { readonly is: 'unknown' };

const RECORD = /^(\d+) ([0-9a-z]+) "(.*)"$/is;
const CRITICAL = 128;
/** https://www.iana.org/assignments/pkix-parameters/ (CAA property tags). */
const KNOWN: readonly string[] = [
  'issue',
  'issuewild',
  'iodef',
  'issuemail',
  'issuevmc',
  'contactemail',
  'contactphone',
];

export function judgeCaa({ steps }: CaaWalk, issuer: string, isWildcard: boolean): CaaWord {
  const last = steps.at(-1);
  if (steps.some(({ doubted }) => doubted === true)) return { is: 'unknown' };
  if (last === undefined || isDenial(last.code)) return { is: 'allowed' };
  const at = last.name;
  if (last.code !== 'NOERROR') return { is: 'no-answer', at, code: last.code };

  const properties = last.records.flatMap((text) => {
    const [, flags, tag = '', value = ''] = RECORD.exec(text) ?? [];
    return flags === undefined ? [] : [{ flags: Number(flags), tag: tag.toLowerCase(), value }];
  });
  const critical = properties.find(({ flags, tag }) => (flags & CRITICAL) !== 0 && !KNOWN.includes(tag));
  if (critical !== undefined) return { is: 'critical', at, tag: critical.tag };
  const issue = properties.filter(({ tag }) => tag === 'issue');
  const wild = isWildcard ? properties.filter(({ tag }) => tag === 'issuewild') : [];
  const relevant = wild.length > 0 ? wild : issue;
  // §4.2: records of other properties alone restrict nothing.
  if (relevant.length === 0) return { is: 'allowed', by: at };
  const allowed = relevant.map(({ value }) => issuerOf(value)).filter((one) => one !== '');
  return allowed.includes(issuer.toLowerCase())
    ? { is: 'allowed', by: at }
    : { is: 'forbidden', at, allowed };
}

/** §4.2: the authority's domain before the first semicolon; empty: nobody. */
const issuerOf = (value: string): string => (value.split(';')[0] ?? '').trim().toLowerCase();

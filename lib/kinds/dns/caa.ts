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

/** RFC 8657: for which account, and by which methods of validation, an authority may issue; absent: any. */
export interface CaaLimits {
  readonly account?: string;
  readonly methods?: readonly string[];
}

export type CaaWord =
  /** `limits`: each record that names the authority has some of RFC 8657; it may issue where one of them is met. */
  | { readonly is: 'allowed'; readonly by?: string; readonly limits?: readonly CaaLimits[] }
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
  const said = relevant.map(({ value }) => issuerIn(value));
  const own = said.filter((one) => one.issuer === issuer.toLowerCase());
  if (own.length === 0)
    return { is: 'forbidden', at, allowed: said.map((one) => one.issuer).filter((one) => one !== '') };
  const limits = own.map((one) => one.limits);
  const isLimited = limits.every(({ account, methods }) => account !== undefined || methods !== undefined);
  return { is: 'allowed', by: at, ...(isLimited && { limits: limits.slice(0, MAX_LIMITS) }) };
}

/** Records of one authority whose limits are told. */
const MAX_LIMITS = 4;
/** RFC 8659 §4.2: `issue-value`, its issuer and its parameters. */
const ISSUE_VALUE = /^[ \t]*([a-z0-9.-]*)[ \t]*(?:;[ \t]*(.*?)[ \t]*)?$/i;
const PARAMETER = /^([a-z0-9-]+)[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]*)$/i;

interface NamedIssuer {
  /** Empty: nobody. */
  readonly issuer: string;
  readonly limits: CaaLimits;
}

/** What does not follow the grammar names nobody (RFC 8659 §4.2), and so does a record with two accounts (RFC 8657 §3). */
function issuerIn(value: string): NamedIssuer {
  const nobody = { issuer: '', limits: {} };
  const [, issuer, text = ''] = ISSUE_VALUE.exec(value) ?? [];
  if (issuer === undefined) return nobody;
  const parameters = new Map<string, string[]>();
  for (const part of text === '' ? [] : text.split(';')) {
    const [, tag, said] = PARAMETER.exec(part.trim()) ?? [];
    if (tag === undefined || said === undefined) return nobody;
    const key = tag.toLowerCase();
    parameters.set(key, [...(parameters.get(key) ?? []), said]);
  }
  const [account, ...accounts] = parameters.get('accounturi') ?? [];
  if (accounts.length > 0) return nobody;
  const methods = parameters.get('validationmethods')?.flatMap((list) => list.split(','));
  return {
    issuer: issuer.toLowerCase(),
    limits: { ...(account !== undefined && { account }), ...(methods !== undefined && { methods }) },
  };
}

/** What the form's fields come to: one line says what is missing, else the order for the API. */
import type { AskedOf } from '../api/operations.ts';
import type { ApiRefusal } from '../api/reply.ts';
import { profileCards } from '../profile/profile-cards.ts';
import { type OptionFields, optionsOf } from '../profile/profile-options.ts';
import type { LabelKey } from '../words/words.ts';

export interface CheckFields {
  readonly host: string;
  /** Empty: not sure. */
  readonly profile: string;
  readonly ticket: string;
  readonly options: OptionFields;
}

export type FormOrder =
  | { readonly ok: true; readonly asked: AskedOf<'validate'> }
  | { readonly ok: false; readonly field: 'host' | 'ticket'; readonly label: LabelKey };

/** What somebody who is not sure most often means: a site. What else is not there is a warning. */
const UNSURE = [
  { scheme: 'https', path: '/', level: 'required' },
  { scheme: 'http', path: '/', level: 'recommended' },
  { scheme: 'smtp', path: '', level: 'recommended' },
] as const;

export function orderOf({ host, profile, ticket, options }: CheckFields): FormOrder {
  const given = host.trim();
  if (given === '') return { ok: false, field: 'host', label: 'check.host.missing' };
  const named = ticket.trim();
  if (named === '') return { ok: false, field: 'ticket', label: 'check.ticket.missing' };
  return { ok: true, asked: { body: { target: targetOf(given, profile, options), ticket: named } } };
}

/** The field of the form that a refusal of the API is about, by the place with which it begins; undefined: of none. */
export function refusedFieldOf({ detail }: Pick<ApiRefusal, 'detail'>): 'host' | 'ticket' | undefined {
  if (/^(?:targets\[0\]|body\.target)\.(?:host|name|check)\b/.test(detail)) return 'host';
  return detail.startsWith('body.ticket: ') ? 'ticket' : undefined;
}

type OrderedTarget = AskedOf<'validate'>['body']['target'];

function targetOf(given: string, profile: string, fields: OptionFields): OrderedTarget {
  if (given.includes('://')) return { name: nameOf(given), check: [given] };
  if (profile !== '') {
    const options = optionsOf(
      profileCards.find(({ id }) => id === profile),
      fields,
    );
    return { host: given, profile, ...(options && { options }) };
  }
  const check = UNSURE.map(({ scheme, path, level }) => ({
    uri: `${scheme}://${bracketed(given)}${path}`,
    level,
  }));
  return { name: given, check };
}

/** The host of a URI, without what may be private in its path. */
const nameOf = (uri: string): string => /^[a-z0-9+.-]+:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(uri)?.[1] ?? uri;

const bracketed = (host: string): string =>
  host.includes(':') && !host.startsWith('[') && host.split(':').length > 2 ? `[${host}]` : host;

/** A registration as a form has it, and what it comes to for the API. Pure. */
import type { AskedOf } from '../api/operations.ts';
import { profileCards } from '../profile/profile-cards.ts';
import {
  NO_OPTIONS,
  type OptionFields,
  optionFieldsOf,
  optionsOf,
  type WrittenTarget,
} from '../profile/profile-options.ts';
import type { LabelKey } from '../words/words.ts';
import { type ExpectationFields, expectationFieldsOf, expectedOf } from './expectations.ts';

type CheckItem = NonNullable<WrittenTarget['check']>[number];

/** What is asked of an address: it must be reachable, it should be (else a warning), or it must not be. */
export const MEANINGS = ['required', 'recommended', 'closed'] as const;
export type AddressMeaning = (typeof MEANINGS)[number];

export interface AddressRow {
  /** Tells rows apart while they are typed in. */
  readonly key: number;
  readonly uri: string;
  readonly meaning: AddressMeaning;
  /** As it is registered, with what the form has no field for. */
  readonly was?: CheckItem;
}

export interface TargetFields {
  readonly name: string;
  readonly owner: string;
  readonly host: string;
  /** Id of a profile; empty: single addresses alone. */
  readonly profile: string;
  readonly options: OptionFields;
  readonly rows: readonly AddressRow[];
  readonly expected: ExpectationFields;
  /** As registered: what the form has no field for stays. */
  readonly before?: WrittenTarget;
}

let keys = 0;
export const addressRow = (uri = '', meaning: AddressMeaning = 'required', was?: CheckItem): AddressRow => {
  keys += 1;
  return { key: keys, uri, meaning, ...(was !== undefined && { was }) };
};

export const emptyTarget = (): TargetFields => ({
  name: '',
  owner: '',
  host: '',
  profile: '',
  options: NO_OPTIONS,
  rows: [addressRow()],
  expected: {},
});

/** What is registered, to be changed. */
export function fieldsOfTarget(name: string, definition: WrittenTarget = {}, owner = ''): TargetFields {
  const { host = '', profile = '', options, assertions, check = [], closed = [] } = definition;
  const rows = [
    ...check.map((item) => addressRow(typeof item === 'string' ? item : item.uri, meaningOf(item), item)),
    ...closed.map((uri) => addressRow(uri, 'closed')),
  ];
  return {
    name,
    owner,
    host,
    profile,
    options: optionFieldsOf(options),
    rows: rows.length === 0 ? [addressRow()] : rows,
    expected: expectationFieldsOf(assertions),
    before: definition,
  };
}

const meaningOf = (item: CheckItem): AddressMeaning =>
  typeof item === 'string' ? 'required' : item.expect === 'closed' ? 'closed' : (item.level ?? 'required');

/** Name of a field in the form. */
export type FieldName =
  | 'name'
  | 'owner'
  | 'host'
  | 'profile'
  | 'schedule'
  | 'domain'
  | 'recipient'
  | 'letIn'
  | `row-${number}`
  | `expect-${string}`;

export type FormTarget =
  | { readonly ok: true; readonly name: string; readonly body: AskedOf<'putTarget'>['body'] }
  | { readonly ok: false; readonly field: FieldName; readonly label: LabelKey };

/** One line at one field says what is missing, else what is asked of the API. */
export function targetOf(fields: TargetFields): FormTarget {
  const { profile, before } = fields;
  const [name, owner, host] = [fields.name.trim(), fields.owner.trim(), fields.host.trim()];
  if (name === '') return { ok: false, field: 'name', label: 'register.name.missing' };
  if (profile !== '' && host === '') return { ok: false, field: 'host', label: 'register.host.missing' };
  const rows = fields.rows.filter(({ uri }) => uri.trim() !== '');
  if (profile === '' && rows.length === 0)
    return { ok: false, field: `row-${fields.rows[0]?.key ?? 0}`, label: 'register.nothing' };
  const expected = expectedOf(fields.expected, before?.assertions);
  if (!expected.ok)
    return {
      ok: false,
      field: `expect-${expected.name}`,
      label: expected.name === 'status' ? 'register.status.wrong' : 'register.number.wrong',
    };
  const check = rows.filter(isOpen).map(checkItem);
  const closed = rows.filter((row) => !isOpen(row)).map(({ uri }) => uri.trim());
  const options =
    profile === ''
      ? undefined
      : optionsOf(
          profileCards.find(({ id }) => id === profile),
          fields.options,
        );
  const definition: WrittenTarget = {
    ...(profile !== '' && { host, profile }),
    ...(options !== undefined && { options }),
    ...(Object.keys(expected.value).length > 0 && { assertions: expected.value }),
    ...(check.length > 0 && { check }),
    ...(closed.length > 0 && { closed }),
  };
  const isOwnerGiven = owner !== '' || before !== undefined;
  return { ok: true, name, body: { definition, ...(isOwnerGiven && { owner }) } };
}

/** Whether it goes into `check`. What is registered there as closed, with words of its own, stays there. */
const isOpen = ({ meaning, was }: AddressRow): boolean =>
  meaning !== 'closed' || (typeof was === 'object' && was.expect === 'closed');

function checkItem({ uri: typed, meaning, was }: AddressRow): CheckItem {
  const uri = typed.trim();
  const isSame = was !== undefined && meaningOf(was) === meaning;
  if (isSame) return typeof was === 'string' ? uri : { ...was, uri };
  const assertions = typeof was === 'object' ? was.assertions : undefined;
  if (meaning === 'required' && assertions === undefined) return uri;
  const level = meaning === 'recommended' ? 'recommended' : 'required';
  return { uri, expect: 'open', level, ...(assertions && { assertions }) };
}

/**
 * The field that a refusal of the API is about, and its words without the place; undefined: of none.
 *
 * @param detail as `body.definition.check[1].uri: expected …`, or with `at` apart, as `check[1]: …` at `body.definition`
 */
export function refusedField(
  { at = '', detail }: { readonly at?: string; readonly detail: string },
  fields: TargetFields,
): { readonly field: FieldName; readonly text: string } | undefined {
  const words = /^(?:body\.definition\.|body\.|path\.)?(\w+)((?:\[\d+\]|\.\w+)*): (.*)$/s.exec(detail);
  const [, top = '', rest = '', text = detail] = words ?? [];
  const index = Number(/^\[(\d+)\]/.exec(rest)?.[1] ?? -1);
  switch (top) {
    case 'name':
    case 'owner':
    case 'host':
    case 'profile':
      return { field: top, text };
    case 'check':
    case 'closed': {
      const given = fields.rows.filter(({ uri }) => uri.trim() !== '');
      const row = given.filter((one) => isOpen(one) === (top === 'check'))[index];
      return row && { field: `row-${row.key}`, text };
    }
    case 'assertions':
      return { field: `expect-${rest.split('.')[1] ?? ''}`, text };
    case 'options': {
      const last = rest.split('.').at(-1) ?? '';
      const field = last === 'domain' || last === 'recipient' ? last : 'letIn';
      return { field, text };
    }
    default:
      return at.startsWith('body.definition') ? fieldOfEndpoint(detail, fields) : undefined;
  }
}

/** An endpoint that may not be probed is named by its id, which begins as a row may be written, or has the host of the profile. */
function fieldOfEndpoint(
  detail: string,
  { rows, host, profile }: TargetFields,
): { readonly field: FieldName; readonly text: string } | undefined {
  const own = hostIn(detail);
  if (own === undefined) return undefined;
  const row = rows.find(({ uri }) => hostIn(uri.trim()) === own);
  if (row !== undefined) return { field: `row-${row.key}`, text: detail };
  return profile !== '' && host.trim().toLowerCase() === own ? { field: 'host', text: detail } : undefined;
}

const hostIn = (uri: string): string | undefined =>
  /^[a-z0-9+.-]+:\/\/(?:[^/?#@\s]*@)?(\[[^\]]+\]|[^/?#:\s]+)/i.exec(uri)?.[1]?.toLowerCase();

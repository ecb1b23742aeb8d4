/** What must hold beyond an answer, as fields of a form and as the API has it. Pure; the API judges what is in them. */
import { parseStatusSet, statusSetText } from '../../input/request/status-set.ts';
import type { WrittenTarget } from '../profile/profile-options.ts';

type Expected = NonNullable<WrittenTarget['assertions']>;
export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** In the order of the form. How each is typed: as text, a number, a tick, or one of several. */
export const EXPECTATIONS = {
  status: 'status',
  titleContains: 'text',
  bodyContains: 'text',
  redirectToHttps: 'tick',
  acmePath: 'tick',
  certDaysFail: 'number',
  certDaysWarn: 'number',
  tlsMinVersion: 'tls',
  starttls: 'tick',
  recipient: 'text',
  relayTest: 'tick',
  mxDomain: 'text',
  issuer: 'text',
  addresses: 'list',
} as const satisfies { readonly [Name in Exclude<keyof Expected, 'send'>]: string };
export type ExpectationName = keyof typeof EXPECTATIONS;
export const EXPECTATION_NAMES = Object.keys(EXPECTATIONS) as readonly ExpectationName[];

/** Empty text: not asked for. A tick is `yes`. */
export type ExpectationFields = Readonly<Partial<Record<ExpectationName, string>>>;

export type ReadExpectations =
  | { readonly ok: true; readonly value: Expected }
  | { readonly ok: false; readonly name: ExpectationName };

/** @param before what is registered: what the form has no field for stays */
export function expectedOf(fields: ExpectationFields, before: Expected = {}): ReadExpectations {
  const value: Record<string, unknown> = before.send === undefined ? {} : { send: before.send };
  for (const name of EXPECTATION_NAMES) {
    const text = fields[name]?.trim() ?? '';
    if (text === '') continue;
    const read = readOne(name, text);
    if (read === undefined) return { ok: false, name };
    value[name] = read;
  }
  return { ok: true, value: value as Expected };
}

function readOne(name: ExpectationName, text: string): unknown {
  const form = EXPECTATIONS[name];
  switch (form) {
    case 'status': {
      const codes = parseStatusSet(text);
      return codes.ok ? codes.value : undefined;
    }
    case 'number':
      return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
    case 'tick':
      return true;
    case 'list':
      return text.split(/[\s,]+/).filter(Boolean);
    case 'text':
    case 'tls':
      return text;
    default:
      return form satisfies never;
  }
}

export function expectationFieldsOf(expected: Expected = {}): ExpectationFields {
  const given = EXPECTATION_NAMES.flatMap((name) => {
    const text = textOf(name, expected[name]);
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(given);
}

function textOf(name: ExpectationName, value: Expected[ExpectationName]): string {
  if (value === undefined || value === false) return '';
  if (value === true) return 'yes';
  if (name === 'status') return statusSetText(value as readonly number[]);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

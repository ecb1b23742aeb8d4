/** A small page of the station: no script, one style sheet, nothing from anywhere else. */
import { createHash } from 'node:crypto';
import { Eta } from 'eta/core';
import { style } from './style.ts';
import { templates } from './templates.ts';

export interface PageAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** One `Set-Cookie` each. */
  readonly cookies?: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' };
/** Enough for text and for attributes in double quotes; all attributes are. */
const escapeHtml = (value: unknown): string =>
  String(value).replace(/[&<>"]/g, (each) => ESCAPES[each] ?? each);

const engine = new Eta({ autoEscape: true, escapeFunction: escapeHtml });
for (const [name, template] of Object.entries(templates)) engine.loadTemplate(name, template);

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    `default-src 'none'`,
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  // With "no-referrer" a browser sends "Origin: null" with a form, and the station could not tell whose form it is.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export interface StationPage {
  readonly title: string;
  /** What went wrong, first. */
  readonly wrong?: string;
  /** Paragraphs. */
  readonly lines?: readonly string[];
  /** Label and value, as what an issuer has claimed. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly forms?: readonly FormView[];
  readonly table?: SessionsView;
  /** Opened by itself. */
  readonly next?: string;
}

export interface FormView {
  readonly action: string;
  readonly token: string;
  readonly button: string;
  /** Not `title`: what an include lacks, eta takes from the page around it. */
  readonly heading?: string;
  readonly hidden?: readonly (readonly [string, string])[];
  readonly fields?: readonly {
    readonly name: string;
    readonly label: string;
    readonly type: 'text' | 'password';
    readonly autocomplete: string;
    readonly hint?: string;
    readonly value?: string;
    readonly isFixed?: boolean;
  }[];
}

export interface SessionsView {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly form?: FormView }[];
}

export function page(
  statusCode: number,
  view: StationPage,
  more: { readonly cookies?: readonly string[]; readonly headers?: Readonly<Record<string, string>> } = {},
): PageAnswer {
  const { cookies, headers } = more;
  return {
    statusCode,
    headers: { ...HEADERS, ...headers },
    body: engine.render('@page', { lines: [], facts: [], links: [], forms: [], ...view, style }),
    ...(cookies !== undefined && { cookies }),
  };
}

/** After a form was sent: the browser asks for the next page, and sends nothing twice. */
export const seeOther = (location: string, cookies?: readonly string[]): PageAnswer => ({
  statusCode: 303,
  headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' },
  ...(cookies !== undefined && { cookies }),
});

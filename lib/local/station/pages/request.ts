/** What a page of the station is asked with, and whether a form is really one of its own. */

import { isToken, newToken } from '../../../service/state/share-token.ts';
import type { CookieNames } from '../access/cookies.ts';
import { setCookie } from '../access/cookies.ts';
import { formToken, isFormToken } from '../access/form-token.ts';
import type { Visitor } from '../access/sessions.ts';
import { type PageAnswer, page } from './page.ts';

export interface PageRequest {
  readonly method: string;
  /** Decoded segments: `/sign-in/link/x` as `['sign-in', 'link', 'x']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  /** Whether the browser says that a page of the station itself has sent it. */
  readonly isFromOwnPage: boolean;
  readonly contentType: string | undefined;
  /** `too-large`: not read. */
  readonly body: () => Promise<{ readonly text: string } | 'too-large'>;
  readonly visitor: Visitor;
}

export type Form = ReadonlyMap<string, string>;

/** For how long a page with a form may stay open, seconds. */
const FORM_SECONDS = 3_600;

/** What the browser's forms are known by: its session, else a cookie of their own. */
export interface FormSecret {
  readonly token: string;
  readonly cookies: readonly string[];
}

/** For a page that is shown. */
export function formSecret(
  { cookies }: PageRequest,
  names: CookieNames,
  session: string | undefined,
): FormSecret {
  const known = session ?? cookies.get(names.form);
  if (known !== undefined && isToken(known)) return { token: formToken(known), cookies: [] };
  const secret = newToken();
  return { token: formToken(secret), cookies: [setCookie(names.form, secret, FORM_SECONDS, names)] };
}

/** The fields of a form of ours; otherwise the page that says why it is not taken. */
export async function readForm(
  request: PageRequest,
  names: CookieNames,
  session: string | undefined,
): Promise<{ readonly form: Form } | { readonly refused: PageAnswer }> {
  if (!request.isFromOwnPage)
    return refused(403, 'The form came from elsewhere', 'The station takes forms from its own pages alone.');
  if (request.contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    return refused(
      415,
      'That is no form',
      'The station’s pages send forms as application/x-www-form-urlencoded.',
    );
  const body = await request.body();
  if (body === 'too-large') return refused(413, 'The form is too large', 'Nothing was done.');
  const form = new Map(new URLSearchParams(body.text));
  const secret = session ?? request.cookies.get(names.form);
  if (secret === undefined || !isFormToken(form.get('form'), secret))
    return refused(
      403,
      'The page was open too long',
      'Open it again, and send the form within an hour. If this comes again, let your browser keep cookies for this address.',
    );
  return { form };
}

const refused = (status: number, title: string, line: string) => ({
  refused: page(status, { title, lines: [line], links: [{ href: '/sign-in', text: 'Sign in' }] }),
});

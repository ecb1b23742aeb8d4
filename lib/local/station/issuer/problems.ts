/** Why a sign-in by an issuer came to nothing: each in words for the person, and for whoever set it up. */
import { printable } from '../../../net/printable.ts';
import { NotConnected } from '../../../service/alerts/guarded-connector.ts';
import type { IssuerSettings } from './settings.ts';

export interface IssuerProblem {
  /** For the record. */
  readonly kind: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
}

export interface ProblemContext {
  readonly settings: IssuerSettings;
  /** That the issuer has to know. */
  readonly redirectUrl: string;
  /** Epoch ms. */
  readonly now: number;
}

const MAX_TEXT = 400;
const text = (value: unknown): string => printable(String(value), MAX_TEXT);

/** Of the errors of openid-client and of the connection. */
export function problemOf(error: unknown, context: ProblemContext): IssuerProblem {
  const { settings, redirectUrl, now } = context;
  const issuer = settings.issuer.href;
  const said = errorFields(error);
  const facts: [string, string][] = [
    ['issuer', text(issuer)],
    ['redirect address', redirectUrl],
    ...(said.error === undefined ? [] : [['it says', text(said.error)] as [string, string]]),
    ...(said.description === undefined ? [] : [['and', text(said.description)] as [string, string]]),
  ];
  if (said.notConnected !== undefined)
    return {
      kind: 'issuer away',
      title: 'The issuer can’t be reached',
      lines: [
        `The station gets no connection to ${text(settings.issuer.host)}: ${said.notConnected}.`,
        'An issuer with an address that is not on the internet needs --allow-private. Links of the machine (inbound-check serve link) and passwords still work.',
      ],
      facts,
    };
  switch (said.code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return {
        kind: 'clock',
        title: 'The clocks do not agree',
        lines: [
          'What the issuer signed is not valid at this time, by the clock of the station. Set the clock of the station’s machine (NTP), or the issuer’s.',
        ],
        facts: [...facts, ['station’s clock', new Date(now).toISOString()], ...timesOf(said.details)],
      };
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return {
        kind: 'wrong issuer',
        title: 'That is another issuer, or another application',
        lines: [
          'What answered names itself otherwise than the settings name it, or signed for another application. The issuer in oidc.json has to be exactly what its own discovery document calls itself.',
        ],
        facts: [...facts, ...differenceOf(said.details)],
      };
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
    case 'OAUTH_RESPONSE_BODY_ERROR':
      return {
        kind: 'refused by issuer',
        title: 'The issuer did not sign you in',
        lines: [
          'Its reason stands below. If it does not know the redirect address: register exactly that one with it, for a web application. If it does not know the client: look at clientId and clientSecret in the settings.',
        ],
        facts,
      };
    case 'OAUTH_INVALID_RESPONSE':
    case 'OAUTH_KEY_SELECTION_FAILED':
      if (said.isUnsigned)
        return {
          kind: 'wrong signature',
          title: 'What came back was not signed by the issuer',
          lines: [
            'The signature of the ID token fits none of the keys that the issuer publishes. If it has just changed its keys, begin again in a minute.',
          ],
          facts,
        };
      return {
        kind: 'not understood',
        title: 'The answer does not belong to this sign-in',
        lines: ['It was begun in another browser or another tab, or twice. Begin again.'],
        facts,
      };
    default:
      return {
        kind: 'not understood',
        title: 'The issuer’s answer makes no sense',
        lines: [
          'The station could not use what came back. If this comes again: does the address of the issuer lead to an issuer of OpenID Connect?',
        ],
        facts: [...facts, ['reason', text(said.code ?? said.message)]],
      };
  }
}

interface SaidFields {
  readonly code?: string;
  readonly message: string;
  readonly error?: unknown;
  readonly description?: unknown;
  readonly notConnected?: string;
  readonly isUnsigned?: boolean;
  /** Claims or attributes that were compared. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const AWAY = /^(UND_ERR_|ECONN|ETIMEDOUT|EPIPE|OAUTH_TIMEOUT|OAUTH_ABORT)/;
const MAX_DEPTH = 5;

/** openid-client wraps what its parts throw, one in another. */
function errorFields(error: unknown): SaidFields {
  let said: SaidFields = { message: error instanceof Error ? error.message : String(error) };
  let at: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof at === 'object' && at !== null; depth += 1) {
    const fields = at as Readonly<Record<string, unknown>>;
    const code = typeof fields.code === 'string' ? fields.code : undefined;
    if (at instanceof NotConnected) said = { ...said, notConnected: at.message };
    else if (code !== undefined && AWAY.test(code)) said = { ...said, notConnected: code };
    else if (at instanceof Error && at.message === 'no answer in time')
      said = { ...said, notConnected: at.message };
    if (at instanceof Response)
      return said.notConnected ? said : { ...said, notConnected: `it answers ${at.status}` };
    said = {
      ...said,
      ...(said.code === undefined && code !== undefined && { code }),
      ...(typeof fields.error === 'string' && { error: fields.error }),
      ...(typeof fields.error_description === 'string' && { description: fields.error_description }),
      ...(!(at instanceof Error) && { details: fields }),
    };
    const words = at instanceof Error ? at.message : '';
    if (/signature verification failed|suitable JSON Web Key/.test(words))
      said = { ...said, isUnsigned: true };
    at = fields.cause;
  }
  return said;
}

function timesOf(details: SaidFields['details'] = {}): [string, string][] {
  const claims = details.claims;
  if (typeof claims !== 'object' || claims === null) return [];
  return Object.entries(claims)
    .filter(([name, value]) => ['iat', 'nbf', 'exp'].includes(name) && typeof value === 'number')
    .map(([name, value]) => [name, timeText(Number(value))]);
}

const timeText = (seconds: number): string =>
  Math.abs(seconds) < 8e12 ? new Date(seconds * 1_000).toISOString() : 'no time';

function differenceOf(details: SaidFields['details'] = {}): [string, string][] {
  const { expected, claim, attribute, claims, body } = details;
  const name = text(claim ?? attribute ?? 'value');
  const holder = claims ?? body;
  const found =
    typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined;
  return [
    ...(expected === undefined ? [] : [[`${name} expected`, text(expected)] as [string, string]]),
    ...(found === undefined ? [] : [[`${name} found`, text(found)] as [string, string]]),
  ];
}

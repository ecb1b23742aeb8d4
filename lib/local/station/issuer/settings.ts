/** Sign-in by OpenID Connect: a file that the operator writes, with the client's secret elsewhere. */
import * as z from 'zod';
import { describeIssue } from '../../../input/request/issue.ts';
import { quote } from '../../../input/request/quote.ts';
import { fileReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { parseJson } from '../../../model/parse-json.ts';
import { ROLES, type Role } from '../../../service/contracts/role-names.ts';
import { readRegularFile } from '../../files.ts';

/** Names of groups, ids of groups (Entra), or values of app roles. */
const Mapped = z.array(z.string().min(1).max(200)).max(200);

const IssuerFile = z.strictObject({
  issuer: z.url().max(500),
  clientId: z.string().min(1).max(300),
  /** `env:NAME` or `file:PATH`; absent: a public client, by PKCE alone. */
  clientSecret: z
    .string()
    .regex(/^(env|file):./, 'must be env:NAME or file:PATH: a secret does not stand in this file')
    .optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .max(20)
    .default(['profile', 'email']),
  /** Claims in which groups or roles are named. */
  claims: z.array(z.string().min(1).max(100)).min(1).max(10).default(['roles', 'groups']),
  roles: z
    .strictObject({ operator: Mapped.optional(), support: Mapped.optional(), reader: Mapped.optional() })
    .refine(
      (roles) => ROLES.some((role) => (roles[role] ?? []).length > 0),
      'map a group or a role to one of operator, support and reader at least',
    ),
  button: z.string().min(1).max(60).default('Sign in with your organisation'),
  /** PEM file with further roots. */
  ca: z.string().min(1).optional(),
});

export interface IssuerSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Never in a log. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly roles: Readonly<Partial<Record<Role, readonly string[] | undefined>>>;
  readonly button: string;
  /** PEM, in addition to Node's own roots. */
  readonly trustAnchors: readonly string[];
}

const MAX_BYTES = 100_000;

export async function readIssuerSettings(
  path: string,
  env: NodeJS.ProcessEnv,
  { allowPrivate }: { readonly allowPrivate: boolean },
): Promise<ParseResult<IssuerSettings>> {
  try {
    const json = parseJson(await readRegularFile(path, MAX_BYTES));
    if (json === undefined) return inputError(`${path}: is no JSON`);
    const read = IssuerFile.safeParse(json);
    if (!read.success) {
      const { path: where, message } = describeIssue(read.error, IssuerFile);
      return inputError(`${path}: ${where.length === 0 ? '' : `${where.join('.')}: `}${message}`);
    }
    const { clientSecret, ca, issuer: text, ...rest } = read.data;
    const issuer = new URL(text);
    const isPlain = issuer.protocol === 'http:' && allowPrivate && issuer.hostname === '127.0.0.1';
    if (issuer.protocol !== 'https:' && !isPlain)
      return inputError(`${path}: issuer: expected an address with https, not ${quote(text)}`);
    const secret = clientSecret === undefined ? parsed(undefined) : await secretOf(clientSecret, env);
    if (!secret.ok) return inputError(`${path}: clientSecret: ${secret.message}`);
    return parsed({
      ...rest,
      issuer,
      ...(secret.value !== undefined && { clientSecret: secret.value }),
      trustAnchors: ca === undefined ? [] : [await readRegularFile(ca, MAX_BYTES)],
    });
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

async function secretOf(text: string, env: NodeJS.ProcessEnv): Promise<ParseResult<string>> {
  const [, place = '', name = ''] = /^(env|file):(.+)$/s.exec(text) ?? [];
  const secret = place === 'env' ? (env[name] ?? '') : (await readRegularFile(name, MAX_BYTES)).trim();
  if (secret !== '') return parsed(secret);
  return inputError(place === 'env' ? `the variable ${quote(name)} is not set` : `${quote(name)} is empty`);
}

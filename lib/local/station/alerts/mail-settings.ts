/** How the station sends mail: a file that its operator writes, and that nobody else may read. */
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { describeIssue } from '../../../input/request/issue.ts';
import { quote } from '../../../input/request/quote.ts';
import { fileReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { parseJson } from '../../../model/parse-json.ts';
import { readRegularFile } from '../../files.ts';

/** RFC 5321 §4.5.3.1.3: a path has 256 characters. No display name, no line break, nothing that a header would read. */
const MailAddress = z.email().max(254);

const MailFile = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, 'must be a host name or an address'),
  port: z.int().min(1).max(65_535).optional(),
  /** RFC 8314: from the first byte on (`implicit`, port 465), or by STARTTLS (port 587), without which nothing is sent. */
  tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
  /** The server may have an address that is not on the internet. */
  private: z.boolean().default(false),
  user: z.string().min(1).max(320).optional(),
  /** Itself, or `env:NAME`. */
  password: z.string().min(1).max(1_000).optional(),
  from: MailAddress,
  to: z.array(MailAddress).min(1).max(50),
  /** PEM file with further roots. */
  ca: z.string().min(1).optional(),
});

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: z.infer<typeof MailFile>['tls'];
  readonly allowPrivate: boolean;
  /** Never in a log. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly from: string;
  readonly to: readonly string[];
  /** PEM, in addition to Node's own roots. */
  readonly trustAnchors: readonly string[];
}

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;
const MAX_BYTES = 1_000_000;

/** No message repeats what is in the file, since it may be a password. */
export async function readMailSettings(
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<ParseResult<MailSettings>> {
  try {
    const text = await readRegularFile(path, MAX_BYTES);
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
      return inputError(`${path}: others may read this file, which is for a password: chmod 600 it`);
    const json = parseJson(text);
    if (json === undefined) return inputError(`${path}: is no JSON`);
    const read = MailFile.safeParse(json);
    if (!read.success) {
      const { path: where, message } = describeIssue(read.error, MailFile);
      return inputError(`${path}: ${where.length === 0 ? '' : `${where.join('.')}: `}${message}`);
    }
    const settings = settingsOf(read.data, env);
    if (!settings.ok) return inputError(`${path}: ${settings.message}`);
    const { ca } = read.data;
    const trustAnchors = ca === undefined ? [] : [await readRegularFile(ca, MAX_BYTES)];
    return parsed({ ...settings.value, trustAnchors });
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

function settingsOf(
  file: z.infer<typeof MailFile>,
  env: NodeJS.ProcessEnv,
): ParseResult<Omit<MailSettings, 'trustAnchors'>> {
  const { host, tls, private: allowPrivate, user, from, to } = file;
  const variable = /^env:(.*)$/.exec(file.password ?? '')?.[1];
  const password = variable === undefined ? file.password : env[variable];
  if (variable !== undefined && (password === undefined || password === ''))
    return inputError(`password: the variable ${quote(variable)} is not set`);
  if ((user === undefined) !== (password === undefined))
    return inputError('user and password belong together: give both, or neither');
  if (tls === 'none' && password !== undefined)
    return inputError('tls: a password is not sent without encryption: "starttls" or "implicit"');
  if (tls === 'none' && !allowPrivate)
    return inputError('tls: "none" is only for a server of your own network ("private": true)');
  return parsed({
    host,
    port: file.port ?? PORTS[tls],
    tls,
    allowPrivate,
    ...(user !== undefined && password !== undefined && { login: { user, password } }),
    from,
    to,
  });
}

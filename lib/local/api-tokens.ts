/** The tokens with which this user signs in to stations, by the address of each, in a file that only this user may read. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { fileReason } from '../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { parseJson } from '../model/parse-json.ts';
import { configDirectory } from './directories.ts';
import { readRegularFile, writableByOthers, writeWholeFile } from './files.ts';

const MAX_BYTES = 256 * 1024;
const Tokens = z.record(z.string(), z.string());

/** Where they are, or would be. */
export const tokensPath = (env: NodeJS.ProcessEnv): string => join(configDirectory(env), 'tokens.json');

/** The token for this address, if there is one. */
export async function keptToken(
  origin: string,
  env: NodeJS.ProcessEnv,
): Promise<ParseResult<string | undefined>> {
  const all = await readTokens(tokensPath(env));
  return all.ok ? parsed(all.value[origin]) : all;
}

/** Keeps it in place of the one before; gives the path. */
export const keepToken = (
  origin: string,
  token: string,
  env: NodeJS.ProcessEnv,
): Promise<ParseResult<string>> => changeTokens(env, (all) => ({ ...all, [origin]: token }));

/** Gives the path. Those for other addresses stay. */
export const forgetToken = (origin: string, env: NodeJS.ProcessEnv): Promise<ParseResult<string>> =>
  changeTokens(env, ({ [origin]: _, ...others }) => others);

async function changeTokens(
  env: NodeJS.ProcessEnv,
  change: (all: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<ParseResult<string>> {
  const path = tokensPath(env);
  const all = await readTokens(path);
  if (!all.ok) return all;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeWholeFile(path, `${JSON.stringify(change(all.value), null, 2)}\n`, 0o600);
    return parsed(path);
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

async function readTokens(path: string): Promise<ParseResult<Readonly<Record<string, string>>>> {
  try {
    const text = await readRegularFile(path, MAX_BYTES);
    const open = await writableByOthers(path);
    if (open !== undefined) return inputError(open);
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
      return inputError(`${path}: others may read these tokens; fix it with chmod 600, and make new ones`);
    const tokens = Tokens.safeParse(parseJson(text));
    return tokens.success
      ? parsed(tokens.data)
      : inputError(`${path}: it does not hold tokens by address: remove it, and log in again`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return parsed({});
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

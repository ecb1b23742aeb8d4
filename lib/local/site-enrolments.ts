/** As which vantage this machine has joined which station or fleet: its keys and its own list, in a file that only its user may read. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { fileReason } from '../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { parseJson } from '../model/parse-json.ts';
import { configDirectory } from './directories.ts';
import { readRegularFile, writableByOthers, writeWholeFile } from './files.ts';

const MAX_BYTES = 256 * 1024;

export const OwnEnrolment = z.object({
  name: z.string(),
  /** PEM (PKCS #8), made here; it leaves this machine never. */
  privateKey: z.string(),
  /** What it may probe, as `--allow` was given; empty: what is on the internet. */
  allow: z.array(z.string()),
});
export type OwnEnrolment = z.infer<typeof OwnEnrolment>;

const Enrolments = z.record(z.string(), OwnEnrolment);
export type OwnEnrolments = z.infer<typeof Enrolments>;

const pathOf = (env: NodeJS.ProcessEnv): string => join(configDirectory(env), 'vantages.json');

/** By the address of the home, as `https://station.example.com`. */
export async function readEnrolments(env: NodeJS.ProcessEnv): Promise<ParseResult<OwnEnrolments>> {
  const path = pathOf(env);
  try {
    const text = await readRegularFile(path, MAX_BYTES);
    const open = await writableByOthers(path);
    if (open !== undefined) return inputError(open);
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
      return inputError(
        `${path}: others may read these keys; fix it with chmod 600, and join again with new codes`,
      );
    const kept = Enrolments.safeParse(parseJson(text));
    return kept.success
      ? parsed(kept.data)
      : inputError(`${path}: it does not hold keys of vantages by address: remove it, and join again`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return parsed({});
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

/** Keeps it in place of the one before; gives the path. */
export async function keepEnrolment(
  origin: string,
  enrolment: OwnEnrolment,
  env: NodeJS.ProcessEnv,
): Promise<ParseResult<string>> {
  const path = pathOf(env);
  const all = await readEnrolments(env);
  if (!all.ok) return all;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeWholeFile(path, `${JSON.stringify({ ...all.value, [origin]: enrolment }, null, 2)}\n`, 0o600);
    return parsed(path);
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

/** The keys that this machine's user pinned: those whose reports `verify` calls genuine without --key. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileReason } from '../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { KeyId } from '../model/signature.ts';
import { parseKeyId } from '../report/signature/key.ts';
import { visible } from '../report/words/visible.ts';
import { configDirectory } from './directories.ts';
import { readRegularFile, writableByOthers, writeWholeFile } from './files.ts';

/** Lines of a fingerprint, a space and a name; `#` begins a comment. */
export const knownKeysPath = (env: NodeJS.ProcessEnv): string => join(configDirectory(env), 'known-keys');

const MAX_BYTES = 256 * 1024;
const MAX_NAME = 80;

/** Names by fingerprint; empty when there is no such file. A line that can't be read is an error: it may be a pin. */
export async function readKnownKeys(path: string): Promise<ParseResult<ReadonlyMap<KeyId, string>>> {
  const text = await readOwn(path);
  return text.ok ? parseKnownKeys(path, text.value) : text;
}

/** @param path for messages */
function parseKnownKeys(path: string, text: string): ParseResult<ReadonlyMap<KeyId, string>> {
  const keys = new Map<KeyId, string>();
  for (const [index, line] of text.split('\n').entries()) {
    const [, key = '', name = ''] = /^(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
    if (key === '' || key.startsWith('#')) continue;
    const keyId = parseKeyId(key);
    if (keyId === undefined)
      return inputError(`${path}:${index + 1}: no fingerprint (SHA256:…) at the start`);
    keys.set(keyId, visible(name).slice(0, MAX_NAME) || 'without a name');
  }
  return parsed(keys);
}

async function readOwn(path: string): Promise<ParseResult<string>> {
  try {
    const text = await readRegularFile(path, MAX_BYTES);
    // A user who can write here decides which keys are known.
    const open = await writableByOthers(path);
    return open === undefined ? parsed(text) : inputError(open);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? parsed('')
      : inputError(`${path}: ${fileReason(error)}`);
  }
}

/** Adds a key, or gives an existing one another name. */
export async function pinKey(path: string, keyId: KeyId, name: string): Promise<ParseResult<undefined>> {
  const text = await readOwn(path);
  if (!text.ok) return text;
  // A file with a line that can't be read is not changed.
  const known = parseKnownKeys(path, text.value);
  if (!known.ok) return known;
  const others = text.value
    .split('\n')
    .filter((line) => parseKeyId(line.trim().split(/\s/)[0] ?? '') !== keyId);
  const lines = [...others.filter((line) => line !== ''), `${keyId} ${visible(name).slice(0, MAX_NAME)}`];
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeWholeFile(path, `${lines.join('\n')}\n`, 0o600);
    return parsed(undefined);
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

/** The key of this machine's user: made at first use, readable only by this user. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileReason } from '../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { spkiOf } from '../report/signature/key.ts';
import type { Signer } from '../report/signature/signer.ts';
import { configDirectory } from './directories.ts';
import { readRegularFile, writableByOthers } from './files.ts';

const MAX_BYTES = 16 * 1024;

/** PKCS#8 PEM. */
export const signingKeyPath = (env: NodeJS.ProcessEnv): string =>
  join(configDirectory(env), 'signing-key.pem');

/** Opens the key, or makes it when there is none. */
export async function openSigningKey(path: string): Promise<ParseResult<Signer>> {
  try {
    const pem = (await readKey(path)) ?? (await makeKey(path));
    const open = await writableByOthers(path);
    if (open !== undefined) return inputError(open);
    const mode = (await stat(path)).mode & 0o077;
    // As ssh does: with a key that others can read, others may have signed.
    if (mode !== 0 && process.platform !== 'win32')
      return inputError(`${path}: others may read this key; fix it with chmod 600, or make a new one`);
    return parsed(signerOf(pem));
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

/** The key's signer if the key exists; nothing is made. */
export async function existingSigningKey(path: string): Promise<Signer | undefined> {
  try {
    const pem = await readKey(path);
    // A file that others could have put there is not this user's key.
    return pem === undefined || (await writableByOthers(path)) !== undefined ? undefined : signerOf(pem);
  } catch {
    return undefined;
  }
}

function signerOf(pem: string): Signer {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('it holds no Ed25519 key');
  return {
    publicKey: spkiOf(createPublicKey(key)),
    sign: async (message) => sign(null, message, key),
  };
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return await readRegularFile(path, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written completely under another name first: two runs that start together use the same key, and neither reads half of it. */
async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(own, pem, { flag: 'wx', mode: 0o600 });
  try {
    await link(own, path);
    return pem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return await readRegularFile(path, MAX_BYTES);
    // A file system without hard links: there only the flag prevents an existing key from being overwritten.
    await writeFile(path, pem, { flag: 'wx', mode: 0o600 });
    return pem;
  } finally {
    await rm(own, { force: true });
  }
}

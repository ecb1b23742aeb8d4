/** The key of this machine's user: made at first use, readable by nobody else. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { Signer } from '../../ports/signer.ts';
import { fileReason } from '../../request/read-text.ts';
import { spkiOf } from '../../sign/key.ts';
import { configDirectory } from './directories.ts';

/** PKCS#8 PEM. */
export const signingKeyPath = (env: NodeJS.ProcessEnv): string =>
  join(configDirectory(env), 'signing-key.pem');

/** Opens the key, and makes it when there is none. */
export async function openSigningKey(path: string): Promise<ParseResult<Signer>> {
  try {
    const pem = (await readKey(path)) ?? (await makeKey(path));
    const mode = (await stat(path)).mode & 0o077;
    // As ssh does: what others may read, others may have signed with.
    if (mode !== 0 && process.platform !== 'win32')
      return inputError(`${path}: others may read this key; mend it with chmod 600, or make a new one`);
    return parsed(signerOf(pem));
  } catch (error) {
    return inputError(`${path}: ${fileReason(error)}`);
  }
}

/** The key's signer if it is there; nothing is made. */
export async function existingSigningKey(path: string): Promise<Signer | undefined> {
  try {
    const pem = await readKey(path);
    return pem === undefined ? undefined : signerOf(pem);
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
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole under another name first: two runs that start together end up with one key, and none reads half of it. */
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
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return await readFile(path, 'utf8');
    // A file system without hard links: the flag alone keeps a key that is there from being written over.
    await writeFile(path, pem, { flag: 'wx', mode: 0o600 });
    return pem;
  } finally {
    await rm(own, { force: true });
  }
}

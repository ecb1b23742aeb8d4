/** The objects of runs as files below one folder, by the keys that they have in the run bucket of a fleet. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunStore } from '../../../service/ports/run-store.ts';
import { failure } from '../../../service/runs/failure.ts';

/** As lib/service/runs/keys.ts makes them: no part of one leads out of the folder. */
const KEY = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*(\.[a-z]+){1,2}$/;

export function createRunFiles(folder: string, randomHex: (bytes: number) => string): RunStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new TypeError(`${key} is no key of an object`);
    return join(folder, ...key.split('/'));
  };
  return {
    put: (key, text) => orStoreFailed(`put ${key}`, () => writeDurably(pathOf(key), text, randomHex(8))),
    get: (key) => orStoreFailed(`get ${key}`, () => readFile(pathOf(key), 'utf8')),
  };
}

/** Whole under its name or not there at all, and on the disk when this ends. */
async function writeDurably(path: string, text: string, mark: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = `${path}.${mark}.partial`;
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** The name is in the folder, which is written by itself. Windows opens no folder, and needs none of this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(folder, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function orStoreFailed<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'Error';
    // The word by which a report that is not there yet is known (lib/service/api/run-report.ts).
    const name = code === 'ENOENT' && what.startsWith('get') ? 'NoSuchKey' : code;
    throw failure('StoreFailed', `${what}: ${name}: ${error instanceof Error ? error.message : ''}`, error);
  }
}

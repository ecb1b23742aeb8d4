/** Loaded before a station that is upgraded: once its copy of the data is whole, somebody else fills the disk (`FILLER`: a file on it). */
import fs, { statfsSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';

const { rename } = fs.promises;
fs.promises.rename = async (from, to) => {
  await rename(from, to);
  if (!String(to).includes('before-upgrade-')) return;
  const { bavail, bsize } = statfsSync(dirname(process.env.FILLER));
  try {
    writeFileSync(process.env.FILLER, Buffer.alloc(bavail * bsize + 1_000_000));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  }
};
syncBuiltinESMExports();

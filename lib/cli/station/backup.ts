/** `serve --backup` and `serve --restore`. */
import { inputError } from '../../model/input-error.ts';
import { megabytes } from '../../model/units.ts';
import { printLines } from '../cloud/answer.ts';
import { message, refuse } from '../terminal/message.ts';

export async function backUpStation(file: string, folder: string): Promise<number> {
  const { resolve } = await import('node:path');
  const { backUp } = await import('../../local/station/backup/backup.ts');
  const path = resolve(file);
  const made = await backUp(folder, path, Date.now());
  if (!made.ok) return refuse(made);
  const { files, bytes, missing } = made.value;
  const [first] = missing;
  if (first !== undefined)
    message(`${missing.length} files that the data names are not there any more, as ${first}`);
  return printLines([
    `the backup is in ${path}: ${files} files, ${megabytes(bytes)}. It holds the key that signs reports and the secrets of webhooks: keep it as you keep a key`,
  ]);
}

export async function restoreStation(file: string, folder: string, isNamed: boolean): Promise<number> {
  if (!isNamed) return refuse(inputError('--restore: name the new folder with --data'));
  const { resolve } = await import('node:path');
  const { restore } = await import('../../local/station/backup/restore.ts');
  const { utc } = await import('../../model/units.ts');
  const restored = await restore(resolve(file), folder, Date.now());
  if (!restored.ok) return refuse(restored);
  const { madeAt, files } = restored.value;
  return printLines([
    `${files} files of ${utc(madeAt)} are restored into ${folder}, and verified; the station that they are from must not run any more: inbound-check serve --data ${folder}`,
  ]);
}

/** A shell at which a person of the customer's sits: in a namespace, with the programs that its machine has and no others. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { boxes } from './customer.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Why there are no terminals here, or `undefined`. */
export const whyNoTerminal = (): string | undefined =>
  spawnSync('tmux', ['-V']).error === undefined ? undefined : 'tmux is not installed';

/** Of this machine. */
export const pathOf = (program: string): string =>
  spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();

/** All that the customer's machine has. */
const PROGRAMS = ['sh', 'perl', 'stty', 'nc', 'sed', 'timeout'] as const;

/** A new folder in which these programs are found, and nothing else. */
export function customersPrograms(folder: string): string {
  mkdirSync(folder);
  for (const program of PROGRAMS) symlinkSync(pathOf(program), join(folder, program));
  return folder;
}

/** @param path the only folders in which programs are found */
export async function openShell(
  box: keyof typeof boxes,
  {
    path,
    home,
    shell = ['sh'],
  }: { readonly path: string; readonly home: string; readonly shell?: readonly string[] },
): Promise<Terminal> {
  const env = [`PATH=${path}`, `HOME=${home}`, 'TERM=screen', 'LC_ALL=C.UTF-8', 'PS1=$ '];
  const terminal = await openTerminal([
    'ip',
    'netns',
    'exec',
    boxes[box],
    'env',
    '-i',
    ...env,
    ...shell,
    '-i',
  ]);
  await terminal.until(/^\$ $/m);
  return terminal;
}

/** Which program has a port, where Linux lets this account see it: its own processes', or with root's rights everyone's. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../net/printable.ts';

export interface PortOwner {
  readonly program: string;
  readonly pid: number;
}

/** State LISTEN in /proc/net/tcp (`include/net/tcp_states.h`). */
const LISTEN = '0A';

/** Addresses as /proc/net/tcp and tcp6 have them, in groups of four bytes, each backwards: 127.0.0.0/8, ::1, and the same mapped. */
const LOOPBACK = /^(?:0{24}01000000|(?:0{16}FFFF0000)?[0-9A-F]{6}7F)$/;

/** @param proc for tests: another folder than /proc */
export async function ownerOfPort(port: number, proc = '/proc'): Promise<PortOwner | undefined> {
  const sockets = new Set((await listeningSockets(port, proc)).map(({ link }) => link));
  if (sockets.size === 0) return undefined;
  const names = await readdir(proc).catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name) || !(await holdsOne(join(proc, name, 'fd'), sockets))) continue;
    const program = await readFile(join(proc, name, 'comm'), 'utf8').catch(() => '');
    return { program: printable(program.trimEnd(), 60), pid: Number(name) };
  }
  return undefined;
}

/**
 * Is a port taken on loopback alone, as a mail server for local programs has port 25? Then nobody outside reaches that
 * program, and the host's other addresses are free. False where it can't be known.
 */
export async function isTakenOnLoopbackAlone(port: number, proc = '/proc'): Promise<boolean> {
  const sockets = await listeningSockets(port, proc);
  return sockets.length > 0 && sockets.every(({ address }) => LOOPBACK.test(address));
}

interface ListeningSocket {
  /** Hexadecimal, as the kernel writes it. */
  readonly address: string;
  /** As links of /proc/PID/fd name it: `socket:[4711]`. */
  readonly link: string;
}

async function listeningSockets(port: number, proc: string): Promise<readonly ListeningSocket[]> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const found: ListeningSocket[] = [];
  for (const table of ['net/tcp', 'net/tcp6']) {
    const text = await readFile(join(proc, table), 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local.endsWith(suffix))
        found.push({ address: local.slice(0, -suffix.length), link: `socket:[${inode}]` });
    }
  }
  return found;
}

async function holdsOne(folder: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (sockets.has(await readlink(join(folder, name)).catch(() => ''))) return true;
  }
  return false;
}

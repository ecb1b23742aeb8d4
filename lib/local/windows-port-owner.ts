/** Which process has a port on Windows, by `netstat`, which every account may run. It opens no connection. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { HTTP_SYS, readSocketTable, SYSTEM_PID } from '../kinds/listener/host-text/socket-table.ts';
import type { PortOwner } from './listen/port-owner.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Never rejects. @param netstat for tests: its text, of `-ano` */
export async function windowsPortOwner(
  port: number,
  netstat: () => Promise<string> = runNetstat,
): Promise<PortOwner | undefined> {
  const table = readSocketTable(await netstat().catch(() => ''));
  const row = table?.sockets?.find((one) => one.port === port && one.pid > 0);
  return row && { program: row.pid === SYSTEM_PID ? HTTP_SYS : 'a program', pid: row.pid };
}

function runNetstat(): Promise<string> {
  // By its whole path: another one in PATH is not run.
  const path = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'netstat.exe');
  return new Promise((resolve, reject) => {
    execFile(
      path,
      ['-ano'],
      { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, windowsHide: true },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
}

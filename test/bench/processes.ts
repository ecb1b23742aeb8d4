/** Child processes of the bench, and what they have used. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the child processes as the tool itself is bundled, so that what ships is what is measured. */
export async function bundleProcesses(folder: string): Promise<void> {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/bench/subject.ts', 'test/bench/peers.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

/**
 * Forks a bundled process and waits for its first message. It ends when this process does.
 *
 * @param node the program that runs it
 */
export async function forkProcess(folder: string, name: string, args: string[], node = process.execPath) {
  const child = fork(join(folder, `${name}.mjs`), args, { execArgv: [], execPath: node });
  const first = await reply(child);
  return { child, first };
}

/** The next message of a child; rejects when it exits first. */
export function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`a process of the bench exited (${code})`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.removeListener('exit', onExit);
      resolve(message);
    });
  });
}

/** Milliseconds of user and system time of a process, all threads (proc_pid_stat(5), fields 14 and 15, in 1/100 s). */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in field 2 may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Waits for a server that was just started to listen. */
export async function untilListening(address: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (up) return;
    await pause(50);
  }
  throw new Error(`nothing listens on ${address}:${port}`);
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Runs programs as a user does, the built tool among them, and times them. */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './processes.ts';

export const TOOL = join(projectRoot, 'dist', 'inbound-check.js');

export interface Ran {
  /** From fork to exit, ms. */
  readonly ms: number;
  /** `null`: it was killed, as its time was up. */
  readonly status: number | null;
  /** Most memory it ever had in RAM (VmHWM of proc_pid_status(5)), MB; 0 when not asked for. */
  readonly peakMb: number;
  readonly stdout: string;
}

/** Runs a program to its end, for `timeoutMs` at most. Standard error is discarded. */
export function run(
  program: string,
  args: readonly string[],
  options: {
    readonly timeoutMs?: number;
    readonly watchMemory?: boolean;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: projectRoot,
      env: { ...process.env, ...options.env },
    });
    let peakMb = 0;
    let stdout = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      stdout += text;
    });
    const watch = options.watchMemory
      ? setInterval(() => {
          peakMb = Math.max(peakMb, peakOf(child.pid));
        }, 20)
      : undefined;
    const timer = options.timeoutMs && setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
    child.on('error', reject);
    child.on('close', (status) => {
      const ms = performance.now() - start;
      clearInterval(watch);
      if (timer) clearTimeout(timer);
      resolve({ ms, status, peakMb, stdout });
    });
  });
}

/**
 * Runs the built tool.
 *
 * @param node        the program that runs it
 * @param stateFolder where it keeps its history, so that the user's own stays as it is
 */
export const runTool = (
  node: string,
  args: readonly string[],
  stateFolder: string,
  options?: Parameters<typeof run>[2],
): Promise<Ran> => run(node, [TOOL, ...args], { ...options, env: { XDG_STATE_HOME: stateFolder } });

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It has exited between two looks.
    return 0;
  }
}

/** Full path of a program, also where only root's PATH leads; `undefined` when it is not installed. */
export function programPath(...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

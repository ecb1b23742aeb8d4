/** The station as a process of its own, started by the real command line, and commands that ask it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliResult, collect, runCli, startCli } from '../../cli/run-cli.ts';

export interface RunningStation {
  readonly url: string;
  /** Of the start line. */
  readonly signInLink: string;
  readonly pid: number;
  readonly folder: string;
  /** Runs a command with the station's address and this token. */
  cli(token: string, ...args: string[]): Promise<CliResult>;
  /** Sends the signal, and gives the exit status and standard error. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | null; readonly stderr: string }>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'inbound-check-station-'));

export async function startStation(folder: string, ...args: string[]): Promise<RunningStation> {
  const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  const child = startCli(['serve', ...listen, '--data', folder, '--allow-private', ...args]);
  const { seen, ended } = collect(child);
  const [url, signInLink] = await new Promise<[string, string]>((resolve, reject) => {
    const look = (): void => {
      const [line, found = ''] = /^station at (http:\S+), data in .*\n/m.exec(seen.stdout) ?? [];
      if (line !== undefined) resolve([found, line.trim().split(' ').at(-1) ?? '']);
    };
    child.stdout.on('data', look);
    void ended.then((status) => reject(new Error(`serve ended with ${status}: ${seen.stderr}`)));
  });
  return {
    url,
    signInLink,
    pid: child.pid ?? 0,
    folder,
    cli: (token, ...command) =>
      runCli(command, { env: { INBOUND_CHECK_API: url, INBOUND_CHECK_TOKEN: token } }),
    async end(signal) {
      child.kill(signal);
      return { status: await ended, stderr: seen.stderr };
    },
  };
}

export async function makeToken(folder: string, role: string, ...more: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli([
    'serve',
    'token',
    '--role',
    role,
    '--data',
    folder,
    ...more,
  ]);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

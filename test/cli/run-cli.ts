import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const ENTRY = fileURLToPath(new URL('../../dist/inbound-check.js', import.meta.url));

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The signing key and the history of these tests, not those of the person who runs them. */
const HOME = mkdtempSync(join(tmpdir(), 'inbound-check-home-'));

/** An environment without the settings of the person who runs the tests. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, COLUMNS: ___, NODE_OPTIONS: ____, ...env } = process.env;
  return {
    ...env,
    XDG_CONFIG_HOME: join(HOME, 'config'),
    XDG_STATE_HOME: join(HOME, 'state'),
    ...extra,
  };
}

export function startCli(args: readonly string[], options: CliOptions = {}) {
  return spawn(process.execPath, [ENTRY, ...args], {
    cwd: options.cwd ?? ROOT,
    env: cleanEnv(options.env),
    stdio: 'pipe',
  });
}

/** What it has printed so far, and its exit status once it has ended. */
export function collect(child: ReturnType<typeof startCli>) {
  const seen = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    seen.stderr += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { seen, ended };
}

/** Runs the bundled command line to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  const { seen, ended } = collect(child);
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  const status = await ended;
  return { status, ...seen };
}

/**
 * A Lambda sandbox: one process that has loaded one bundle and runs one invocation at a time, on the runtime of the
 * deployed functions where this machine has it, else on the Node that runs the rig.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { node24 } from '../node24.ts';

const BOOTSTRAP = fileURLToPath(new URL('./lambda-bootstrap.mjs', import.meta.url));
/**
 * Lambda gives a function 10 s to load (AWS Lambda developer guide, "Lambda execution environment lifecycle"). Here it
 * only bounds what hangs: on a busy machine a process may start twelve times slower than there. `npm run bench:bundle`
 * measures how long bundles take to load.
 */
const INIT_MS = 120_000;
/** Output kept of a sandbox, characters. */
const LOG_KEPT = 1_000_000;

export interface FunctionCode {
  /** The bundle. */
  readonly file: string;
  /** Name of its export. */
  readonly handler: string;
}

export interface SandboxOptions extends FunctionCode {
  /** The whole environment of the process, PATH aside. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** Leads the command, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
  readonly onLine: (line: string) => void;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

export interface Invocation {
  readonly id: string;
  /** JSON text. */
  readonly payload: string;
  readonly timeoutMs: number;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface Sandbox {
  readonly pid: number;
  readonly alive: boolean;
  invoke(invocation: Invocation): Promise<Outcome>;
  /** As the kernel does when memory runs out. */
  kill(): void;
}

type Message =
  | { readonly ready: true }
  | { readonly initError: FunctionError }
  | ({ readonly id: string } & Outcome);

/** Starts the process and waits until the bundle is loaded, as a cold start does. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox | FunctionError> {
  const runtime = node24() ?? process.execPath;
  const [command, ...args] = [
    ...(options.prefix ?? []),
    runtime,
    `--max-old-space-size=${Math.round(options.memoryMb * 0.9)}`,
    BOOTSTRAP,
    options.file,
    options.handler,
  ] as const;
  const child = spawn(command ?? runtime, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Nothing of this machine's environment: what a function needs must be in the template.
    env: { PATH: process.env.PATH, ...options.environment },
  });
  keepLog(child, options.onLine);
  const ended = new Promise<FunctionError>((resolve) => {
    child.once('exit', (code, signal) => resolve(exitError(code, signal)));
    child.once('error', (error) =>
      resolve({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message }),
    );
  });
  let alive = true;
  void ended.then(() => {
    alive = false;
  });
  /** No call may get to it between the signal and its end. */
  const kill = (): void => {
    alive = false;
    child.kill('SIGKILL');
  };
  const failed = await loaded(child, ended);
  if (failed !== undefined) return failed;
  return {
    pid: child.pid ?? 0,
    get alive() {
      return alive;
    },
    async invoke({ id, payload, timeoutMs, context }) {
      const timedOut: FunctionError = {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${id} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      };
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<Outcome>((resolve) => {
        timer = setTimeout(() => {
          kill();
          resolve({ ok: false, error: timedOut });
        }, timeoutMs);
      });
      const answer = new Promise<Outcome>((resolve) => {
        const hear = (message: Message): void => {
          if (!('id' in message) || message.id !== id) return;
          child.off('message', hear);
          resolve(message.ok ? message : { ok: false, error: message.error });
        };
        child.on('message', hear);
      });
      const death = ended.then(
        (error): Outcome => ({
          ok: false,
          error: { ...error, errorMessage: `RequestId: ${id} ${error.errorMessage}` },
        }),
      );
      if (alive) child.send({ id, payload, deadline: Date.now() + timeoutMs, context });
      const outcome = await Promise.race([answer, death, timeout]);
      clearTimeout(timer);
      return outcome;
    },
    kill,
  };
}

/** Why the bundle did not load, or nothing. */
async function loaded(
  child: ChildProcess,
  ended: Promise<FunctionError>,
): Promise<FunctionError | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const first = new Promise<FunctionError | undefined>((resolve) => {
    child.once('message', (message: Message) =>
      resolve('initError' in message ? message.initError : undefined),
    );
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ errorType: 'Sandbox.Timedout', errorMessage: 'Error: Init timed out' });
    }, INIT_MS);
  });
  const result = await Promise.race([first, ended]);
  clearTimeout(timer);
  return result;
}

/** Line by line, as CloudWatch Logs has it. */
function keepLog(child: ChildProcess, onLine: (line: string) => void): void {
  let kept = 0;
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on('line', (line) => {
      kept += line.length;
      if (kept <= LOG_KEPT) onLine(line);
    });
  }
}

/** As Lambda words it: `Runtime exited with error: signal: killed`. */
const exitError = (code: number | null, signal: NodeJS.Signals | null): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `Error: Runtime exited with error: ${
    signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
  }`,
});

/** A text of `inbound-check listen --print`, pasted into a shell: what its screen shows, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Pasted {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: () => string;
  /** Resolves once something of this form is printed; rejects if it ends before. */
  readonly until: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<number | null>;
}

export interface GivenCode {
  readonly stdin?: string;
  readonly environment?: string;
}

/**
 * In a session of its own, without a terminal that could be asked for the code.
 *
 * @param shell the command that the text is the last argument of
 */
export function pasteText(
  text: string,
  code: GivenCode,
  [command, ...args]: readonly [string, ...string[]] = ['sh', '-c'],
): Pasted {
  const { INBOUND_CHECK_LISTENER_CODE: _, ...env } = process.env;
  if (code.environment !== undefined) env.INBOUND_CHECK_LISTENER_CODE = code.environment;
  const child = spawn(command, [...args, text], { env, detached: true, stdio: 'pipe' });
  child.stdin.on('error', () => undefined).end(code.stdin);
  let printed = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('latin1').on('data', (more: string) => {
      printed += more;
      for (const hear of heard) hear();
    });
  const ended = once(child, 'close').then(([status]: (number | null)[]) => {
    for (const hear of heard) hear();
    return status ?? null;
  });
  return {
    child,
    printed: () => printed,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const hear = (): void => {
          if (!pattern.test(printed) && child.exitCode === null) return;
          heard.delete(hear);
          if (pattern.test(printed)) resolve(printed);
          else reject(new Error(`it ended without ${pattern}:\n${printed}`));
        };
        heard.add(hear);
        hear();
      }),
  };
}

/** Ends the whole session, which only this process began. */
export async function endPasted({ child, ended }: Pasted): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

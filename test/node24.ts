/**
 * Node 24: the runtime of the deployed functions (lib/stacks/node-function.ts). The project itself supports Node 20 too,
 * and the two differ where it matters: TLS libraries, error codes, memory.
 */
import { spawnSync } from 'node:child_process';

/** Names the program of Node 24, for a machine whose own Node is another (CONTRIBUTING.md). */
const VARIABLE = 'INBOUND_CHECK_NODE24';

let found: string | undefined;

/**
 * Path of the program: what the variable names, or the Node that runs this. `undefined` when neither is there.
 *
 * @throws when the variable names something else
 */
export function node24(): string | undefined {
  found ??= find(process.env[VARIABLE] ?? '');
  return found;
}

function find(named: string): string | undefined {
  if (named === '') return /^v24\./.test(process.version) ? process.execPath : undefined;
  const { stdout, error } = spawnSync(named, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || !/^v24\./.test(stdout))
    throw new Error(`${VARIABLE}: ${named} is no Node 24 (${error?.message ?? stdout.trim()})`);
  return named;
}

/** The Nodes to measure with: the one that runs the bench, and Node 24, on which the fleet's functions run. */
import { execFileSync } from 'node:child_process';
import { node24 } from '../node24.ts';

export interface Runtime {
  /** Path of the program. */
  readonly program: string;
  /** `Node v24.21.0 (OpenSSL 3.5.4)`. */
  readonly name: string;
}

/** One or two, the one that runs the bench first. */
export function runtimes(): Runtime[] {
  const programs = new Set([process.execPath, node24() ?? process.execPath]);
  return [...programs].map((program) => ({ program, name: nameOf(program) }));
}

function nameOf(program: string): string {
  const words = "'Node ' + process.version + ' (OpenSSL ' + process.versions.openssl + ')'";
  return execFileSync(program, ['-p', words], { encoding: 'utf8' }).trim();
}

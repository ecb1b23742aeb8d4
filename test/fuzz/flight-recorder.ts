/**
 * An abort of the process (a failed assertion in native code) leaves no time to say what led to it. So what is under
 * way is in a file, and Vitest's global teardown, in another process, reports what was left in one.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const REPORTS = fileURLToPath(new URL('../../reports/fuzz/', import.meta.url));
const PREFIX = 'under-way-';
const ownFile = `${REPORTS}${PREFIX}${process.pid}.txt`;

/** @param cases one line each */
export function noteUnderWay(cases: readonly string[]): void {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(ownFile, cases.join('\n'));
}

export function nothingUnderWay(): void {
  rmSync(ownFile, { force: true });
}

/** Vitest global set-up: clears what earlier runs left. The teardown reports what this one leaves. */
export default function setUp(): () => void {
  mkdirSync(REPORTS, { recursive: true });
  const left = (): string[] => readdirSync(REPORTS).filter((name) => name.startsWith(PREFIX));
  for (const name of left()) rmSync(REPORTS + name);
  return () => {
    for (const name of left())
      process.stderr.write(`A process died. Under way were:\n${readFileSync(REPORTS + name, 'utf8')}\n`);
  };
}

/** Go-live boards that this browser has followed and that were not green when they were seen last: the first screen names them. */
import type { Side } from '../../model/vocabulary.ts';

export interface SeenGate {
  readonly target: string;
  readonly left: number;
  readonly count: number;
  /** Who has most to do; absent: nobody in particular. */
  readonly side?: Side;
  /** Epoch ms since which it is so, and at which it was seen last. */
  readonly since: number;
  readonly seenAt: number;
}

const KEPT = 'inbound-check.gates';
const DAY_MS = 86_400_000;
const MOST = 5;

/** `undefined` for a board that is green: nobody is needed there any more. */
export function keepGate(target: string, gate: SeenGate | undefined, now: number): void {
  const others = keptGates(now).filter((one) => one.target !== target);
  try {
    localStorage.setItem(KEPT, JSON.stringify([...(gate ? [gate] : []), ...others].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing names none.
  }
}

/** Those of the last day, newest first. @param now epoch ms */
export function keptGates(now: number): readonly SeenGate[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => isGate(one) && now - one.seenAt < DAY_MS) : [];
  } catch {
    return [];
  }
}

function isGate(value: unknown): value is SeenGate {
  if (typeof value !== 'object' || value === null) return false;
  const { target, left, count, since, seenAt } = value as Readonly<Record<string, unknown>>;
  return typeof target === 'string' && [left, count, since, seenAt].every((one) => typeof one === 'number');
}

import type { Clock } from '../../net/network-access.ts';

/** Open connections of all ports together. */
export const MAX_CONNECTIONS = 64;
/** Of those, one source may have so many, so that a scanner leaves room for the test. */
export const MAX_PER_SOURCE = 16;
/** Connections that are answered in a second, of all ports together, once the first `BURST` are used. */
export const PER_SECOND = 20;
export const BURST = 40;

/** Decides which connections are answered. What it keeps is bounded by `MAX_CONNECTIONS`. */
export class Admission {
  private readonly open = new Map<string, number>();
  private total = 0;
  private tokens = BURST;
  private last: number;

  constructor(private readonly clock: Clock) {
    this.last = clock.monotonic();
  }

  /** True: answer it, and call `leave` when it is closed. */
  enter(source: string): boolean {
    const now = this.clock.monotonic();
    this.tokens = Math.min(BURST, this.tokens + ((now - this.last) * PER_SECOND) / 1_000);
    this.last = now;
    const own = this.open.get(source) ?? 0;
    if (this.total >= MAX_CONNECTIONS || own >= MAX_PER_SOURCE || this.tokens < 1) return false;
    this.tokens -= 1;
    this.total += 1;
    this.open.set(source, own + 1);
    return true;
  }

  leave(source: string): void {
    const own = this.open.get(source) ?? 0;
    if (own <= 1) this.open.delete(source);
    else this.open.set(source, own - 1);
    this.total -= 1;
  }
}

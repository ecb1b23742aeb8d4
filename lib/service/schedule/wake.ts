/** Keeps probers in a VPC ready: Lambda removes their network interfaces after weeks without a call. */
import * as z from 'zod';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { printable } from '../../net/printable.ts';
import type { InvokeProber } from '../ports/prober-invoker.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** What the weekly rule sends to the watchdog, and the watchdog to a prober. */
export const WAKE = { wake: true } as const;
export const isWake = (event: unknown): boolean =>
  z.object({ wake: z.literal(true) }).safeParse(event).success;

/** Milliseconds. A prober that is ready answers within its cold start. */
const WAIT_MS = 20_000;

/**
 * Calls each prober once. One that was idle refuses the call and is ready some minutes later, which is what this is
 * for. Never rejects.
 */
export async function wakeProbers(
  vantages: readonly FleetVantage[],
  invoke: InvokeProber,
  telemetry: Telemetry,
): Promise<{ readonly awake: number; readonly asked: number }> {
  const outcomes = await Promise.all(
    vantages.map(async (vantage) => {
      const invoked = await invoke(vantage, JSON.stringify(WAKE), { timeoutMs: WAIT_MS });
      if (invoked.status === 'answered') return true;
      const reason = printable(invoked.message, 200);
      if (invoked.status === 'starting') telemetry.info('prober was asleep', { vantage: vantage.id });
      else telemetry.warn('prober not woken', { vantage: vantage.id, status: invoked.status, reason });
      return false;
    }),
  );
  return { awake: outcomes.filter(Boolean).length, asked: vantages.length };
}

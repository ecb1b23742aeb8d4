/** What a gate and a watch of this machine probe with: reports that are kept, and joined by id. */
import { randomBytes } from 'node:crypto';
import type { EndpointReport, Report } from '../../engine/report-schema.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import { both, measureHere, newIdentity, openProgress } from '../session/local-run.ts';
import type { RunSession } from '../session/session.ts';
import type { GateProbe, GateSeen } from './wait-for-all.ts';

interface LocallySeen {
  readonly report: Report;
}

/** @param before what each report passes through on its way, such as the history */
export function localProbe(
  session: RunSession,
  signal: AbortSignal,
  before: (events: RunEvents) => RunEvents = (events) => events,
): GateProbe<LocallySeen, never> {
  const all = [...session.endpoints];
  const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
  let identity = newIdentity({ randomHex });
  return async (only): Promise<GateSeen<LocallySeen>> => {
    // What is probed again becomes part of the report before it, and proofs of listeners are bound to its id.
    if (only === undefined) identity = newIdentity({ randomHex });
    const endpoints = only === undefined ? all : all.filter(({ id }) => only.includes(id));
    const progress = await openProgress(session.progress, endpoints.length);
    const reports: EndpointReport[] = [];
    const collect = before({ endpoint: (report) => void reports.push(report) });
    const { counts: _, ...tail } = await measureHere(session, {
      endpoints,
      events: both(progress, collect),
      signal,
      identity,
    });
    progress.stop();
    return { ok: true, report: { ...tail, endpoints: reports } };
  };
}

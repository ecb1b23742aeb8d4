/** Runs of a target, made up for the decision about changes: reports of endpoints, one run an hour. */

import { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { CAUSE_DEFAULTS } from '../../../lib/model/cause-codes.ts';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import type { CauseCode, State, Verdict } from '../../../lib/model/vocabulary.ts';
import type { Announced } from '../../../lib/service/changes/announced.ts';
import { decide } from '../../../lib/service/changes/decide.ts';
import { observation } from '../../report/sample-observation.ts';

const VANTAGES = ['eu-west-1', 'us-east-1', 'ap-south-1'] as const;

export interface Seen {
  readonly host?: string;
  readonly port?: number;
  readonly address?: string;
  readonly verdict?: Verdict;
  readonly cause?: CauseCode;
  readonly over?: Partial<EndpointReport>;
  /** By vantage; absent: all of three, as the verdict has it. */
  readonly states?: readonly State[];
  readonly attempt?: number;
  readonly evidence?: Record<string, unknown>;
}

/** A failure is confirmed and seen from three vantages, unless the case says otherwise. */
export function report({
  host = 'www.example.com',
  port = 443,
  address = '192.0.2.10',
  verdict = 'pass',
  cause = verdict === 'fail' ? 'tcp.filtered' : verdict === 'inconclusive' ? 'prober.no-control' : undefined,
  over = {},
  states = VANTAGES.map(() =>
    verdict === 'inconclusive' ? 'inconclusive' : verdict === 'fail' ? 'filtered' : 'open',
  ),
  attempt = verdict === 'fail' ? 2 : 1,
  evidence = {},
}: Seen = {}): EndpointReport {
  return EndpointReport.parse({
    id: `tcp://${host}:${port}`,
    target: 'shop',
    kind: 'tcp',
    host,
    port,
    expect: 'open',
    level: 'required',
    verdict,
    ...(cause !== undefined && { cause, side: CAUSE_DEFAULTS[cause].side }),
    summary: verdict === 'fail' ? `${host} port ${port} does not answer.` : `${host} port ${port} answers.`,
    ...(verdict === 'fail' && { fix: 'Let TCP through.' }),
    observations: states.map((state, index) =>
      observation({
        vantage: VANTAGES[index] ?? `vantage-${index}`,
        address,
        state,
        ...(cause !== undefined && state !== 'open' && { cause }),
        summary: state === 'open' ? 'The server answered.' : 'No answer within 10 s.',
        timings: { total: 1 },
        attempt,
        evidence,
      }),
    ),
    ...over,
  });
}

export const exposed: Seen = {
  port: 22,
  verdict: 'fail',
  cause: 'exposure.open-but-must-be-closed',
  over: { id: 'ssh://www.example.com:22 (closed)', expect: 'closed' },
};

export const at = (hour: number): string => new Date(Date.UTC(2026, 2, 1, hour)).toISOString();

export function runOf(hour: number, endpoints: readonly EndpointReport[], before: Announced | undefined) {
  const { events, announced } = decide(before, endpoints, {
    fleet: 'inbound-check',
    target: 'shop',
    runId: `run-${hour}`,
    startedAt: at(hour),
    finishedAt: at(hour),
  });
  for (const event of events) ChangeEvent.parse(event);
  return { events, announced };
}

/** One run an hour, each a list of reports; returns the alerts after each. */
export function live(runs: readonly (readonly EndpointReport[])[]): ChangeEvent[][] {
  let before: Announced | undefined;
  return runs.map((endpoints, hour) => {
    const { events, announced } = runOf(hour, endpoints, before);
    before = announced;
    return [...events];
  });
}

/** `failing`, or `failing tcp://a:1 tcp://a:2` where there are several endpoints. */
export const kinds = (events: readonly ChangeEvent[]): string[] => events.map(({ kind }) => kind);

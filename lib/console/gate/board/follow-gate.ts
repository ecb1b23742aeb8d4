/**
 * Waits until everything of a target passes: the same steps as `inbound-check run --gate`, from this page. What fails is measured
 * again, and in the end everything once more.
 */
import type { GateStep } from '../../../engine/gate/next-step.ts';
import type { EndpointReport, Report } from '../../../engine/report-schema.ts';
import type { ListenerSecret } from '../../../model/listener-secret.ts';
import type { RunStatus } from '../../../service/contracts/runs.ts';
import type { ConsoleApi } from '../../api/api.ts';
import type { ApiReply } from '../../api/reply.ts';
import { type Board, boardAfter, boardOf } from '../../board/board.ts';

/** An endpoint as it was seen last. */
export interface GateRow {
  readonly endpoint: EndpointReport;
  /** Its last run. */
  readonly runId: string;
  /** Epoch ms at which that began. */
  readonly probedAt: number;
  /** Epoch ms since which it has this verdict, as far as this page or the history has seen. */
  readonly since: number;
}

export interface GateBoard {
  readonly rows: readonly GateRow[];
  /** What each vantage saw last, filling while a run goes on. */
  readonly live?: Board;
  /** `unknown`: no target has this name, or has it any more. */
  readonly phase: 'measuring' | 'waiting' | 'done' | 'hopeless' | 'unknown';
  /** Epoch ms of the next run; while it waits. */
  readonly nextAt?: number;
  /** The last run of everything, whose report can be handed over. */
  readonly whole?: string;
  readonly trouble?: Exclude<ApiReply<unknown>, { status: 'answered' }>;
}

export interface GatePorts {
  readonly api: ConsoleApi;
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the view has gone. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isOver: () => boolean;
  readonly show: (board: GateBoard) => void;
  /** Listeners are asked in the place of the servers: what each run holds in place of their code. */
  readonly listener?: () => Promise<ListenerSecret>;
  readonly nextStep: (
    state: { readonly known: readonly GateRow[]; readonly lastWasWhole: boolean },
    everyMs: number,
  ) => GateStep;
}

/** Milliseconds between two measurements of what fails. */
const EVERY_MS = 30_000;
/** Between two looks at a run. */
const LOOK_MS = 1_000;
/** Until the API is asked again that was away, or had too many runs. */
const TROUBLE_MS = 10_000;

/** Ends when everything passes, when waiting can't help, when no target has the name, or when the view has gone. */
export async function followGate(target: string, ports: GatePorts): Promise<void> {
  const { now, pause, isOver, show, nextStep } = ports;
  let board: GateBoard = { rows: [], phase: 'measuring' };
  const tell = (change: Partial<GateBoard>): void => {
    board = { ...board, ...change };
    if (!isOver()) show(board);
  };
  let only: readonly string[] | undefined;
  while (!isOver()) {
    const { nextAt: _nextAt, trouble: _trouble, ...rest } = board;
    board = { ...rest, phase: 'measuring' };
    tell({});
    const at = now();
    const before = board.live;
    const measured = await measure(target, only, ports, (run) => {
      const seen = boardOf(run);
      // Of a run whose plan is not there yet, or is over and forgotten, there is nothing to show.
      if (seen.rows.length > 0) tell({ live: before === undefined ? seen : boardAfter(before, seen) });
    });
    if (isOver()) return;
    if (measured.status !== 'answered') {
      if (isNoTarget(measured)) return tell({ phase: 'unknown' });
      tell({ phase: 'waiting', nextAt: now() + TROUBLE_MS, trouble: measured });
      await pause(TROUBLE_MS);
      continue;
    }
    const { runId, report } = measured.value;
    const isWhole = only === undefined;
    const rows = rowsAfter(isWhole ? [] : board.rows, board.rows, { runId, report }, at);
    tell({ rows, ...(isWhole && { whole: runId }) });
    const step = nextStep({ known: rows, lastWasWhole: isWhole }, EVERY_MS);
    if (step.kind !== 'run') return tell({ phase: step.kind });
    only = step.only;
    tell({ phase: 'waiting', nextAt: step.at });
    await pause(Math.max(0, step.at - now()));
  }
}

/** A run that can't be found is another matter: the next one may be. */
const isNoTarget = (answer: ApiReply<unknown>): boolean =>
  answer.status === 'refused' && answer.refusal.httpStatus === 404 && answer.refusal.at === 'body.targets';

/** @param kept those that are not measured again stay as they are */
function rowsAfter(
  kept: readonly GateRow[],
  before: readonly GateRow[],
  { runId, report }: MeasuredOnce,
  at: number,
): GateRow[] {
  const earlier = new Map(before.map((row) => [row.endpoint.id, row]));
  const rows = new Map(kept.map((row) => [row.endpoint.id, row]));
  for (const endpoint of report.endpoints) {
    const was = earlier.get(endpoint.id);
    const isSame = was?.endpoint.verdict === endpoint.verdict;
    const since = was === undefined ? sinceOf(endpoint, at) : isSame ? was.since : at;
    rows.set(endpoint.id, { endpoint, runId, probedAt: at, since });
  }
  return [...rows.values()];
}

/** What this page sees first may have begun earlier. */
function sinceOf({ history }: EndpointReport, at: number): number {
  const known = Date.parse(history?.since ?? '');
  return Number.isNaN(known) ? at : Math.min(known, at);
}

interface MeasuredOnce {
  readonly runId: string;
  readonly report: Report;
}

async function measure(
  target: string,
  only: readonly string[] | undefined,
  { api, pause, isOver, listener }: GatePorts,
  look: (run: RunStatus) => void,
): Promise<ApiReply<MeasuredOnce>> {
  const secret = await listener?.();
  const started = await api('startRun', {
    body: {
      targets: [target],
      ...(only !== undefined && { only: [...only] }),
      ...(secret !== undefined && { listener: secret }),
    },
  });
  if (started.status !== 'answered') return started;
  const { runId } = started.value;
  for (;;) {
    const run = await api('getRun', { params: { runId }, query: { detail: 'endpoints' } });
    if (isOver()) return { status: 'unreachable' };
    if (run.status === 'answered') look(run.value);
    // The run goes on without us: a moment without an API loses nothing.
    if (run.status === 'refused') return run;
    if (run.status === 'answered' && run.value.status !== 'running') {
      if (run.value.status === 'finished') break;
      const detail = run.value.error?.message ?? run.value.status;
      return { status: 'refused', refusal: { httpStatus: 200, title: run.value.status, detail } };
    }
    await pause(LOOK_MS);
  }
  const report = await api('getReport', { params: { runId }, query: { target, format: 'json' } });
  return report.status === 'answered'
    ? { status: 'answered', value: { runId, report: report.value as unknown as Report } }
    : report;
}

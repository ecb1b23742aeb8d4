/** A site vantage at work: asks its home for work until it is ended, does it, and answers. */
import { printable } from '../../net/printable.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { type SiteOrders, siteContracts } from '../../service/contracts/site.ts';
import type { ProberAnswer } from '../../service/runs/batch-result.ts';
import type { SiteMeasuring } from './measure.ts';
import { createTelling } from './telling.ts';

export interface WorkingPorts {
  readonly client: ApiClient;
  /** Rejects when nothing can be said. */
  readonly measure: (
    batch: Readonly<Record<string, unknown>>,
    options: Pick<SiteMeasuring, 'position' | 'budgetMs' | 'signal' | 'measured'>,
  ) => Promise<ProberAnswer>;
  /** Ends early when the signal is aborted. Never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** One line for whoever runs it. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** 0 to below 1. */
  readonly random: () => number;
}

/** Pauses after a home that gave no answer, ms: doubled up to a minute, with jitter, as all of them come back at once. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Between two questions, whatever the home says, ms. */
const SHORTEST_MS = 200;
/** Answers of a piece of work are tried so often; then nobody waits for it any more. */
const ANSWER_TRIES = 4;

/** Ends with `removed` when the home does not know this key any more. */
export async function workFor(ports: WorkingPorts): Promise<'ended' | 'removed'> {
  const { client, say, signal, wait, random } = ports;
  const working = new Map<string, AbortController>();
  let failures = 0;
  while (!signal.aborted) {
    const asking = await client(siteContracts.pollSite, { body: { working: [...working.keys()] } });
    if (signal.aborted) break;
    if (asking.status === 'answered') {
      if (failures > 0) say('the home answers again');
      failures = 0;
      follow(asking.value, working, ports);
      await wait(Math.max(SHORTEST_MS, asking.value.againSeconds * 1_000), signal);
      continue;
    }
    if (asking.status === 'refused' && isProblem(asking.problem, 'unauthenticated')) return 'removed';
    const why = asking.status === 'refused' ? asking.problem.detail : asking.message;
    if (failures === 0) say(`no work: ${why}`);
    failures += 1;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
    await wait(longest * (0.5 + random() / 2), signal);
  }
  for (const one of working.values()) one.abort();
  return 'ended';
}

function follow(
  { work, end, position }: SiteOrders,
  working: Map<string, AbortController>,
  ports: WorkingPorts,
): void {
  for (const id of end) {
    working.get(id)?.abort();
    working.delete(id);
  }
  for (const { id, ...one } of work) {
    // A home that gives again what is being answered at this moment.
    if (working.has(id)) continue;
    const ending = new AbortController();
    working.set(id, ending);
    void workOn({ id, ...one }, { position, signal: ending.signal }, ports).finally(() => working.delete(id));
  }
}

async function workOn(
  { id, batch, budgetMs, tellEveryMs }: SiteOrders['work'][number],
  options: Pick<SiteMeasuring, 'position' | 'signal'>,
  { client, measure, say, wait, signal }: WorkingPorts,
): Promise<void> {
  const telling =
    tellEveryMs === undefined
      ? undefined
      : createTelling({
          everyMs: tellEveryMs,
          wait: (ms) => wait(ms, options.signal),
          // One that is lost is made good by the next, and all by the answer.
          tell: async (answer) => {
            const told = await client(siteContracts.tellSite, {
              params: { id },
              body: { answer: { ...answer } },
            });
            return !(told.status === 'refused' && isProblem(told.problem, 'not-found'));
          },
        });
  const measured = telling && { measured: telling.news };
  const body = await measure(batch, { ...options, budgetMs, ...measured }).then(
    (answer) => ({ answer: { ...answer } }),
    (error: unknown) => ({ failed: printable(String(error), 300) || 'it failed' }),
  );
  telling?.end();
  if (options.signal.aborted || signal.aborted) return;
  for (let tried = 1; tried <= ANSWER_TRIES; tried += 1) {
    const asking = await client(siteContracts.answerSite, { params: { id }, body });
    if (asking.status === 'answered') return;
    const isOver =
      asking.status === 'refused' &&
      !(['unavailable', 'internal', 'conflict'] as const).some((kind) => isProblem(asking.problem, kind));
    if (isOver || tried === ANSWER_TRIES) {
      say(`an answer was not taken: ${asking.status === 'refused' ? asking.problem.detail : asking.message}`);
      return;
    }
    await wait(FIRST_PAUSE_MS * tried, signal);
  }
}

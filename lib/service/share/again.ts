/** Starts the run that a visitor of a link asks for, unless there is a reason not to, and fetches its report when it has ended. */
import { gzipSync } from 'node:zlib';
import { mayAskAgain } from '../../engine/gate/next-step.ts';
import { Report } from '../../engine/report-schema.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { utc } from '../../model/units.ts';
import { isoTime } from '../../net/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { pageKey, reportObjects, shareKey, shareRunKey } from '../runs/keys.ts';
import type { FleetRequest } from '../runs/messages.ts';
import { openJson } from '../runs/payload.ts';
import { mayRun, type RateLimits } from '../runs/rate-limit.ts';
import { newRunId } from '../runs/run-id.ts';
import { progressOf, statusOf } from '../runs/run-progress.ts';
import { readLatest } from '../state/latest.ts';
import {
  type LinkRun,
  type LinkRunsItem,
  mailAskedBy,
  noteMailAsked,
  readLinkRuns,
  writeLinkRuns,
} from '../state/link-runs.ts';
import { stateOf } from '../state/share-lifetime.ts';
import { type Again, createShareReader, type Share } from '../state/shares.ts';
import { registeredName } from '../targets/read-targets.ts';
import { standingOnRecord } from '../targets/standing.ts';
import { compared } from './compared.ts';
import { type CopiesPorts, copiesOf } from './copies.ts';
import { MAX_ZIPPED_BYTES } from './limits.ts';
import type { LinkRuns, LinkStart, LinkView } from './link-runs.ts';

export interface AgainPorts extends CopiesPorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'admitted'>;
  readonly store: RunStore;
  readonly executions: Pick<Executions, 'start' | 'find' | 'passages'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly limits: RateLimits;
  /** Why a run would say nothing of any target now; absent or undefined: it would. */
  readonly ownSide?: () => Promise<string | undefined>;
  /** More than may wait in line. Absent: there is no line. */
  readonly isFull?: () => boolean;
  /** Called for each run that was started, for the record of a home that keeps one. */
  readonly started?: (share: string, runId: string) => void;
  readonly telemetry: Telemetry;
  readonly randomHex: (bytes: number) => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A share that starts runs. */
type AgainShare = Share & { readonly again: Again };

/** Who asked for a run of a link, as its record and the limits of an hour have it. */
export const requesterOf = (share: string): string => `link:${share}`;

/** A run whose start was written down and that nobody knows after so long was never begun, ms. */
const BEGUN_WITHIN_MS = 60_000;
const MINUTE_MS = 60_000;
const MAIL_PAUSE_MS = descriptorOf('smtp').pacing.pauseMs;

export function createLinkRuns(ports: AgainPorts): LinkRuns {
  const { items, now } = ports;
  const shares = createShareReader(items);
  const openShare = async (id: string): Promise<AgainShare | undefined> => {
    const share = await shares.get(id);
    return share?.again !== undefined && stateOf(share, now()) === 'open'
      ? { ...share, again: share.again }
      : undefined;
  };
  return {
    async look(id) {
      const share = await openShare(id);
      if (share === undefined) return undefined;
      return viewOf(ports, share, await settled(ports, share));
    },
    async start(id) {
      const share = await openShare(id);
      if (share === undefined) return { status: 'closed' };
      const before = await settled(ports, share);
      if (before.runs.some(isUnderWay)) return { status: 'running' };
      const refused = await refusalOf(ports, share, before.runs);
      if (refused !== undefined) {
        ports.telemetry.info('link starts no run', { share: id, why: refused.why });
        return refused;
      }
      return begin(ports, share, before);
    },
  };
}

const isUnderWay = ({ endedAt }: LinkRun): boolean => endedAt === undefined;
const refuse = (why: Extract<LinkStart, { status: 'refused' }>['why'], says: string) =>
  ({ status: 'refused', why, says }) as const;

const ASK = 'ask whoever sent you this link';

/** In the order in which a visitor can do the least about it. Who stopped what, and why, is not theirs to read. */
async function refusalOf(
  ports: AgainPorts,
  { id, again }: AgainShare,
  runs: readonly LinkRun[],
): Promise<ReturnType<typeof refuse> | undefined> {
  const { items, now } = ports;
  if (runs.length >= again.runs)
    return refuse('spent', `This link has no check left: ${ASK} for another one.`);
  if ((await ports.stop.read()) !== undefined)
    return refuse('stopped', `All checks are stopped at the moment: try again later, or ${ASK}.`);
  if ((await ports.ownSide?.()) !== undefined)
    return refuse(
      'our-side',
      'The checking side has no connection of its own at the moment: try again in some minutes.',
    );
  const due = dueAt(again, runs);
  if (now() < due) return refuse('too-soon', `The next check can be started at ${utc(isoTime(due))}.`);
  for (const target of again.order.vouch === undefined ? again.order.targets : []) {
    const name = registeredName(target);
    const standing = name === undefined ? 'not-registered' : await standingOnRecord(items, name, now());
    if (standing !== 'authorised')
      return refuse(
        'not-allowed',
        standing === 'not-registered'
          ? `What this link shows is checked by us no more: ${ASK}.`
          : `The proof that we may check this host has lapsed: ${ASK} to renew it.`,
      );
  }
  const mail = await mailDueAt(ports, id, again, runs);
  if (mail !== undefined && now() < mail)
    return refuse(
      'mail-pause',
      `Mail servers shut out who connects too often: the next check can be started at ${utc(isoTime(mail))}.`,
    );
  if (ports.isFull?.()) return refuse('busy', 'Many checks wait already: try again in a minute.');
  const limited = await mayRun(
    {
      runId: id,
      requestedBy: requesterOf(id),
      targets: again.order.targets.flatMap((target) => registeredName(target) ?? []),
      ...(again.order.hosts && { hosts: again.order.hosts }),
      at: now(),
    },
    ports.limits,
    items,
  );
  return limited && refuse('busy', `This host was checked very often within the hour: try again in an hour.`);
}

function dueAt({ everyMinutes }: Again, runs: readonly LinkRun[]): number {
  const last = runs.at(-1);
  return last === undefined ? 0 : Date.parse(last.endedAt ?? last.startedAt) + everyMinutes * MINUTE_MS;
}

/**
 * When each mail server may be asked again, by what this link's last report, another link and the target's other runs
 * say; undefined: at once.
 */
async function mailDueAt(
  { items, store }: AgainPorts,
  id: string,
  { order }: Again,
  runs: readonly LinkRun[],
): Promise<number | undefined> {
  if (order.mailHosts.length === 0) return undefined;
  const { finishedAt, endpoints } = await lastReport(store, id, runs);
  const dues = endpoints.map((endpoint) => pauseEnd(endpoint, Date.parse(finishedAt)));
  for (const host of order.mailHosts) {
    const asked = await mailAskedBy(items, host);
    if (asked !== undefined && asked.share !== id) dues.push(asked.at + MAIL_PAUSE_MS);
  }
  for (const target of order.targets) {
    const name = registeredName(target);
    const latest = name === undefined ? undefined : await readLatest(items, name);
    const mailEndpoints = endpoints.filter((one) => pauseEnd(one, 0) > 0);
    // A run that is newer than the link's last report was somebody else's.
    if (latest !== undefined && mailEndpoints.length > 0 && latest.startedAt > finishedAt)
      dues.push(Date.parse(latest.startedAt) + MAIL_PAUSE_MS);
  }
  const due = Math.max(0, ...dues);
  return due === 0 ? undefined : due;
}

const pauseEnd = (endpoint: Report['endpoints'][number], probedAt: number): number =>
  mayAskAgain({ endpoint, probedAt }, probedAt) ? 0 : probedAt + MAIL_PAUSE_MS;

const lastReport = async (
  store: Pick<RunStore, 'get'>,
  id: string,
  runs: readonly LinkRun[],
): Promise<Report> => {
  const last = runs.findLast(({ outcome }) => outcome === 'reported');
  return openJson(
    last === undefined ? shareKey(id, 'json') : shareRunKey(id, last.number, 'json'),
    Report,
    store,
  );
};

/** The record first, so that whatever happens then, the run has cost the link one of its runs. */
async function begin(ports: AgainPorts, share: AgainShare, before: LinkRunsItem): Promise<LinkStart> {
  const { items, now, telemetry } = ports;
  const { id, again } = share;
  const startedAt = isoTime(now());
  const runId = newRunId(now(), ports.randomHex);
  const run: LinkRun = { number: before.runs.length + 1, runId, startedAt };
  // Somebody else pressed at the same moment: theirs is the one that runs.
  if (!(await writeLinkRuns(items, share, before, [...before.runs, run]))) return { status: 'running' };
  for (const host of again.order.mailHosts) await noteMailAsked(items, host, { at: now(), share: id });
  const { targets, settings, vantages, only, vouch } = again.order;
  const request: FleetRequest = {
    runId,
    requestedBy: requesterOf(id),
    targets,
    ...(settings && { settings }),
    ...(vantages && { vantages }),
    ...(only && { only }),
    ...(vouch && { vouch: { by: vouch.by, reason: vouch.reason } }),
  };
  const started = await ports.executions.start(runId, request);
  telemetry.info('link started a run', { share: id, runId, started, number: run.number });
  ports.started?.(id, runId);
  return { status: 'started' };
}

/** What the link started, after the report of what has ended meanwhile was fetched. */
async function settled(ports: AgainPorts, share: AgainShare): Promise<LinkRunsItem> {
  const known = await readLinkRuns(ports.items, share.id);
  const open = known.runs.find(isUnderWay);
  if (open === undefined) return known;
  const ended = await endOf(ports, share, open);
  if (ended === undefined) return known;
  const runs = known.runs.map((run) => (run === open ? ended : run));
  await writeLinkRuns(ports.items, share, known, runs);
  // If somebody else wrote, they saw the same end.
  return readLinkRuns(ports.items, share.id);
}

/** Undefined: it has not ended. */
async function endOf(ports: AgainPorts, { id, redacted }: Share, run: LinkRun): Promise<LinkRun | undefined> {
  const { executions, store, now } = ports;
  const execution = await executions.find(run.runId);
  if (execution === undefined)
    return now() < Date.parse(run.startedAt) + BEGUN_WITHIN_MS
      ? undefined
      : { ...run, endedAt: isoTime(now()), outcome: 'failed' };
  const status = statusOf(execution);
  if (status === 'running') return undefined;
  const endedAt = execution.stoppedAt ?? isoTime(now());
  if (status !== 'finished') return { ...run, endedAt, outcome: status };
  const { report, html, pages, json } = await copiesOf(ports, reportObjects(run.runId, 0), redacted);
  if ([html, json, ...pages.map(({ text }) => text)].some((text) => gzipSync(text).length > MAX_ZIPPED_BYTES))
    return { ...run, endedAt, outcome: 'failed' };
  const page = shareRunKey(id, run.number, 'html');
  await store.put(page, html, 'text/html');
  for (const { language, text } of pages) await store.put(pageKey(page, language), text, 'text/html');
  await store.put(shareRunKey(id, run.number, 'json'), json, 'application/json');
  const { verdict, summary } = report;
  return { ...run, endedAt, outcome: 'reported', verdict, summary };
}

async function viewOf(
  ports: AgainPorts,
  { id, again }: AgainShare,
  { runs }: LinkRunsItem,
): Promise<LinkView> {
  const { store, executions } = ports;
  const shared = await openJson(shareKey(id, 'json'), Report, store);
  const last = runs.findLast(({ outcome }) => outcome === 'reported');
  const now = last && (await openJson(shareRunKey(id, last.number, 'json'), Report, store));
  const open = runs.find(isUnderWay);
  const progress = open && progressOf(await executions.passages(open.runId));
  const { finishedAt, verdict, summary } = shared;
  return {
    shared: { finishedAt, verdict, summary },
    runs: [...runs],
    ...compared(shared, now),
    ...(progress && {
      running: {
        step: progress.step ?? 'plan',
        ...(progress.vantages.length > 0 && {
          vantages: `${progress.vantages.filter(({ status }) => status === 'answered').length} of ${progress.vantages.length}`,
        }),
      },
    }),
    budget: {
      left: Math.max(0, again.runs - runs.length),
      of: again.runs,
      everyMinutes: again.everyMinutes,
    },
  };
}

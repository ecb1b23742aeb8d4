/** Makes a link to the report of one target of a run: copies of its own, and a record that opens them. */

import { gzipSync } from 'node:zlib';
import { Report } from '../../engine/report-schema.ts';
import { isoTime } from '../../net/clock.ts';
import { html } from '../../report/html.ts';
import type { Seal } from '../../report/signature/signature.ts';
import type { Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { pageKey, reportKey, reportObjects, shareKey } from '../runs/keys.ts';
import { openJson } from '../runs/payload.ts';
import { principalOf } from '../runs/principal.ts';
import { readJoined } from '../state/joined.ts';
import type { OfficeOrder } from '../state/offices.ts';
import { readRun } from '../state/runs.ts';
import { DAY_MS } from '../state/share-lifetime.ts';
import { hashOf, idOf, newToken } from '../state/share-token.ts';
import { type Again, createShareStore, type Share, type SharedReport } from '../state/shares.ts';
import { againOrderOf } from './again-order.ts';
import { copiesOf, type ReportObjects } from './copies.ts';
import { MAX_ZIPPED_BYTES } from './limits.ts';
import { officeOrderOf } from './office/order.ts';

export interface SharePorts {
  readonly items: ItemStore;
  readonly store: RunStore;
  /** Rejects when the key can't be reached. */
  readonly seal: () => Promise<Seal>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Days that the fleet keeps its data: no link is valid longer. */
  readonly retentionDays: number;
  /** Where it is known what a run was asked. */
  readonly executions: Pick<Executions, 'find'>;
}

export interface ShareOrder {
  readonly runId: string;
  readonly target?: string | undefined;
  readonly days: number;
  readonly redact: boolean;
  readonly report: SharedReport;
  /** Absent: whoever opens the link starts nothing. */
  readonly checkAgain?: Omit<Again, 'order'> | undefined;
  /** Absent: the link asks no office. */
  readonly office?: { readonly endpoint: string; readonly attempts: number } | undefined;
  /** Of the links: what their pages may try follows from it. Absent: https. */
  readonly page?: 'http:' | 'https:' | undefined;
  /** ARN. */
  readonly by: string;
}

/** `token` is the only copy. */
export type ShareMade =
  | { readonly made: true; readonly share: Share; readonly token: string }
  | {
      readonly made: false;
      readonly why:
        | 'no-run'
        | 'unfinished'
        | 'no-target'
        | 'which-target'
        | 'nothing-joined'
        | 'too-long'
        | 'too-large'
        | 'not-again'
        | 'not-by-office';
      /** One line that says how to fix it. */
      readonly detail: string;
    };

type ShareFailed = Extract<ShareMade, { made: false }>;
const failed = (why: ShareFailed['why'], detail: string): ShareFailed => ({ made: false, why, detail });

/** Rejects with `StoreFailed` when table, bucket or key can't be reached. */
export async function createShare(ports: SharePorts, order: ShareOrder): Promise<ShareMade> {
  const { runId, days } = order;
  if (days > ports.retentionDays)
    return failed(
      'too-long',
      `the fleet keeps reports for ${ports.retentionDays} days: share it for no longer`,
    );
  const target = await findTarget(ports.items, order);
  if ('made' in target) return target;
  const again = await againOf(ports, target, order);
  if (again !== undefined && 'made' in again) return again;
  const office = await officeOf(ports, target, order);
  if (office !== undefined && 'made' in office) return office;
  const objects = await objectsOf(ports.items, target, order);
  if ('made' in objects) return objects;
  const forms = await copiesOf(ports, objects, order.redact);
  const texts = [forms.html, forms.json, ...forms.pages.map(({ text }) => text)];
  if (texts.some((text) => gzipSync(text).length > MAX_ZIPPED_BYTES))
    return failed('too-large', 'the report is too large for a link: run fewer endpoints, or send its file');
  const shares = createShareStore(ports.items);
  const createdAt = ports.now();
  const token = newToken();
  const hash = hashOf(token);
  const id = idOf(hash);
  const keys = { html: shareKey(id, 'html'), json: shareKey(id, 'json') };
  const share: Share = {
    id,
    sha256: hash,
    runId,
    target: target.name,
    createdBy: order.by,
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(createdAt + days * DAY_MS),
    redacted: order.redact,
    ...(order.report === 'joined' && { report: order.report }),
    ...(again && { again }),
    ...(office && { office }),
    keys,
  };
  // The record last: what it opens is there by then. One of the same id keeps its copies.
  const taken = (await shares.get(id)) !== undefined;
  if (!taken) {
    await ports.store.put(keys.html, forms.html, html.mediaType);
    for (const { language, text } of forms.pages)
      await ports.store.put(pageKey(keys.html, language), text, html.mediaType);
    await ports.store.put(keys.json, forms.json, 'application/json');
  }
  if (taken || !(await shares.add(share))) throw new Error('two of 2^64 share ids were the same: ask again');
  return { made: true, share, token };
}

/** The target and its place in the run, which its report's key has. */
async function findTarget(
  items: Pick<ItemStore, 'get'>,
  { runId, target }: ShareOrder,
): Promise<{ readonly name: string; readonly index: number } | ShareFailed> {
  const run = await readRun(items, runId);
  if (run === undefined) return failed('no-run', `there is no run ${runId}`);
  const { targets, finishedAt } = run;
  if (finishedAt === undefined) return failed('unfinished', `the run ${runId} has not finished yet`);
  const [only] = targets;
  if (target === undefined)
    return targets.length === 1 && only !== undefined
      ? { name: only, index: 0 }
      : failed('which-target', `the run ${runId} has ${targets.length} targets: say which one, as ${only}`);
  const index = targets.indexOf(target);
  return index < 0
    ? failed(
        'no-target',
        `the run ${runId} has no target of that name; it has: ${targets.slice(0, 10).join(', ')}`,
      )
    : { name: target, index };
}

/** Of the report that the link is asked for: the run's own, or what it was joined to last. */
async function objectsOf(
  items: Pick<ItemStore, 'get'>,
  target: { readonly name: string; readonly index: number },
  { runId, report }: ShareOrder,
): Promise<ReportObjects | ShareFailed> {
  if (report === 'run') return reportObjects(runId, target.index);
  const joined = await readJoined(items, runId, target.index);
  return (
    joined?.keys ??
    failed('nothing-joined', `nothing was joined to the report of ${target.name} yet: link the run's own`)
  );
}

async function againOf(
  { executions, store }: SharePorts,
  target: { readonly name: string; readonly index: number },
  { runId, checkAgain, by }: ShareOrder,
): Promise<Again | ShareFailed | undefined> {
  if (checkAgain === undefined) return undefined;
  const report = await openJson(reportKey(runId, target.index, 'json'), Report, store);
  const order = await againOrderOf(executions, {
    runId,
    target: target.name,
    report,
    by: principalOf(by),
  });
  return order.ok ? { ...checkAgain, order: order.value } : failed('not-again', order.message);
}

async function officeOf(
  { store }: SharePorts,
  { index }: { readonly index: number },
  { runId, office, page = 'https:' }: ShareOrder,
): Promise<OfficeOrder | ShareFailed | undefined> {
  if (office === undefined) return undefined;
  const report = await openJson(reportKey(runId, index, 'json'), Report, store);
  const order = officeOrderOf(report, { ...office, page });
  return order.ok ? order.value : failed('not-by-office', order.message);
}

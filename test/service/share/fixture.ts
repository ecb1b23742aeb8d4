/** A finished run of two targets in the table and the bucket, and what makes and opens links to it. */

import type { Report } from '../../../lib/engine/report-schema.ts';
import { html } from '../../../lib/report/html.ts';
import { canonicalJson } from '../../../lib/report/signature/canonical.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import type { ExecutionState, Executions } from '../../../lib/service/ports/executions.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { DEFAULT_RATE_LIMITS } from '../../../lib/service/runs/rate-limit.ts';
import { createLinkRuns } from '../../../lib/service/share/again.ts';
import type { ShareMade, ShareOrder, SharePorts } from '../../../lib/service/share/create.ts';
import { createShare } from '../../../lib/service/share/create.ts';
import type { LinkRequest } from '../../../lib/service/share/link.ts';
import type { LinkRuns } from '../../../lib/service/share/link-runs.ts';
import { createOffices } from '../../../lib/service/share/office/keep-outcomes.ts';
import type { Offices } from '../../../lib/service/share/office/offices.ts';
import { createLinkServer } from '../../../lib/service/share/serve.ts';
import { runKey } from '../../../lib/service/state/keys.ts';
import { createShareStore } from '../../../lib/service/state/shares.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { memoryStore, memorySwitch, memoryTelemetry } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';
import { countingSeal } from './signer.ts';

export const ADA = 'arn:aws:iam::123456789012:user/ada';
export const START = Date.parse('2026-03-01T10:00:00.000Z');

const begun = (runId: string) => ({
  ...runKey(runId),
  runId,
  execution: 'arn:run',
  requestedBy: ADA,
  startedAt: '2026-03-01T09:30:00.000Z',
});

export async function sharing({
  reports = [sampleFleetReport],
  retentionDays = 400,
  request = {},
}: {
  readonly reports?: readonly Report[];
  readonly retentionDays?: number;
  /** More of what `run-1` was asked. */
  readonly request?: Readonly<Record<string, unknown>>;
} = {}) {
  const names = reports.map((_, index) => (index === 0 ? 'shop' : `other-${index}`));
  const items = memoryItems([
    { ...begun('run-1'), targets: names, finishedAt: '2026-03-01T09:31:00.000Z' },
    { ...begun('under-way'), targets: ['shop'] },
  ]);
  const store = memoryStore();
  const clock = { now: START };
  const key = countingSeal(() => clock.now);
  for (const [index, report] of reports.entries()) {
    const page = await writeWhole(html, tailOf(report), report.endpoints, { seal: key.seal });
    const signature = await key.seal.sign({ report: '0'.repeat(64) });
    await store.put(reportKey('run-1', index, 'html'), page, html.mediaType);
    await store.put(
      reportKey('run-1', index, 'json'),
      canonicalJson({ ...report, signature }),
      'application/json',
    );
  }
  const telemetry = memoryTelemetry();
  const executions = memoryExecutions();
  executions.known.set('run-1', {
    status: 'SUCCEEDED',
    input: { runId: 'run-1', requestedBy: ADA, targets: names.map((name) => ({ name })), ...request },
    startedAt: '2026-03-01T09:30:00.000Z',
    stoppedAt: '2026-03-01T09:31:00.000Z',
  });
  const stop = memorySwitch();
  let counter = 0;
  const runs = createLinkRuns({
    items,
    store,
    executions,
    stop,
    limits: DEFAULT_RATE_LIMITS,
    seal: async () => key.seal,
    telemetry,
    randomHex: (bytes) => {
      counter += 1;
      return counter.toString(16).padStart(bytes * 2, '0');
    },
    now: () => clock.now,
  });
  const offices = createOffices({ items, telemetry, now: () => clock.now });
  const ports: SharePorts = {
    items,
    store,
    seal: async () => key.seal,
    now: () => clock.now,
    retentionDays,
    executions,
  };
  const open = createLinkServer({
    shares: createShareStore(items),
    store,
    telemetry,
    now: () => clock.now,
    runs,
    offices,
  });
  return {
    items,
    offices,
    executions,
    stop,
    runs,
    store,
    clock,
    key,
    telemetry,
    ports,
    shares: createShareStore(items),
    create: (order: Partial<ShareOrder> = {}): Promise<ShareMade> =>
      createShare(ports, { runId: 'run-1', days: 14, redact: false, report: 'run', by: ADA, ...order }),
    get: (path: string, method = 'GET', more: Partial<LinkRequest> = {}) => open({ method, path, ...more }),
  };
}

/** Executions that begin and end when a test says so. */
function memoryExecutions(): Pick<Executions, 'start' | 'find' | 'passages'> & {
  readonly known: Map<string, ExecutionState>;
} {
  const known = new Map<string, ExecutionState>();
  return {
    known,
    async start(runId, input) {
      known.set(runId, { status: 'RUNNING', input, startedAt: '2026-03-01T10:00:00.000Z' });
      return 'started';
    },
    find: async (runId) => known.get(runId),
    passages: async () => [{ kind: 'entered', name: 'ProbeFromVantages', data: {} }],
  };
}

/** Fails the test when the link was not made. */
export function made(result: ShareMade): Extract<ShareMade, { made: true }> {
  if (!result.made) throw new Error(result.detail);
  return result;
}

/** Of a server whose links start nothing. */
export const noRuns: LinkRuns = { look: async () => undefined, start: async () => ({ status: 'closed' }) };

/** Of a server whose links ask no office. */
export const noOffices: Offices = {
  look: async () => undefined,
  tell: async () => ({ status: 'closed' }),
};

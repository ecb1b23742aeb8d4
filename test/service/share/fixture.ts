/** A finished run of two targets in the table and the bucket, and what makes and opens links to it. */

import type { Report } from '../../../lib/engine/report-schema.ts';
import { html } from '../../../lib/report/html.ts';
import { canonicalJson } from '../../../lib/report/signature/canonical.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import type { ShareMade, ShareOrder, SharePorts } from '../../../lib/service/share/create.ts';
import { createShare } from '../../../lib/service/share/create.ts';
import { createLinkServer } from '../../../lib/service/share/serve.ts';
import { runKey } from '../../../lib/service/state/keys.ts';
import { createShareStore } from '../../../lib/service/state/shares.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { memoryStore, memoryTelemetry } from '../runs/ports.ts';
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
}: {
  readonly reports?: readonly Report[];
  readonly retentionDays?: number;
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
  const ports: SharePorts = {
    items,
    store,
    seal: async () => key.seal,
    now: () => clock.now,
    retentionDays,
  };
  const open = createLinkServer({
    shares: createShareStore(items),
    store,
    telemetry,
    now: () => clock.now,
  });
  return {
    items,
    store,
    clock,
    key,
    telemetry,
    ports,
    shares: createShareStore(items),
    create: (order: Partial<ShareOrder> = {}): Promise<ShareMade> =>
      createShare(ports, { runId: 'run-1', days: 14, redact: false, by: ADA, ...order }),
    get: (path: string, method = 'GET') => open({ method, path }),
  };
}

/** Fails the test when the link was not made. */
export function made(result: ShareMade): Extract<ShareMade, { made: true }> {
  if (!result.made) throw new Error(result.detail);
  return result;
}

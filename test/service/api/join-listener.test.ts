import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { sealKeysOf } from '../../../lib/kinds/listener/seal-keys.ts';
import { sha256 } from '../../../lib/report/signature/canonical.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { joinListener } from '../../../lib/service/api/join-listener.ts';
import { joinedReportAnswer } from '../../../lib/service/api/run-report.ts';
import type { ListenerEvidence } from '../../../lib/service/contracts/runs.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { type LogOf, logAround } from '../../servers/listener-log-text.ts';
import { CODE, OTHER_CODE } from '../../servers/scripted-listener.ts';
import { sharing } from '../share/fixture.ts';

const caller = {
  arn: 'arn:aws:sts::1:assumed-role/support/sue',
  principal: 'arn:aws:sts::1:assumed-role/support',
};
const { startedAt, finishedAt } = sampleFleetReport;
const port = sampleFleetReport.endpoints.find(({ kind }) => kind === 'https')?.port ?? 0;
const log = (more: Partial<LogOf> = {}): string => logAround({ startedAt, finishedAt, port, ...more });
const evidence = (text: string, more: Partial<ListenerEvidence> = {}): ListenerEvidence => ({
  log: text,
  keys: sealKeysOf(CODE),
  ...more,
});

async function api() {
  const made = await sharing();
  const join = (sent: ListenerEvidence, runId = 'run-1') => joinListener(made.ports, runId, sent, caller);
  const read = (format: 'json' | 'html' | 'markdown' | 'junit' = 'json') =>
    joinedReportAnswer(made.ports, 'run-1', { format });
  return { ...made, join, read };
}
const given = async <T>(answer: Promise<{ ok: true; value: T } | { ok: false }>): Promise<T> => {
  const one = await answer;
  if (!one.ok) throw new Error(JSON.stringify(one));
  return one.value;
};

describe('a log joined to the report of a run', () => {
  it('makes a signed report beside the original, which names both inputs', async () => {
    const { join, read, store } = await api();
    const original = store.objects.get(reportKey('run-1', 0, 'json')) ?? '';
    const text = log();
    const joined = await given(join(evidence(text)));
    expect(joined).toMatchObject({ runId: 'run-1', target: 'shop', logs: 1, log: { sha256: sha256(text) } });
    expect(joined.decided.map((one) => one.port)).toContain(port);
    expect(store.objects.get(reportKey('run-1', 0, 'json'))).toBe(original);
    const data = await given(read());
    expect(verifyReport(Buffer.from(data)).outcome).toBe('intact');
    expect(Report.parse(JSON.parse(data)).listeners).toMatchObject([
      {
        report: { sha256: sha256(original), keyId: Report.parse(JSON.parse(original)).signature?.keyId },
        log: { sha256: sha256(text), keyId: sealKeysOf(CODE).keyId },
      },
    ]);
    const page = await given(read('html'));
    expect(verifyReport(Buffer.from(page)).outcome).toBe('intact');
    expect(await given(read('markdown'))).toContain('listener');
    expect(await given(read('junit'))).toContain('<testsuite');
  });

  it('is the same gzipped, as larger logs come', async () => {
    const { join } = await api();
    const logGzip = gzipSync(log()).toString('base64');
    expect(await join({ logGzip, keys: sealKeysOf(CODE) })).toMatchObject({
      value: { log: { sha256: sha256(log()) } },
    });
  });

  it('joins another log to what is joined already, and the same one once', async () => {
    const { join } = await api();
    await join(evidence(log()));
    expect(await join(evidence(log({ shift: 1_000 })))).toMatchObject({ value: { logs: 2 } });
    expect(await join(evidence(log()))).toMatchObject({ value: { logs: 2 } });
  });

  it('keeps neither keys nor code', async () => {
    const { join, store, items } = await api();
    await join(evidence(log()));
    const kept = JSON.stringify([[...store.objects], await items.query('JOINED#run-1')]);
    const { log: logKey, block } = sealKeysOf(CODE);
    for (const secret of [CODE, logKey, block]) expect(kept).not.toContain(secret);
  });

  it.each<[string, ListenerEvidence]>([
    ['other-code', evidence(log({ code: OTHER_CODE }))],
    ['altered', evidence(log().replace('127.0.0.1', '127.0.0.2'))],
    ['unfinished', evidence(log({ sealed: false }))],
    ['other-time', evidence(log({ shift: 86_400_000 }))],
    ['other-ports', evidence(log({ port: 1 }))],
    ['no-log', evidence('hello')],
  ])('refuses what is %s by that name, and writes nothing', async (reason, sent) => {
    const { join, read, store } = await api();
    const before = store.objects.size;
    expect(await join(sent)).toMatchObject({
      problem: { status: 400, at: 'body.log', detail: expect.stringMatching(`^${reason}: `) },
    });
    expect(store.objects.size).toBe(before);
    expect(await read()).toMatchObject({ problem: { status: 404 } });
  });

  it('is bounded: no bomb, and no more logs than eight', async () => {
    const { join } = await api();
    const bomb = gzipSync(Buffer.alloc(2_000_000)).toString('base64');
    expect(await join({ logGzip: bomb, keys: sealKeysOf(CODE) })).toMatchObject({ problem: { status: 413 } });
    for (let index = 0; index < 8; index += 1) await join(evidence(log({ shift: index })));
    expect(await join(evidence(log({ shift: 8 })))).toMatchObject({ problem: { status: 413 } });
  });

  it('needs a run that has ended, and exists', async () => {
    const { join } = await api();
    expect(await join(evidence(log()), 'under-way')).toMatchObject({ problem: { status: 409 } });
    expect(await join(evidence(log()), 'nowhere')).toMatchObject({ problem: { status: 404 } });
  });

  it('does not lose one of two logs that come at the same moment', async () => {
    const { join } = await api();
    const both = await Promise.all([join(evidence(log())), join(evidence(log({ shift: 1_000 })))]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ problem: { status: 409 } });
  });
});

import { describe, expect, it } from 'vitest';
import { EndpointReport, Report } from '../../../lib/engine/report-schema.ts';
import { digestWords } from '../../../lib/kinds/listener/read-back.ts';
import { sealKeysOf } from '../../../lib/kinds/listener/seal-keys.ts';
import { spoken, wordsOf } from '../../../lib/kinds/listener/words.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { joinListener } from '../../../lib/service/api/join-listener.ts';
import { readBackRun } from '../../../lib/service/api/read-back.ts';
import { joinedReportAnswer } from '../../../lib/service/api/run-report.ts';
import type { WordsRead } from '../../../lib/service/contracts/runs.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { logAround } from '../../servers/listener-log-text.ts';
import { CODE } from '../../servers/scripted-listener.ts';
import { sharing } from '../share/fixture.ts';

const caller = { arn: 'arn:sue', principal: 'arn:support' };
const { startedAt, finishedAt } = sampleFleetReport;
const host = 'www.example.com';
const nonceOf = (port: number): string => String(port).padEnd(32, '7');
const wordsAt = (port: number): string => spoken(wordsOf(nonceOf(port)));

/** It answered, and nobody has a code. */
const asked = (port: number): EndpointReport =>
  EndpointReport.parse({
    id: `listener://${host}:${port}`,
    target: 'shop',
    kind: 'listener',
    host,
    port,
    expect: 'open',
    level: 'required',
    verdict: 'pass',
    summary: 'Something answers.',
    observations: [
      {
        vantage: 'eu-central-1',
        address: '203.0.113.7',
        state: 'open',
        summary: 'Something answers.',
        startedAt,
        timings: { total: 1 },
        attempt: 1,
        evidence: {
          kind: 'listener',
          listener: {
            speech: 'line',
            status: 'unverified',
            read: { end: 'fin', bytes: 3, text: 'hi' },
            readBack: digestWords(nonceOf(port), 'salt'),
          },
        },
      },
    ],
  });

async function api() {
  const made = await sharing({
    reports: [{ ...sampleFleetReport, endpoints: [...sampleFleetReport.endpoints, asked(80), asked(443)] }],
  });
  const read = async (...words: WordsRead['words']) => {
    const answer = await readBackRun(made.ports, 'run-1', { words }, caller);
    if (!answer.ok) throw new Error(answer.problem.detail);
    return answer.value;
  };
  const joined = async (): Promise<Report> => {
    const answer = await joinedReportAnswer(made.ports, 'run-1', { format: 'json' });
    if (!answer.ok) throw new Error(answer.problem.detail);
    expect(verifyReport(Buffer.from(answer.value)).outcome).toBe('intact');
    return Report.parse(JSON.parse(answer.value));
  };
  const endpoint = async (port: number) =>
    (await joined()).endpoints.find(({ id }) => id === `listener://${host}:${port}`);
  return { ...made, read, joined, endpoint };
}

describe('words that were read aloud, for the report of a run', () => {
  it('are told in a signed report beside the original, which stays', async () => {
    const { read, endpoint, store } = await api();
    const original = store.objects.get(reportKey('run-1', 0, 'json'));
    const answer = await read({ host, port: 443, words: wordsAt(443).toLowerCase() });
    expect(answer.read).toMatchObject([{ host, port: 443, status: 'right' }]);
    expect((await endpoint(443))?.summary).not.toBe('Something answers.');
    expect((await endpoint(80))?.summary).toBe('Something answers.');
    expect(store.objects.get(reportKey('run-1', 0, 'json'))).toBe(original);
  });

  it('fail their port where they were not sent, until the right ones are typed', async () => {
    const { read, endpoint } = await api();
    expect((await read({ host, port: 443, words: 'ALFA ALFA 10' })).verdict).toBe('fail');
    expect(await endpoint(443)).toMatchObject({ verdict: 'fail', cause: 'path.words-differ' });
    await read({ host, port: 443, words: wordsAt(443) });
    expect(await endpoint(443)).toMatchObject({ verdict: 'pass' });
    expect((await endpoint(443))?.cause).toBeUndefined();
  });

  it('name the port that leads there, and are kept beside those of another port', async () => {
    const { read, endpoint } = await api();
    await read({ host, port: 80, words: wordsAt(80) });
    const answer = await read({ host, port: 443, words: wordsAt(80) });
    expect(answer.read).toMatchObject([{ status: 'of-another-port' }]);
    expect((await endpoint(80))?.summary).not.toBe('Something answers.');
    expect(await endpoint(443)).toMatchObject({ cause: 'path.words-differ' });
  });

  it('leave what a log decided, and a log leaves them', async () => {
    const { ports, read, joined, endpoint } = await api();
    const log = logAround({ startedAt, finishedAt, port: 443 });
    const body = { log, keys: sealKeysOf(CODE) };
    await read({ host, port: 443, words: 'ALFA ALFA 10' });
    expect(await joinListener(ports, 'run-1', body, caller)).toMatchObject({ value: { logs: 1 } });
    expect(await endpoint(443)).toMatchObject({ cause: 'path.words-differ' });
    await read({ host, port: 443, words: wordsAt(443) });
    expect((await joined()).listeners).toHaveLength(1);
  });

  it.each([
    ['under-way', 443, 409],
    ['nowhere', 443, 404],
    ['run-1', 25, 400],
  ])('are refused for %s and port %i', async (runId, port, status) => {
    const { ports } = await api();
    const words = [{ host, port, words: wordsAt(443) }];
    expect(await readBackRun(ports, runId, { words }, caller)).toMatchObject({ problem: { status } });
  });

  it('does not lose one of two that come at the same moment', async () => {
    const { ports } = await api();
    const send = (port: number) =>
      readBackRun(ports, 'run-1', { words: [{ host, port, words: wordsAt(port) }] }, caller);
    const both = await Promise.all([send(80), send(443)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ problem: { status: 409 } });
  });
});

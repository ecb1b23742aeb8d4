/** Machines elsewhere that measure for the fleet, by the real command line; the runs wait for them by task token. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newSiteKey } from '../../lib/local/site/client.ts';
import { parseJson } from '../../lib/model/parse-json.ts';
import { bodyDigest, publicKeyOf, readPrivateKey, signRequest } from '../../lib/service/site/signature.ts';
import { type CliResult, collect, runCli, startCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { rawVantages, reportOf, VANTAGES } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';
import type { WaitingTask } from './task-tokens.ts';

let rig: Rig;
let server: TcpServer;
let folder: string;
const children: ReturnType<typeof startCli>[] = [];
/** Of the machine that asks by the command line. */
const machine = () => ({ XDG_CONFIG_HOME: folder });
const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, {
    env: { ...operatorEnvironment(rig, 'operator'), XDG_CONFIG_HOME: join(folder, 'operator') },
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inbound-check-site-'));
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Until the machine says that it asks for work. */
async function startVantage(code: string) {
  const child = startCli(['vantage', 'join', rig.api.url, '--allow', '127.0.0.0/8'], { env: machine() });
  children.push(child);
  child.stdin.end(code);
  const { seen, ended } = collect(child);
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => seen.stderr.includes('for work') && resolve());
    void ended.then((status) => reject(new Error(`join ended with ${status}: ${seen.stderr}`)));
  });
  return { child, ended };
}

const start = (runId: string, vantages?: readonly string[], closed = false) => {
  const uri = `tcp://127.0.0.1:${server.port}`;
  const target = closed ? { name: runId, check: [], closed: [uri] } : { name: runId, check: [uri] };
  return rig.start(
    'check',
    runId,
    request(runId, [target], { ...(vantages && { vantages }), settings: { confirm: '0' } }),
  );
};

/** A machine whose every request the test writes itself. */
function byHand(name: string, privateKey = newSiteKey()) {
  const sign = (path: string, body: string, head: { name?: string; nonce?: string } = {}): string =>
    signRequest(
      { method: 'POST', path },
      { name, time: Date.now(), nonce: randomBytes(16).toString('hex'), digest: bodyDigest(body), ...head },
      privateKey,
    );
  const send = async (path: string, body: string, authorization?: string) => {
    const answer = await fetch(`${rig.api.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    });
    return { status: answer.status, body: parseJson(await answer.text()) };
  };
  const ask = (path: string, body: unknown) => {
    const text = JSON.stringify(body);
    return send(path, text, sign(path, text));
  };
  return {
    sign,
    send,
    ask,
    poll: () => ask('/site/poll', { working: [] }),
    join: (code: string) =>
      send('/site/join', JSON.stringify({ name, code, publicKey: publicKeyOf(privateKey) })),
  };
}
const invite = async (name: string, position: string): Promise<string> => {
  const { stdout, status, stderr } = await cli('vantage', 'add', name, '--position', position);
  expect(stderr).not.toContain('takes no');
  expect(status).toBe(0);
  return stdout.trim();
};
const codeIn = (text: string): string => text.split('.')[1] ?? '';
/** Of the work that lies with the token of this task. */
async function workOf({ token }: WaitingTask): Promise<string> {
  const lying = await rig.table.all('SITEWORK#hand');
  return String(lying.find((one) => one.token === token)?.id);
}

describe('a site vantage of a fleet', () => {
  it('joins by its code, measures what the fleet’s probers measure, and is judged by its position', async () => {
    const { child, ended } = await startVantage(await invite('branch', 'inside'));
    await expect.poll(async () => (await cli('vantage', 'list')).stdout).toContain('asks for work');
    const run = await start('with-branch', ['eu-west-1', 'branch']);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.caught).toEqual(['Dispatch']);
    expect(await rig.s3.keys(rig.bucket, 'runs/with-branch/raw/1-branch-')).toHaveLength(1);
    const report = await reportOf(rig, 'with-branch');
    expect(report.verdict).toBe('pass');
    expect(report.vantages).toMatchObject([
      { id: 'eu-west-1' },
      { id: 'branch', kind: 'site', position: 'inside' },
    ]);
    // Inside, it reaches what the internet must not: no exposure, and no proof that there is none.
    expect((await start('inside-alone', ['branch'], true)).status).toBe('SUCCEEDED');
    expect(await reportOf(rig, 'inside-alone')).toMatchObject({ verdict: 'inconclusive' });
    await cli('vantage', 'add', 'branch', '--position', 'internet');
    await start('now-outside', ['branch'], true);
    expect(await reportOf(rig, 'now-outside')).toMatchObject({
      verdict: 'fail',
      endpoints: [{ cause: 'exposure.open-but-must-be-closed' }],
    });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('is in every run that names no vantages, and one that is stale gets no work', async () => {
    await rig.table.put({ pk: 'SITE#branch', sk: 'HEARD', at: '2026-01-01T00:00:00.000Z' });
    const run = await start('stale');
    expect(run.status).toBe('SUCCEEDED');
    const report = await reportOf(rig, 'stale');
    expect(report.vantages.map(({ id }) => id)).toEqual([...VANTAGES, 'branch']);
    expect(report.verdict).toBe('pass');
    expect(report.vantages.find(({ id }) => id === 'branch')?.unavailable).toContain(
      'VantageStale: branch has not asked for work since',
    );
    expect(await rig.table.all('SITEWORK#branch')).toEqual([]);
  });
});

describe('a vantage that does not keep to it', () => {
  const hand = byHand('hand');
  beforeAll(async () => {
    expect(await hand.join(codeIn(await invite('hand', 'internet')))).toMatchObject({ status: 200 });
    expect(await hand.poll()).toMatchObject({ status: 200, body: { againSeconds: 10, work: [] } });
  });

  it('falls silent with its work: the run goes on, blames no target, and takes no answer any more', async () => {
    const running = start('silent', ['eu-west-1', 'hand']);
    const task = await rig.tokens.waiting('"runId":"silent"');
    const id = await workOf(task);
    const asked = await hand.poll();
    expect(asked.body).toMatchObject({ work: [{ id, batch: { runId: 'silent' } }] });
    expect(rig.tokens.find(task.token)?.heartbeats).toBe(1);
    rig.tokens.pass(task.token, 'HeartbeatSeconds');
    const run = await running;
    expect(run.status).toBe('SUCCEEDED');
    expect(run.entered).toContain('VantageSilent');
    const report = await reportOf(rig, 'silent');
    expect(report.verdict).toBe('pass');
    expect(report.vantages.find(({ id: one }) => one === 'hand')?.unavailable).toBe(
      'VantageSilent: it was not heard of for 60 s',
    );
    expect(await hand.ask('/site/poll', { working: [id] })).toMatchObject({ body: { end: [id], work: [] } });
    const late = await hand.ask(`/site/answers/${id}`, { answer: { vantage: { id: 'hand' } } });
    expect(late).toMatchObject({ status: 404 });
    expect(await rawVantages(rig, 'silent', 1)).toEqual(['eu-west-1']);
  });

  it('asks and never answers: its time ends', async () => {
    const running = start('late', ['hand']);
    const task = await rig.tokens.waiting('"runId":"late"');
    rig.tokens.pass(task.token, 'TimeoutSeconds');
    expect((await running).entered).toContain('VantageLate');
    const report = await reportOf(rig, 'late');
    expect(report).toMatchObject({ verdict: 'inconclusive', endpoints: [{ cause: 'prober.unavailable' }] });
    expect(report.vantages[0]?.unavailable).toBe('ProberTimedOut: it gave no answer in its time');
  });

  it('answers something else than was asked: that is refused, and named in the run', async () => {
    const running = start('rubbish', ['hand']);
    const task = await rig.tokens.waiting('"runId":"rubbish"');
    const path = `/site/answers/${await workOf(task)}`;
    expect(await hand.ask(path, { answer: { vantage: { id: 'eu-west-1' } } })).toMatchObject({ status: 400 });
    expect((await running).status).toBe('SUCCEEDED');
    const report = await reportOf(rig, 'rubbish');
    expect(report.vantages[0]?.unavailable).toContain('ProberRubbish');
    expect(await hand.ask(path, { failed: 'once more' })).toMatchObject({ status: 404 });
  });

  it('is refused with a forged signature, another’s name, another body, or a request of before', async () => {
    const body = JSON.stringify({ working: [] });
    const path = '/site/poll';
    const stranger = byHand('hand');
    const refused = [
      await stranger.send(path, body),
      await stranger.send(path, body, stranger.sign(path, body)),
      await hand.send(path, body, hand.sign(path, body, { name: 'branch' })),
      await hand.send(path, body, hand.sign('/site/answers/0', body)),
      await hand.send(path, JSON.stringify({ working: [], look: true }), hand.sign(path, body)),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const once = hand.sign(path, body);
    expect(await hand.send(path, body, once)).toMatchObject({ status: 200 });
    expect(await hand.send(path, body, once)).toMatchObject({ status: 409 });
    // The work of one is not there for another, whatever its id.
    const running = start('of-hand', ['hand']);
    const id = await workOf(await rig.tokens.waiting('"runId":"of-hand"'));
    const kept = readFileSync(join(folder, 'inbound-check', 'vantages.json'), 'utf8');
    const [, pem = ''] = /"privateKey":\s*"([^"]+)"/.exec(kept) ?? [];
    const branch = byHand('branch', readPrivateKey(pem.replaceAll('\\n', '\n')));
    expect(await branch.ask(`/site/answers/${id}`, { failed: 'for another' })).toMatchObject({ status: 404 });
    expect(await hand.ask(`/site/answers/${id}`, { failed: 'no disk' })).toMatchObject({ status: 204 });
    await running;
    expect((await reportOf(rig, 'of-hand')).vantages[0]?.unavailable).toBe('ProberCrashed: no disk');
  });

  it('joins once by a code, and no longer when it was removed', async () => {
    const code = codeIn(await invite('short', 'inside'));
    const short = byHand('short');
    expect(await short.join('A'.repeat(43))).toMatchObject({ status: 403 });
    expect(await short.join(code)).toMatchObject({ status: 200 });
    expect(await byHand('short').join(code)).toMatchObject({ status: 403 });
    expect(await short.poll()).toMatchObject({ status: 200, body: { position: 'inside' } });
    expect(await cli('vantage', 'remove', 'short')).toMatchObject({ status: 0 });
    expect(await short.poll()).toMatchObject({ status: 401 });
  });

  it('gets no work and keeps no run waiting while the fleet is stopped', async () => {
    const running = start('stopped', ['hand']);
    const task = await rig.tokens.waiting('"runId":"stopped"');
    expect(await cli('fleet', 'stop', '--reason', 'a test')).toMatchObject({ status: 0 });
    expect((await hand.poll()).body).toMatchObject({ work: [] });
    await cli('fleet', 'resume');
    rig.tokens.pass(task.token, 'HeartbeatSeconds');
    await running;
  });
});

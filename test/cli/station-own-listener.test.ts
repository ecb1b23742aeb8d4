/** Who owns a host, proven to a station by a listener on a port below 1024 of it: for that run and its ports, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { type CountedServer, countedServer, forwardTo, NO_LOW_PORTS } from '../servers/low-ports.ts';
import {
  CODE_TEXT,
  OTHER_CODE,
  type ScriptedListener,
  scriptedListener,
} from '../servers/scripted-listener.ts';
import { runCli } from './run-cli.ts';

const QUICK = ['--no-default-controls', '--confirm', '0', '--no-share'];
const HTTP = 80;
/** Ports of each host that nothing authorises, and one beyond 1024 that the listener has, too. */
const SSH = 22;
const HIGH = 8_443;
const folder = newFolder();
const closing: (() => Promise<unknown>)[] = [];
let station: RunningStation;
let operator: string;
let low: ScriptedListener;

const cli = (...args: string[]) =>
  runCli(args, {
    env: {
      INBOUND_CHECK_API: station.url,
      INBOUND_CHECK_TOKEN: operator,
      INBOUND_CHECK_LISTENER_CODE: CODE_TEXT,
    },
  });

beforeAll(async () => {
  if (NO_LOW_PORTS !== undefined) return;
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator', '--name', 'ada');
});
afterAll(async () => {
  await station?.end('SIGKILL');
  await Promise.all(closing.map((close) => close()));
});

/** Registers a host for which nobody vouches. Its listener, if it has one, is not started here. */
async function unproven(name: string, host: string): Promise<void> {
  const check = [`http://${host}:${HTTP}/`, `tcp://${host}:${HIGH}`].flatMap((uri) => ['--check', uri]);
  await cli('target', 'add', name, ...check, '--closed', `tcp://${host}:${SSH}`);
  expect(await cli('target', 'unvouch', name)).toMatchObject({ status: 0 });
}

async function listenerAt(
  host: string,
  port: number,
  script: Partial<Parameters<typeof scriptedListener>[0]> = {},
): Promise<ScriptedListener> {
  const listener = await scriptedListener({ speech: port === HTTP ? 'http' : 'line', ...script }, host, port);
  closing.push(listener.close);
  return listener;
}

async function countedAt(
  host: string,
  port: number,
  serve?: Parameters<typeof countedServer>[2],
): Promise<CountedServer> {
  const server = await countedServer(host, port, serve);
  closing.push(server.close);
  return server;
}

async function ran(name: string, ...more: string[]) {
  const output = join(folder, `${name}.json`);
  const { stdout, stderr } = await cli('run', name, '--wait', ...QUICK, '--output', output, ...more);
  return {
    stdout: stdout.replace(/\s+/g, ' '),
    stderr,
    report: Report.parse(JSON.parse(readFileSync(output, 'utf8'))),
  };
}
const verdicts = ({ endpoints }: Report) =>
  endpoints.map(({ id, verdict, cause }) => [id, verdict, cause ?? '']);

describe.skipIf(NO_LOW_PORTS !== undefined)('a listener on a port below 1024', () => {
  const host = '127.88.4.1';

  it('proves its ports for this run, and nothing else of the host', async () => {
    low = await listenerAt(host, HTTP);
    const [high, ssh] = await Promise.all([listenerAt(host, HIGH, { speech: 'line' }), countedAt(host, SSH)]);
    await unproven('own', host);
    const { stdout, report } = await ran('own', '--with-listener');
    expect(stdout).toContain(
      `a listener at ${host}:${HTTP} proved ownership, for the listener's ports in this run alone`,
    );
    expect(report.authorisation).toMatchObject({
      kind: 'listener',
      proofs: [{ host, address: host, port: HTTP, listenerPort: HTTP }],
    });
    expect(verdicts(report)).toEqual([
      [`listener://${host}:${HTTP}`, 'pass', ''],
      [`listener://${host}:${HIGH}`, 'pass', ''],
      [`tcp://${host}:${SSH} (closed)`, 'inconclusive', 'prober.target-not-authorised'],
    ]);
    expect([low.heard.length, high.heard.length, ssh.accepted()]).toEqual([2, 1, 0]);
  });

  it('proves nothing for the next run, with or without a listener', async () => {
    await low.close();
    closing.splice(closing.indexOf(low.close), 1);
    const server = await countedAt(host, HTTP);
    const plain = await ran('own');
    expect(plain.report.authorisation).toBeUndefined();
    expect(new Set(plain.report.endpoints.map(({ cause }) => cause))).toEqual(
      new Set(['prober.target-not-authorised']),
    );
    expect(server.accepted()).toBe(0);
    const asked = await ran('own', '--with-listener');
    expect(asked.report.authorisation).toBeUndefined();
    expect(server.accepted()).toBe(1);
    expect(asked.report.endpoints[0]?.summary).toContain('no answer (the peer closed the connection)');
  });
});

let replayed: string | undefined;
const BAD: readonly (readonly [string, string, Partial<Parameters<typeof scriptedListener>[0]>, string])[] = [
  ['a wrong code', '127.88.4.11', { code: OTHER_CODE }, 'another challenge, run or code'],
  ['a page without a proof', '127.88.4.12', { line: () => undefined }, 'an answer without a proof'],
  ['no end', '127.88.4.13', { line: () => 'x'.repeat(1_000_000) }, 'an answer without a proof'],
]; // biome-ignore format: one line each

describe.skipIf(NO_LOW_PORTS !== undefined)(
  'nothing is probed where the one challenge is answered by',
  () => {
    it.each(BAD)('%s', async (_, host, script, why) => {
      const [listener, high, ssh] = await Promise.all([
        listenerAt(host, HTTP, script),
        countedAt(host, HIGH),
        countedAt(host, SSH),
      ]);
      const name = `bad-${host.split('.').at(-1)}`;
      await unproven(name, host);
      const { report } = await ran(name, '--with-listener');
      expect(report.authorisation).toBeUndefined();
      expect(report.endpoints.map(({ cause }) => cause)).toEqual(
        Array(3).fill('prober.target-not-authorised'),
      );
      expect(report.endpoints[0]?.summary).toContain(why);
      expect([listener.heard.length, high.accepted(), ssh.accepted()]).toEqual([1, 0, 0]);
    });

    it('a proof of an earlier run', async () => {
      const host = '127.88.4.15';
      const script = { line: (own: string) => (replayed ??= own) };
      const listener = await listenerAt(host, HTTP, script);
      await countedAt(host, HIGH);
      await unproven('again', host);
      expect((await ran('again', '--with-listener')).report.authorisation?.kind).toBe('listener');
      const before = listener.heard.length;
      const { report } = await ran('again', '--with-listener');
      expect(report.authorisation).toBeUndefined();
      expect(report.endpoints[0]?.summary).toContain('another challenge, run or code');
      expect(listener.heard.length - before).toBe(1);
    });

    it('a machine that passes it on to the listener of another', async () => {
      const [host, real] = ['127.88.4.16', '127.88.4.17'];
      await listenerAt(real, HTTP);
      const [forwarder, high] = await Promise.all([
        countedAt(host, HTTP, forwardTo(real, HTTP)),
        countedAt(host, HIGH),
      ]);
      await unproven('forwarded', host);
      const { report } = await ran('forwarded', '--with-listener');
      expect(report.authorisation).toBeUndefined();
      expect(report.endpoints[0]?.summary).toContain(
        `the listener is at ${real}: the test was passed on to another machine`,
      );
      expect([forwarder.accepted(), high.accepted()]).toEqual([1, 0]);
    });

    it('a port that is passed on to one that anybody on the machine may open', async () => {
      const host = '127.88.4.14';
      await listenerAt(host, 8_080, { speech: 'http' });
      const [, high] = await Promise.all([
        countedAt(host, HTTP, forwardTo(host, 8_080)),
        countedAt(host, HIGH),
      ]);
      await unproven('passed', host);
      const { report } = await ran('passed', '--with-listener');
      expect(report.authorisation).toBeUndefined();
      expect(report.endpoints[0]?.summary).toContain('the listener itself is on port 8080');
      expect(high.accepted()).toBe(0);
    });

    it('nobody, since its time is over', async () => {
      const host = '127.88.4.18';
      const high = await countedAt(host, HIGH);
      await unproven('ended', host);
      const { report } = await ran('ended', '--with-listener');
      expect(report.endpoints[0]?.summary).toContain('refused (ECONNREFUSED)');
      expect(high.accepted()).toBe(0);
    });
  },
);

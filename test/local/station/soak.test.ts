/**
 * A station that is killed at random points while targets are registered, runs go on and alerts are sent: ten times here,
 * 200 times by `npm run soak`. The points are log lines of the station, drawn by a fixed seed.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOutbox } from '../../../lib/local/station/alerts/outbox.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { readAnnounced } from '../../../lib/service/state/announced.ts';
import { collect, runCli, startCli } from '../../cli/run-cli.ts';
import { banner, closedPort, listen, type Peer } from '../../servers/tcp-peers.ts';
import { answering, type Receiver, startReceiver } from '../../service/alerts/receiver.ts';
import { newDatabase } from './database.ts';
import { makeToken, newFolder } from './running-station.ts';

const KILLS = Number(process.env.SOAK_KILLS ?? 10);
/** So many that none of them has more runs than an hour allows. */
const TARGETS = Math.max(2, Math.ceil(KILLS / 40));
/** A start of the station, a run and its alert. */
const ROUND_MS = 30_000;

/** mulberry32: the same points in each run of the test. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const folder = newFolder();
const random = randomFrom(8025);
const wakers: (() => void)[] = [];
/** Called in place of an answer. */
let onReceived: (() => void) | undefined;
let receiver: Receiver;
let token: string;
const ports: number[] = [];
const peers = new Map<number, Peer>();

beforeAll(async () => {
  receiver = await startReceiver((response) => {
    if (onReceived === undefined) answering(200)(response, 1);
    else onReceived();
    for (const one of wakers.splice(0)) one();
  });
  for (let n = 0; n < TARGETS; n += 1) ports.push(await closedPort());
  token = await makeToken(folder, 'operator', '--name', 'ada');
});
afterAll(async () => {
  for (const peer of peers.values()) await peer.close();
});

const got = (): ChangeEvent[] => receiver.got.map(({ body }) => ChangeEvent.parse(JSON.parse(body)));

/** @param line called with each line that it logs of its runs and alerts */
async function start(line: (kill: () => void) => void = () => undefined) {
  const where = ['--listen', '127.0.0.1:0', '--data', folder];
  const child = startCli(['serve', ...where, '--allow-private', '--verbose']);
  const { seen, ended } = collect(child);
  const kill = (): void => void child.kill('SIGKILL');
  child.stderr.on('data', (text: string) => {
    for (const one of text.split('\n')) if (one !== '' && !one.includes('request answered')) line(kill);
  });
  const url = await new Promise<string | undefined>((resolve) => {
    child.stdout.on('data', () => {
      const found = /^station at (http:\S+), data in .*\n/m.exec(seen.stdout)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(undefined));
  });
  return { child, ended, kill, url };
}

/** `undefined`: the station was killed before it had answered. */
async function ask(url: string | undefined, method: string, path: string, body: unknown) {
  if (url === undefined) return undefined;
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, value: (await response.json()) as Record<string, unknown> };
  } catch {
    return undefined;
  }
}

async function toggle(port: number): Promise<void> {
  const peer = peers.get(port);
  if (peer === undefined) peers.set(port, await listen(banner('220 ready\r\n'), '127.0.0.1', port));
  else {
    peers.delete(port);
    await peer.close();
  }
}

const definitionOf = (port: number) => ({ definition: { check: [`tcp://127.0.0.1:${port}`] } });
const DAILY = { every: '1d' };
const SETTINGS = { defaultControls: false, confirm: 1, confirmPause: 0 };

/** So many lines come of each run: one that passes has one attempt, and may change nothing. */
const SURE_LINES = 7;
/** Longest wait after the line at which it is killed, ms. */
const MOST_MS = 60;

/** Kills it at a drawn point: a while after one of its lines, or when the receiver has an alert and has not answered. */
function killer() {
  let left = 1 + Math.floor(random() * SURE_LINES);
  const ms = random() * MOST_MS;
  const isReceived = random() < 0.25;
  if (isReceived) left = SURE_LINES;
  return (kill: () => void): void => {
    if (isReceived) onReceived = kill;
    left -= 1;
    if (left === 0) setTimeout(kill, isReceived ? MOST_MS : ms);
  };
}

it(
  `loses nothing when it is killed ${KILLS} times`,
  async () => {
    const first = await start();
    const webhook = { kind: 'generic', url: `http://127.0.0.1:${receiver.port}/` };
    expect(await ask(first.url, 'PUT', '/webhooks/desk', webhook)).toMatchObject({ status: 200 });
    const registered = new Set<string>();
    const scheduled = new Set<string>();
    const accepted = new Set<string>();
    for (const [n, port] of ports.entries()) {
      registered.add(`shop-${n}`);
      const put = await ask(first.url, 'PUT', `/targets/shop-${n}`, definitionOf(port));
      expect(put).toMatchObject({ status: 200 });
    }
    first.kill();
    await first.ended;

    for (let round = 0; round < KILLS; round += 1) {
      const n = round % TARGETS;
      await toggle(ports[n] ?? 0);
      const station = await start(killer());
      const run = await ask(station.url, 'POST', '/runs', { targets: [`shop-${n}`], settings: SETTINGS });
      if (run !== undefined) {
        expect(run).toMatchObject({ status: 202 });
        accepted.add(String(run.value.runId));
      }
      const name = `more-${round}`;
      const put = await ask(station.url, 'PUT', `/targets/${name}`, definitionOf(ports[n] ?? 0));
      if (put?.status === 200) registered.add(name);
      const set = put && (await ask(station.url, 'PUT', `/schedules/${name}`, DAILY));
      if (set?.status === 200) scheduled.add(name);
      await station.ended;
      expect(station.child.signalCode).toBe('SIGKILL');
      onReceived = undefined;
    }

    const last = await start();
    const path = join(folder, 'station.db');
    const beside = await newDatabase(path);
    const idsOf = (sql: string): string[] => beside.all(sql).map(({ id }) => String(id));
    for (const runId of idsOf("SELECT run_id AS id FROM executions WHERE status = 'RUNNING'"))
      await runCli(['run', '--follow', runId, '--no-share'], {
        env: { INBOUND_CHECK_API: last.url ?? '', INBOUND_CHECK_TOKEN: token },
      });
    const told = idsOf('SELECT event_id AS id FROM outbox');
    const isHere = (): boolean => {
      const ids = new Set(got().map(({ id }) => id));
      return told.every((id) => ids.has(id));
    };
    while (!isHere()) await new Promise<void>((resolve) => wakers.push(resolve));
    beside.close();
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);

    const database = await newDatabase(path);
    expect(database.first('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
    const items = createSqliteItemStore(database);
    // What was acknowledged is there.
    const names = async (kind: string) =>
      new Set((await items.list(kind, { limit: 10_000 })).items.map(({ name }) => name));
    expect([...registered].filter(absentFrom(await names('target')))).toEqual([]);
    expect(scheduled.size).toBeGreaterThan(0);
    expect([...scheduled].filter(absentFrom(await names('schedule')))).toEqual([]);
    // Each run has ended: by itself, or as interrupted.
    const ends = database.all('SELECT run_id, status, error FROM executions');
    expect([...accepted].filter(absentFrom(new Set(ends.map(({ run_id }) => run_id))))).toEqual([]);
    for (const { status, error } of ends)
      expect(['SUCCEEDED', 'FAILED RunInterrupted']).toContain([status, error].filter(Boolean).join(' '));
    // Each change was told: beginnings and ends in turn, and the last is what is known. The same again has the same text.
    expect(createOutbox(database, Date.now).waiting(100)).toEqual([]);
    const texts = new Map<unknown, string>();
    for (const { headers, body } of receiver.got) {
      const id = headers['webhook-id'];
      expect([id, body]).toEqual([id, texts.get(id) ?? body]);
      texts.set(id, body);
    }
    expect(texts.size).toBeGreaterThan(0);
    for (let n = 0; n < TARGETS; n += 1) {
      const target = `shop-${n}`;
      const changes = [...new Map(got().map((event) => [event.id, event])).values()]
        .filter((event) => event.target === target)
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
      const expected = changes.map((_, at) => (at % 2 === 0 ? 'failing' : 'recovered'));
      expect([target, changes.map(({ kind }) => kind)]).toEqual([target, expected]);
      const state = await readAnnounced(items, target);
      expect([target, state?.sent ?? true]).toEqual([target, true]);
      const fails = Object.values(state?.announced.endpoints ?? {}).some(({ verdict }) => verdict === 'fail');
      expect([target, changes.at(-1)?.kind === 'failing']).toEqual([target, fails]);
    }
    database.close();
  },
  KILLS * ROUND_MS,
);

const absentFrom =
  (there: ReadonlySet<unknown>) =>
  (one: unknown): boolean =>
    !there.has(one);

/** A night in a minute: stations as processes of their own on the tester's machine, whose clock the test puts forward. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextSlot } from '../../../lib/local/station/schedule/slot.ts';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { isoTime } from '../../../lib/net/clock.ts';
import { ENTRY } from '../../cli/run-cli.ts';
import { createHost, type Finished, type Host, spawnIn } from '../../lab/host.ts';
import { schedule } from '../../service/schedule/schedules.ts';
import { boxes, type Internet } from './internet.ts';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TRUST = entry('../story/trust-entry.mjs');
const CLOCK = entry('./night-clock-entry.mjs');
export const FULL_DISK = entry('./full-disk-entry.mjs');
const COMMAND_MS = 120_000;
/** Bounds what hangs. */
const WAIT_MS = 120_000;
/** Characters of the log that an error shows. */
const KEPT = 4_000;
/** Less than what the station takes for a sleep of the machine (lib/local/station/schedule/gap.ts). */
const STEP_MS = 60_000;
/** Between two runs of a target. */
export const EVERY = { text: '2h', minutes: 120 } as const;

export interface NightStation {
  readonly url: string;
  readonly stderr: () => string;
  /** How often its log has this so far. */
  said(words: string): number;
  /** Until its log has this so often. */
  hasSaid(words: string, times: number): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
}
/** `serve`, as it is typed: it runs, or it has ended and said why. */
export type Served =
  | { readonly status: 'runs'; readonly station: NightStation }
  | { readonly status: 'ended'; readonly code: number | null; readonly stderr: string };

export interface Night {
  readonly tester: Host;
  /** Epoch ms by the clock of the night. */
  now(): number;
  serve(folder: string, more?: { readonly load: string; readonly filler: string }): Promise<Served>;
  type(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Finished>;
  /** Puts the clock forward to that moment, epoch ms, minute by minute; no run may be under way. */
  pass(station: NightStation, until: number): Promise<void>;
  /** When the run of a target that is due then begins. Both in epoch ms. */
  beginOf(target: string, first: number, due: number): number;
  /** What the receiver of alerts got, in its order; the same again stands there twice. */
  readonly alerts: readonly ChangeEvent[];
  readonly receiver: string;
  /** Called in place of the receiver's next answer. */
  onAlert(instead: (() => void) | undefined): void;
  stop(): void;
}

export async function fallNight(internet: Internet): Promise<Night> {
  const tester = createHost(boxes.tester);
  const clock = join(internet.directory, 'clock');
  const home = join(internet.directory, 'home');
  mkdirSync(home);
  let ahead = 0;
  const put = (ms: number): void => {
    ahead = ms;
    writeFileSync(clock, String(ms));
  };
  put(0);
  const running = new Map<NightStation, ChildProcess>();
  const env = (...load: readonly string[]): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: home,
    STORY_ROOT: internet.root,
    NIGHT_CLOCK: clock,
    NODE_OPTIONS: [TRUST, CLOCK, ...load].map((path) => `--import=${path}`).join(' '),
  });

  const alerts: ChangeEvent[] = [];
  let instead: (() => void) | undefined;
  const desk = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      alerts.push(ChangeEvent.parse(JSON.parse(body)));
      if (instead === undefined) response.end('ok');
      else instead();
    });
  });
  await tester.listen('127.0.0.1', 9_000, (socket) => void desk.emit('connection', socket));

  const serve: Night['serve'] = (folder, more) => {
    const args = [ENTRY, 'serve', '--data', folder, '--allow-private', '--verbose'];
    const child = spawnIn(boxes.tester, process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env(...(more === undefined ? [] : [more.load])),
        ...(more !== undefined && { FILLER: more.filler }),
      },
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let [printed, stderr] = ['', ''];
    const wakers = new Set<() => void>();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      for (const wake of wakers) wake();
    });
    const said = (words: string): number => stderr.split(words).length - 1;
    return new Promise((resolve) => {
      void ended.then((code) => resolve({ status: 'ended', code, stderr }));
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const [, url] = /^station at (http:\S+), data in .*\n/m.exec(printed) ?? [];
        if (url === undefined) return;
        const station: NightStation = {
          url,
          stderr: () => stderr,
          said,
          hasSaid: (words, times) =>
            new Promise((done, fail) => {
              const look = (): void => {
                if (said(words) < times) return;
                wakers.delete(look);
                done();
              };
              wakers.add(look);
              setTimeout(() => {
                if (wakers.delete(look))
                  fail(
                    new Error(`it does not say “${words}” for the time no. ${times}: ${stderr.slice(-KEPT)}`),
                  );
              }, WAIT_MS).unref();
              void ended.then(() => fail(new Error(`it ended without “${words}”: ${stderr}`)));
              look();
            }),
          async end(signal) {
            child.kill(signal);
            await ended;
            running.delete(station);
          },
        };
        running.set(station, child);
        resolve({ status: 'runs', station });
      });
    });
  };
  const now = (): number => Date.now() + ahead;
  return {
    tester,
    now,
    serve,
    type: (environment, ...args) =>
      tester.run(
        'env',
        [
          '-i',
          ...Object.entries({ ...env(), ...environment }).map(([name, value]) => `${name}=${value}`),
          ...[process.execPath, ENTRY, ...args],
        ],
        { timeoutMs: COMMAND_MS },
      ),
    async pass(station, until) {
      for (let left = until - now(); left > 0; left = until - now()) {
        const looks = station.said('the clock shows');
        put(ahead + Math.min(STEP_MS, left));
        running.get(station)?.kill('SIGUSR2');
        await station.hasSaid('the clock shows', looks + 1);
      }
    },
    beginOf(target, first, due) {
      const spec = { kind: 'every', minutes: EVERY.minutes, startDate: isoTime(first) } as const;
      const slot = nextSlot(schedule({ target, spec, activeSince: isoTime(first) }), due - 1, due - 1);
      if (slot?.due !== due) throw new Error(`nothing is due at ${isoTime(due)}`);
      return slot.at;
    },
    alerts,
    receiver: 'http://127.0.0.1:9000/',
    onAlert(next) {
      instead = next;
    },
    stop() {
      for (const child of running.values()) child.kill('SIGKILL');
      desk.closeAllConnections();
      tester.stop();
    },
  };
}

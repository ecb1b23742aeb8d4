/** Progress on stderr during a run: one line that is rewritten and that is removed when the run ends. */
import { createColors } from 'picocolors';
import type { RunEvents } from '../engine/run/run-events.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { VERDICTS } from '../model/severity-order.ts';
import { countVerdicts } from '../model/verdict-counts.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { clip } from './terminal/layout.ts';
import { visible } from './words/visible.ts';

/** What progress needs of a stream; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** `NO_COLOR` (any non-empty value) and `TERM=dumb` are honoured (no-color.org). */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many endpoints will be checked, where it is known. */
  readonly total?: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface Progress extends RunEvents {
  /** Removes the line from the screen, for other output to the same terminal; the next event draws it again. */
  clear(): void;
  /** Removes the line permanently. Also called by `end`; safe to call twice (Ctrl-C). */
  stop(): void;
}

/** Milliseconds between two drawings. */
const INTERVAL = 100;
/** Erase the line (ECMA-48 EL 2) after going to its start. */
const ERASE = '\r\u001b[2K';
const WORDS = { pass: 'passed', warn: 'warned', fail: 'failed', inconclusive: 'inconclusive' } as const;

/** On anything but a terminal nothing is written at all. */
export function createProgress({ stream, env, total, now }: ProgressOptions): Progress {
  const silent = { clear: () => {}, stop: () => {} };
  if (stream.isTTY !== true || env.TERM === 'dumb') return silent;

  const colors = createColors(!env.NO_COLOR);
  const paint = {
    pass: colors.green,
    warn: colors.yellow,
    fail: colors.red,
    inconclusive: colors.magenta,
  } as const satisfies Record<Verdict, (text: string) => string>;
  const counts = countVerdicts();
  const probing = new Map<string, string>();
  let drawn = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const line = (): string => {
    // One column stays free: a full line makes some terminals wrap.
    const width = Math.max(20, (stream.columns ?? 80) - 1);
    const done = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
    const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => ({
      plain: `${counts[verdict]} ${WORDS[verdict]}`,
      painted: paint[verdict](`${counts[verdict]} ${WORDS[verdict]}`),
    }));
    const checked = `${done}${total === undefined ? '' : `/${total}`} checked`;
    const plain = [checked, ...parts.map((part) => part.plain)].join(', ');
    if (plain.length > width) return clip(plain, width);
    const painted = [checked, ...parts.map((part) => part.painted)].join(', ');
    const [oldest] = probing.values();
    if (oldest === undefined) return painted;
    const more = probing.size > 1 ? ` and ${probing.size - 1} more` : '';
    const room = width - plain.length - more.length - 3;
    return room < 12 ? painted : `${painted} · ${colors.dim(clip(oldest, room) + more)}`;
  };

  const draw = (): void => {
    timer = undefined;
    drawnAt = now();
    drawn = true;
    stream.write(ERASE + line());
  };
  const changed = (): void => {
    if (stopped || timer !== undefined) return;
    const wait = drawnAt + INTERVAL - now();
    if (wait <= 0) draw();
    else {
      timer = setTimeout(draw, wait);
      // Progress must not keep a finished process running.
      timer.unref();
    }
  };
  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (drawn) stream.write(ERASE);
    drawn = false;
  };
  const stop = (): void => {
    stopped = true;
    clear();
  };
  return {
    probing(endpoint: Endpoint, attempt: number): void {
      // Re-inserted, so that the first of the map is the one that has waited longest in this attempt.
      probing.delete(endpoint.id);
      probing.set(endpoint.id, visible(endpoint.id) + (attempt > 1 ? ` (attempt ${attempt})` : ''));
      changed();
    },
    endpoint(report): void {
      probing.delete(report.id);
      counts[report.verdict] += 1;
      changed();
    },
    end: stop,
    clear,
    stop,
  };
}

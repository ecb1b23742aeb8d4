/**
 * Loaded before a station whose night passes in a minute: its clock is as many milliseconds ahead as the file of `NIGHT_CLOCK` says,
 * which is read again at SIGUSR2. Timers that are due by then are called at once, in their order, and it says so when the
 * schedules wait for their next look.
 */
import { readFileSync } from 'node:fs';

const read = () => Number(readFileSync(process.env.NIGHT_CLOCK, 'utf8'));
const RealDate = Date;
let ahead = read();
const now = () => RealDate.now() + ahead;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now = now;
};

const { setTimeout: later, clearTimeout: cancel } = globalThis;
const waiting = new Map();
globalThis.setTimeout = Object.assign((work, ms = 0, ...given) => {
  const call = () => {
    cancel(handle);
    if (waiting.delete(handle)) work(...given);
  };
  const handle = later(call, ms);
  waiting.set(handle, { at: now() + ms, ms, call });
  return handle;
}, later);
globalThis.clearTimeout = (handle) => {
  waiting.delete(handle);
  cancel(handle);
};

/** The longest pause between two looks of the schedules (lib/local/station/schedule/keeper.ts). */
const LOOK_MS = 15_000;
process.on('SIGUSR2', () => {
  ahead = read();
  const due = [...waiting.values()].filter(({ at }) => at <= now()).sort((one, other) => one.at - other.at);
  for (const { call } of due) call();
  const say = () => {
    if ([...waiting.values()].some(({ ms }) => ms > 0 && ms <= LOOK_MS))
      process.stderr.write(`the clock shows ${new Date().toISOString()}\n`);
    else setImmediate(say);
  };
  setImmediate(say);
});

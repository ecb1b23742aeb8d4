import type { ExchangeLine } from '../model/observed.ts';
import { isoTime } from './clock.ts';
import type { Clock } from './network-access.ts';
import { printable } from './printable.ts';

/** Bounds of one observation's exchange: a hostile peer can't make the evidence grow. */
export const EXCHANGE_LIMITS = { lines: 100, lineChars: 1_000, totalChars: 16_000 } as const;

/** Records what was sent, what came back and when: the evidence for a network team. */
export interface Exchange {
  sent(text: string | Uint8Array): void;
  received(text: string | Uint8Array): void;
  /** Something that happened: `connected`, `closed by the peer`. */
  event(text: string): void;
  readonly lines: ExchangeLine[];
}

/** @param clock gives each line its UTC time */
export function createExchange(clock: Clock): Exchange {
  const lines: ExchangeLine[] = [];
  let chars = 0;
  let full = false;

  function add(dir: ExchangeLine['dir'], text: string | Uint8Array): void {
    if (full) return;
    const shown = printable(text, EXCHANGE_LIMITS.lineChars);
    const at = isoTime(clock.now());
    if (lines.length >= EXCHANGE_LIMITS.lines - 1 || chars + shown.length > EXCHANGE_LIMITS.totalChars) {
      full = true;
      lines.push({ at, dir: 'event', text: 'the rest of the exchange was not recorded' });
      return;
    }
    chars += shown.length;
    lines.push({ at, dir, text: shown });
  }

  return {
    sent: (text) => add('sent', text),
    received: (text) => add('received', text),
    event: (text) => add('event', text),
    lines,
  };
}

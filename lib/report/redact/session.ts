/** Evidence without the people whom a probe named to the peer. */
import type { Evidence } from '../../kinds/evidence.ts';
import { withoutPeople } from '../../kinds/redactions.ts';
import type { ExchangeLine } from '../../model/observed.ts';
import { isRcptTo, isSaidToRecipient, REDACTED } from './secrets.ts';

type Erase = (text: string) => string;

/** People can't be removed from what can't be read; the name of a kind names no person. */
export function redactUnread(evidence: Evidence): Evidence {
  if (evidence.unread === undefined) return evidence;
  const unread = Object.entries(evidence.unread).map(([name, value]) => [
    name,
    name === 'kind' ? value : REDACTED,
  ]);
  return { ...evidence, unread: Object.fromEntries(unread) };
}

/** @param erase removes the recipient from sentences and from the peer's text */
export function redactEvidence(evidence: Evidence, erase: Erase): Evidence {
  const { exchange } = evidence;
  return {
    ...redactUnread(withoutPeople(evidence, erase, REDACTED)),
    ...(exchange && {
      exchange: exchange.map((line, index, lines) => redactLine(line, index, lines, erase)),
    }),
  };
}

function redactLine(
  line: ExchangeLine,
  index: number,
  lines: readonly ExchangeLine[],
  erase: Erase,
): ExchangeLine {
  if (isRcptTo(line)) return { ...line, text: `RCPT TO:<${REDACTED}>` };
  if (!isSaidToRecipient(lines, index)) return { ...line, text: erase(line.text) };
  // The code stays: the verdict depends on it.
  const code = /^\d{3}(?=[ -]|$)/.exec(line.text)?.[0];
  return { ...line, text: code === undefined ? REDACTED : `${code} ${REDACTED}` };
}

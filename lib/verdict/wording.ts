/** Sentences for a firewall administrator who distrusts: who saw it, from which address, when, what went over the wire. */
import type { Endpoint } from '../model/endpoint.ts';
import type { VantageFacts } from '../model/plan.ts';
import { sourceBySocket } from '../net/source.ts';
import type { Cell } from './cell.ts';
import type { VantageOutcome } from './vantage.ts';
import { type Agreement, VANTAGES_FOR_ANYWHERE } from './vantages.ts';

/** `2026-03-01 09:30:05 UTC`. */
const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** With a full stop where the text, which may end in words of the peer, has none. */
export const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** `local (source 198.51.100.7)`: the address that a firewall's log shows, where it is known. */
function vantageWords(cell: Cell, facts: VantageFacts | undefined): string {
  const { localAddress, address } = cell.decisive.observation;
  const source = facts?.sourceAddress ?? sourceBySocket(localAddress, address);
  return source === undefined ? cell.vantage : `${cell.vantage} (source ${source})`;
}

/** Which control proves that the silence is the target's. */
function controlWords(endpoint: Endpoint, cell: Cell, facts: VantageFacts | undefined): string {
  if (cell.decisive.finding.state !== 'filtered') return '';
  const transport = endpoint.kind === 'ntp' ? 'udp' : 'tcp';
  const control = facts?.controls.find(
    (one) =>
      one.ok &&
      one.port === endpoint.port &&
      one.family === (cell.family ?? 4) &&
      (one.transport ?? 'tcp') === transport,
  );
  return control === undefined ? '' : `; our control ${control.target} answered at ${utc(control.at)}`;
}

/** The last words of each side, where a protocol was spoken. */
function lastWords(cell: Cell): string {
  const { exchange } = cell.decisive.observation;
  const sent = exchange.findLast(({ dir }) => dir === 'sent');
  const received = exchange.findLast(({ dir }) => dir === 'received');
  const parts = [
    ...(sent === undefined ? [] : [`last sent "${cut(sent.text, 80)}"`]),
    ...(received === undefined ? [] : [`last received "${cut(received.text, 80)}"`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

/** `Seen from local (source 198.51.100.7) at 203.0.113.10 on 2026-03-01 09:30:05 UTC, 2 of 2 attempts; our control … answered at …`. */
export function evidenceSentence(endpoint: Endpoint, cell: Cell, facts: VantageFacts | undefined): string {
  const at = cell.address === '' ? '' : ` at ${cell.address} port ${endpoint.port}`;
  const word = cell.expect === 'open' ? 'failed' : 'got an answer';
  const attempts =
    cell.failures > 0 && cell.attempts > 1 ? `, ${cell.failures} of ${cell.attempts} attempts ${word}` : '';
  const words = cell.verdict === 'fail' && !cell.aboutName ? lastWords(cell) : '';
  const control = controlWords(endpoint, cell, facts);
  return `Seen from ${vantageWords(cell, facts)}${at} on ${utc(cell.decisive.observation.startedAt)}${attempts}${words}${control}.`;
}

/** Says that, and when, a failure was not seen again. */
export function flapSentence(cell: Cell): string {
  const failed = cell.failedOnce?.observation.startedAt;
  const passed = cell.failedOnce === undefined ? undefined : cell.decisive.observation.startedAt;
  const where = cell.address === '' ? '' : ` at ${cell.address}`;
  if (failed === undefined || passed === undefined)
    return `Attempts${where} from ${cell.vantage} disagreed: ${cell.failures} of ${cell.attempts} failed.`;
  return `The failure${where} from ${cell.vantage} did not repeat: failed on ${utc(failed)}, answered on ${utc(passed)}.`;
}

/** What is said when nothing is wrong, from the observation's own summary. */
export function passSentence(endpoint: Endpoint, cell: Cell): string {
  const seen = asSentence(
    cell.decisive.finding.summary || `${endpoint.id} was ${cell.decisive.finding.state}`,
  );
  return cell.expect === 'closed' ? `Not reachable, as wanted: ${seen}` : seen;
}

const list = (names: readonly string[]): string =>
  names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');

/** How far the claim reaches: from which vantages it was seen and whether they are enough for "anywhere". */
export function scopeSentence(
  agreement: Agreement,
  expect: Endpoint['expect'],
  outcomes: readonly VantageOutcome[],
): string {
  const { passing, failing, uncounted, spread } = agreement;
  const counted = passing.length + failing.length;
  const notCounted =
    uncounted.length === 0
      ? ''
      : ` Not counted: ${list(
          outcomes
            .filter(({ vantage }) => uncounted.includes(vantage))
            .map(({ vantage, faults }) =>
              faults[0] === undefined ? vantage : `${vantage} (${faults[0].cause})`,
            ),
        )}.`;
  if (spread === 'unknown') return outcomes.length > 1 ? `No vantage counts: ${list(uncounted)}.` : '';
  const few =
    counted === 1
      ? `Seen from one vantage only${outcomes.length > 1 ? ` (${list([...passing, ...failing])})` : ''}.`
      : counted < VANTAGES_FOR_ANYWHERE
        ? `Seen from two vantages only (${list([...passing, ...failing])}), too few to speak for the whole internet.`
        : '';
  const goodWord = expect === 'open' ? 'Reachable' : 'Not reachable';
  switch (spread) {
    case 'all':
      return (few || `${goodWord} from all ${counted} vantages that count (${list(passing)}).`) + notCounted;
    case 'none':
      return (few || `The same from all ${counted} vantages that count (${list(failing)}).`) + notCounted;
    case 'outlier':
      return `Fails from ${list(failing)} alone and passes from ${list(passing)}: an outlier, its own network or a block of its region.${notCounted}`;
    case 'some':
      return expect === 'open'
        ? `Partial: passes from ${list(passing)}, fails from ${list(failing)}, as with an allow-list or a geo-block.${notCounted}`
        : `Open from ${list(failing)}, closed from ${list(passing)}: one vantage that gets in is enough.${notCounted}`;
    default:
      return spread satisfies never;
  }
}

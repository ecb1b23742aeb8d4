/**
 * Text of Windows' Packet Monitor (`pktmon etl2txt`, `pktmon format`), in English:
 * https://learn.microsoft.com/windows-server/networking/technologies/pktmon/pktmon-syntax
 *
 * ```text
 * 10:14:03.539704700 PktGroupId 5629, PktNumber 1, Appearance 1, Direction Rx , Type Ethernet , Component 78, Edge 1, Filter 1, OriginalSize 66, LoggedSize 66
 *   40-EC-99-B9-17-25 > F0-B4-D2-5A-D3-E2, ethertype IPv4 (0x0800), length 66: 198.51.100.9.50412 > 10.0.3.4.443: Flags [S], seq 1995496356, win 64240, options [mss 1460], length 0
 * [30]0000.0000::2026-11-30 10:14:03.934020500 [Microsoft-Windows-PktMon] Drop: PktGroupId 5630, PktNumber 1, …, DropReason INET: transport endpoint was not found , DropLocation 0xE000460A, …
 *   Drop: ip: 198.51.100.9.50412 > 10.0.3.4.443: Flags [S], …
 * ```
 *
 * A packet is told again by each component that it passes (`Appearance`), with the same `PktGroupId`.
 */
import { type HostPacket, type HostText, MAX_HOST_PACKETS } from './host-packet.ts';
import { endOf, linesOf } from './lines.ts';

const HEAD =
  /(?<drop>Drop: )?PktGroupId (?<group>\d{1,20}), PktNumber (?<number>\d{1,9}), .*?Direction\s+(?<direction>Rx|Tx)\b/;
const STAMP = /(\d{4})[-/](\d\d)[-/](\d\d)[ T-](\d\d:\d\d:\d\d)/;
const PACKET =
  /(?:^|[\s:])(?<source>[0-9A-Fa-f:.]{2,45})\.(?<sourcePort>\d{1,5}) > (?<to>[0-9A-Fa-f:.]{2,45})\.(?<toPort>\d{1,5}): Flags \[(?<flags>[A-Z.]{1,9})\]/;
const MSS = /\bmss (\d{1,5})\b/;

interface Head {
  readonly id: string;
  readonly isDrop: boolean;
  readonly reason?: string;
  readonly at?: number;
}

export function readPktmon(text: string, ports: ReadonlySet<number>): HostText | undefined {
  let head: Head | undefined;
  let heads = 0;
  let sends = false;
  const packets: HostPacket[] = [];
  const seen = new Set<string>();
  for (const line of linesOf(text)) {
    const begun = headOf(line);
    if (begun !== undefined) {
      head = begun.head;
      heads += 1;
      sends ||= begun.sent && !begun.head.isDrop;
    }
    const packet = head && packetOf(line, head, ports);
    if (head === undefined || packet === undefined) continue;
    // Of one packet each kind of line counts once, however many components tell it.
    const key = `${head.id} ${packet.what}`;
    head = undefined;
    if (seen.has(key) || packets.length >= MAX_HOST_PACKETS) continue;
    seen.add(key);
    packets.push(packet);
  }
  return heads === 0 ? undefined : { format: 'pktmon', packets, showsAnswers: sends };
}

function headOf(line: string): { readonly head: Head; readonly sent: boolean } | undefined {
  const groups = HEAD.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const reason = reasonOf(line);
  const [, year, month, day, time] = STAMP.exec(line) ?? [];
  const at = year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${time}Z`);
  return {
    sent: groups.direction === 'Tx',
    head: {
      id: `${groups.group} ${groups.number}`,
      isDrop: groups.drop !== undefined,
      ...(reason !== undefined && { reason }),
      ...(!Number.isNaN(at) && { at }),
    },
  };
}

const MAX_REASON = 120;

/** Between the two words, by position: a pattern would try each of many blanks as the end of the reason. */
function reasonOf(line: string): string | undefined {
  const from = line.indexOf('DropReason ');
  const until = from < 0 ? -1 : line.indexOf('DropLocation', from);
  if (until < 0) return undefined;
  const text = line.slice(from + 'DropReason '.length, until).trim();
  const reason = text.endsWith(',') ? text.slice(0, -1).trim() : '';
  return reason === '' || reason.length > MAX_REASON ? undefined : reason;
}

/** Reasons that inspection by the Windows Filtering Platform has, on which Windows Firewall and security agents sit. */
const BY_FIREWALL = /inspection|\bWFP\b|firewall/i;
const BY_NO_SOCKET = /endpoint was not found|port unreachable/i;

function packetOf(line: string, head: Head, ports: ReadonlySet<number>): HostPacket | undefined {
  const groups = PACKET.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const source = endOf(groups.source ?? '', groups.sourcePort ?? '');
  const to = endOf(groups.to ?? '', groups.toPort ?? '');
  if (source === undefined || to === undefined) return undefined;
  const flags = groups.flags ?? '';
  const time = head.at === undefined ? {} : { at: head.at };
  if (ports.has(Number(groups.toPort)) && flags === 'S') {
    const mss = MSS.exec(line)?.[1];
    return {
      what: head.isDrop ? dropOf(head.reason ?? '') : 'arrived',
      remote: source,
      local: to,
      ...time,
      ...(head.isDrop && head.reason !== undefined && { reason: head.reason }),
      ...(mss !== undefined && { mss: Number(mss) }),
    };
  }
  if (!ports.has(Number(groups.sourcePort)) || head.isDrop) return undefined;
  const what = flags.includes('R') ? 'rst' : flags === 'S.' ? 'syn-ack' : undefined;
  return what && { what, remote: to, local: source, ...time };
}

const dropOf = (reason: string): HostPacket['what'] => {
  if (BY_FIREWALL.test(reason)) return 'firewall-drop';
  return BY_NO_SOCKET.test(reason) ? 'no-socket' : 'other-drop';
};

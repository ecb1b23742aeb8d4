/**
 * The log of Windows Firewall (`%systemroot%\System32\LogFiles\Firewall\pfirewall.log`), version 1.5:
 * https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2003/cc758040(v=ws.10)
 *
 * ```text
 * #Version: 1.5
 * #Software: Microsoft Windows Firewall
 * #Time Format: Local
 * #Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path
 * 2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 50412 443 52 S 1640769051 0 64240 - - - RECEIVE
 * ```
 *
 * Newer versions of Windows add the process at the end (`pid`). The order of the columns is taken from the header.
 */
import { type HostPacket, type HostText, MAX_HOST_PACKETS } from './host-packet.ts';
import { endOf, linesOf } from './lines.ts';

/** The header stands within so many lines; a part of a log that was cut out may begin with empty ones. */
const HEADER_LINES = 20;
const NEEDED = ['date', 'time', 'action', 'protocol', 'src-ip', 'dst-ip', 'src-port', 'dst-port'] as const;
type Column = (typeof NEEDED)[number] | 'tcpflags' | 'path';

export function readPfirewall(text: string, ports: ReadonlySet<number>): HostText | undefined {
  let columns: ReadonlyMap<string, number> | undefined;
  const packets: HostPacket[] = [];
  let count = 0;
  for (const line of linesOf(text)) {
    count += 1;
    const header = /^\uFEFF?#Fields:\s*(.+)$/.exec(line)?.[1];
    if (header !== undefined) {
      const found = new Map(header.split(/\s+/).map((name, index) => [name.toLowerCase(), index]));
      if (NEEDED.every((name) => found.has(name))) columns = found;
    } else if (columns === undefined) {
      if (count > HEADER_LINES) return undefined;
    } else {
      const packet = packetOf(line.split(/\s+/), columns, ports);
      if (packet !== undefined && packets.length < MAX_HOST_PACKETS) packets.push(packet);
    }
  }
  // It has no line for what the machine sends back.
  return columns && { format: 'pfirewall.log', packets, showsAnswers: false };
}

const ACTIONS: ReadonlyMap<string, HostPacket['what']> = new Map([
  ['DROP', 'firewall-drop'],
  ['ALLOW', 'allowed'],
  ['OPEN-INBOUND', 'allowed'],
]);

function packetOf(
  cells: readonly string[],
  columns: ReadonlyMap<string, number>,
  ports: ReadonlySet<number>,
): HostPacket | undefined {
  const cell = (name: Column): string => cells[columns.get(name) ?? -1] ?? '-';
  const what = ACTIONS.get(cell('action'));
  if (what === undefined || cell('protocol') !== 'TCP' || !ports.has(Number(cell('dst-port'))))
    return undefined;
  const flags = cell('tcpflags');
  // A connection begins with a SYN alone; where no flags are written, as of an allowed one, the line is about its begin.
  if (/^[A-Z]+$/i.test(flags) && !/^S$/i.test(flags)) return undefined;
  // A drop of what this machine itself sends is another fault.
  if (cell('path') === 'SEND') return undefined;
  const remote = endOf(cell('src-ip'), cell('src-port'));
  const local = endOf(cell('dst-ip'), cell('dst-port'));
  if (remote === undefined || local === undefined) return undefined;
  const at = Date.parse(`${cell('date')}T${cell('time')}Z`);
  return { what, remote, local, ...(!Number.isNaN(at) && { at }) };
}

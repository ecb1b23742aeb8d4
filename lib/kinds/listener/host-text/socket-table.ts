/**
 * Listening TCP sockets of Windows: `netstat -ano`, or `Get-NetTCPConnection -State Listen` as a table. Words of both are in the
 * language of the machine, so only numbers are read: whoever listens has no other end.
 */
import type { HostText, ListeningRow } from './host-packet.ts';
import { endOf, linesOf } from './lines.ts';

const MAX_ROWS = 5_000;
/** `TCP    0.0.0.0:80    0.0.0.0:0    LISTENING    4`, `TCP    [::]:80    [::]:0    LISTENING    4`. */
const NETSTAT =
  /^\s*TCP\s+(?:\[(?<six>[0-9A-Fa-f:.%]+)\]|(?<four>[\d.]+)):(?<port>\d{1,5})\s+(?:0\.0\.0\.0|\[::\]):0\s+\S.*?\s(?<pid>\d{1,10})\s*$/;
/** `::    80    ::    0    Listen    4`; newer versions have a column before the process. */
const CMDLET =
  /^\s*(?<address>[0-9A-Fa-f:.%]+)\s+(?<port>\d{1,5})\s+(?:0\.0\.0\.0|::)\s+0\s+\S.*?\s(?<pid>\d{1,10})\s*$/;

export function readSocketTable(text: string): HostText | undefined {
  const sockets: ListeningRow[] = [];
  for (const line of linesOf(text)) {
    const groups = NETSTAT.exec(line)?.groups ?? CMDLET.exec(line)?.groups;
    if (groups === undefined || sockets.length >= MAX_ROWS) continue;
    const address = groups.six ?? groups.four ?? groups.address ?? '';
    const port = groups.port ?? '';
    const end = endOf(address, port);
    if (end !== undefined)
      sockets.push({ address: addressIn(end), port: Number(port), pid: Number(groups.pid) });
  }
  return sockets.length === 0 ? undefined : { format: 'netstat', packets: [], showsAnswers: false, sockets };
}

/** In the one spelling that packets have, too. */
const addressIn = (end: string): string => end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/** PID 4 is the system itself: ports that it has belong to http.sys, Windows' own web server, as IIS and others use it. */
export const SYSTEM_PID = 4;
/** As a port's owner is named. */
export const HTTP_SYS = 'http.sys';

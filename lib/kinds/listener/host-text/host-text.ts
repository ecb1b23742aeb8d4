/**
 * What a person sent of the listener's machine as plain text: `pktmon` and `pfirewall.log` of Windows, `netstat -ano`. Nobody has
 * sealed it, so it is as good as the person; and its clock is local, of a zone that it does not name.
 */
import type { HostText } from './host-packet.ts';
import { readPfirewall } from './pfirewall.ts';
import { readPktmon } from './pktmon.ts';
import { readSocketTable } from './socket-table.ts';

/** Windows Firewall's log grows to 4 MB by default and to 32 MB at most. */
export const MAX_HOST_TEXT_BYTES = 32 * 1024 * 1024;
/** @param ports those that are asked about @returns `undefined`: none of the formats */
export function readHostText(text: string, ports: ReadonlySet<number>): HostText | undefined {
  return readPfirewall(text, ports) ?? readPktmon(text, ports) ?? readSocketTable(text);
}

/** PowerShell writes UTF-16 where `>` is used; anything else is read as UTF-8, and what is not stays a replacement character. */
export function decodeHostText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder().decode(bytes);
}

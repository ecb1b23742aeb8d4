/** What a machine at the other end can run, and the text for it. */
import { descriptorOf } from '../../../kinds/descriptors.ts';
import { usualRole } from '../../../kinds/listener/usual-role.ts';
import { isKind } from '../../../model/vocabulary.ts';
import { iisText } from '../../../report/listener-texts/iis.ts';
import { ncText } from '../../../report/listener-texts/nc.ts';
import { nginxText } from '../../../report/listener-texts/nginx.ts';
import { perlText } from '../../../report/listener-texts/perl.ts';
import { powershellText } from '../../../report/listener-texts/powershell.ts';
import { pythonText } from '../../../report/listener-texts/python.ts';
import type { TextSettings } from '../../../report/listener-texts/text-settings.ts';
import type { GateRow } from '../board/follow-gate.ts';

/** `proves`: with the code it answers by a proof; the others show words that a person reads aloud. */
export const WAYS = [
  { id: 'powershell', proves: true, text: powershellText },
  { id: 'python', proves: true, text: pythonText },
  { id: 'perl', proves: true, text: perlText },
  { id: 'listen', proves: true, text: listenText },
  { id: 'nc', proves: false, text: ncText },
  { id: 'iis', proves: false, text: iisText },
  { id: 'nginx', proves: false, text: nginxText },
  { id: 'log', proves: false, text: logLines },
] as const satisfies readonly {
  readonly id: string;
  readonly proves: boolean;
  readonly text: (settings: TextSettings) => string;
}[];

/** A call and a change at a firewall take an hour; then it ends by itself. */
const MINUTES = 60;

/** The ports at which a listener can stand in for what is expected there. */
export function settingsFor(rows: readonly Pick<GateRow, 'endpoint'>[]): TextSettings {
  const ports = [
    ...new Set(
      rows.flatMap(({ endpoint: { kind, port, expect } }) =>
        expect === 'open' && canStandIn(kind) ? [port] : [],
      ),
    ),
  ].sort((one, other) => one - other);
  return {
    ports,
    mailPorts: ports.filter((port) => usualRole(port) === 'smtp'),
    minutes: MINUTES,
    sources: [],
  };
}

const canStandIn = (kind: string): boolean => isKind(kind) && descriptorOf(kind).standIn !== undefined;

/** The program itself: it also watches the packets below its sockets, and ends with the sealed block that is pasted on the board. */
function listenText({ ports, minutes }: TextSettings): string {
  return `inbound-check listen --ports ${ports.join(',')} --for ${minutes}m --block --code prompt\n`;
}

/** Lines for whoever can look into a log and nothing else; a log has the words of whatever server answers. */
function logLines({ ports }: TextSettings): string {
  return String.raw`# What answers on ${ports.join(', ')} stays as it is. Its log has two words and a number for each
# test: in the path of a request, or in the EHLO of mail. Read them aloud.
# Linux, with the folder of the logs:
grep -rhoE 'icl1-[0-9a-f-]+/[a-z]+-[a-z]+-[0-9]{2}|[a-z]+-[a-z]+-[0-9]{2}\.icl1-' /var/log | tail -n 20
# Windows, in PowerShell:
Get-ChildItem C:\inetpub\logs -Recurse -Filter *.log | Select-String -Pattern 'icl1-' | Select-Object -Last 20
`;
}

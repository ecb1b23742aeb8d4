/** A listener's log around the time of a report, as the machine at the other end would hand it over. */
import type { CaptureRecord } from '../../lib/kinds/listener/capture-record.ts';
import type { ListenerCode } from '../../lib/kinds/listener/code.ts';
import { logLine, logMac } from '../../lib/kinds/listener/listener-log.ts';
import { listenerKeyId, sealKeysOf } from '../../lib/kinds/listener/seal-keys.ts';
import { CODE } from './scripted-listener.ts';

export interface LogOf {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly port: number;
  readonly code?: ListenerCode;
  readonly packets?: readonly CaptureRecord[];
  /** Of the whole log, ms. */
  readonly shift?: number;
  readonly sealed?: boolean;
}

export function logAround({
  startedAt,
  finishedAt,
  port,
  code = CODE,
  packets = [],
  shift = 0,
  sealed = true,
}: LogOf): string {
  const at = (iso: string, ms: number): string => new Date(Date.parse(iso) + shift + ms).toISOString();
  const from = at(startedAt, -60_000);
  const lines = [
    logLine({
      what: 'start',
      version: 1,
      startedAt: from,
      endsAt: at(finishedAt, 600_000),
      keyId: listenerKeyId(code),
      addresses: ['127.0.0.1'],
      ports: [{ port, role: 'any', state: 'unavailable' }],
    }),
    logLine({ what: 'watching', at: from, ports: [port] }),
    ...packets.map(logLine),
    logLine({ what: 'end', at: at(finishedAt, 60_000), reason: 'time', ports: [], leftOut: 0 }),
  ];
  const mac = logMac(sealKeysOf(code));
  for (const line of lines) mac.update(line);
  return [...lines, ...(sealed ? [logLine({ what: 'seal', mac: mac.digest() })] : [])].join('');
}

/** Keeps what a listener's log holds, for the block of text at its end. */

import type { CaptureRecord } from '../../kinds/listener/capture-record.ts';
import type {
  ListenerArrival,
  ListenerEnd,
  ListenerLog,
  ListenerStart,
} from '../../kinds/listener/listener-log.ts';
import type { LogFile } from './log-file.ts';

export interface KeptRecords extends LogFile {
  /** `undefined`: it has not ended. */
  readonly whole: () => ListenerLog | undefined;
}

/** As many as a log has: its writers are bounded. @param file gets them as well */
export function keepRecords(file: LogFile | undefined): KeptRecords {
  let start: ListenerStart | undefined;
  let end: ListenerEnd | undefined;
  const arrivals: ListenerArrival[] = [];
  const packets: CaptureRecord[] = [];
  return {
    write(record) {
      file?.write(record);
      switch (record.what) {
        case 'start':
          start = record;
          break;
        case 'end':
          end = record;
          break;
        case 'challenge':
        case 'no-challenge':
        case 'silent':
        case 'tls-failed':
          arrivals.push(record);
          break;
        default:
          packets.push(record);
      }
    },
    close: () => file?.close(),
    whole: () => start && end && { start, arrivals, packets, end },
  };
}

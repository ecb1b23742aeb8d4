/** Writes the log of a listener: bounded, sealed at its end, and readable by its owner alone. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { CaptureRecord } from '../../kinds/listener/capture-record.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import {
  type ListenerArrival,
  type ListenerEnd,
  type ListenerStart,
  logLine,
  logMac,
} from '../../kinds/listener/listener-log.ts';
import { sealKeysOf } from '../../kinds/listener/seal-keys.ts';

export interface LogFile {
  readonly write: (record: ListenerStart | ListenerArrival | CaptureRecord | ListenerEnd) => void;
  /** Writes the seal and closes the file. The first error of all the writes, if there was one: ENOSPC and so on. */
  readonly close: () => NodeJS.ErrnoException | undefined;
}

/** As `fs.writeSync`: gives how many bytes it has written. */
export type WriteBytes = (file: number, bytes: Buffer, from: number) => number;

/**
 * A new file of mode 0600. Writes are synchronous: they are few and small, and a process that is killed has written what it
 * told.
 *
 * @throws the error of `open`; EEXIST where there is something already, as evidence is not overwritten
 */
export function createLogFile(path: string, code: ListenerCode, writeBytes: WriteBytes = writeSync): LogFile {
  const file = openSync(path, 'wx', 0o600);
  const mac = logMac(sealKeysOf(code));
  let fault: NodeJS.ErrnoException | undefined;
  const put = (line: string): void => {
    // After a failed write the lines would not be those of the seal.
    if (fault !== undefined) return;
    try {
      const bytes = Buffer.from(line);
      for (let at = 0; at < bytes.length; ) at += writeBytes(file, bytes, at);
    } catch (error) {
      fault = error as NodeJS.ErrnoException;
    }
  };
  return {
    write(record) {
      const line = logLine(record);
      mac.update(line);
      put(line);
    },
    close() {
      put(logLine({ what: 'seal', mac: mac.digest() }));
      closeSync(file);
      return fault;
    },
  };
}

/**
 * Watches the packets to some ports of this machine, taken or not: the SYNs that arrive, even where a firewall of this machine
 * drops them, what this machine answers, and challenges in the first data.
 */
import { createWriteStream } from 'node:fs';
import type { CaptureRecord } from '../../../kinds/listener/capture-record.ts';
import { type FilterSubject, SNAP_BYTES } from '../../../net/kernel/packet-filter.ts';
import { openPacketSocket, type PacketSocket } from '../../../net/kernel/packet-socket.ts';
import { createPacketRecords, DATA_LIMITS, HANDSHAKE_LIMITS } from './packet-records.ts';
import { createPcapng } from './pcapng.ts';

export interface CaptureOptions {
  readonly ports: readonly number[];
  readonly onRecord: (record: CaptureRecord) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Descriptor of a new file that gets the packets themselves; it is closed at the end. */
  readonly pcap?: number;
}

export interface Capture {
  /** Resolves when the last record has been given and the file is written; a fault of the file in words. */
  stop(): Promise<string | undefined>;
}

export type StartedCapture =
  | { readonly ok: true; readonly capture: Capture }
  /** `why`: one clause for people. */
  | { readonly ok: false; readonly why: string };

const SUBJECTS: readonly FilterSubject[] = ['handshakes', 'data'];

/** Never rejects. The record `watching` comes first; where it can't be, `not-watching` is the only one. */
export async function startCapture(options: CaptureOptions): Promise<StartedCapture> {
  const { ports, onRecord, now } = options;
  const time = (): string => new Date(now()).toISOString();
  const [handshakes, data] = await Promise.all(SUBJECTS.map((subject) => openPacketSocket(subject, ports)));
  if (!handshakes?.ok || !data?.ok) {
    for (const opened of [handshakes, data]) if (opened?.ok) opened.socket.close();
    const why = [handshakes, data].flatMap((opened) => (opened?.ok === false ? [opened.why] : []))[0] ?? '';
    onRecord({ what: 'not-watching', at: time(), why });
    return { ok: false, why };
  }
  onRecord({ what: 'watching', at: time(), ports: [...ports] });
  const file = options.pcap === undefined ? undefined : openFile(options.pcap);
  let stopping = false;

  async function follow(socket: PacketSocket, isComplete: boolean): Promise<void> {
    const records = createPacketRecords(ports, isComplete ? HANDSHAKE_LIMITS : DATA_LIMITS);
    let lost = 0;
    let told = 0;
    while (!stopping) {
      const bytes = await socket.next();
      if (bytes === undefined) {
        onRecord({ what: 'not-watching', at: time(), why: 'the packet socket can’t be read any more' });
        break;
      }
      const at = now();
      if (bytes.length > 0) {
        file?.packet(bytes, at);
        const record = records.take(bytes, at);
        if (record !== undefined) onRecord(record);
      }
      // A challenge that is missed only means one tie less.
      if (!isComplete) continue;
      lost += socket.lost();
      const all = lost + records.lost;
      // Once it began to be lost, how much more matters little: told again when it has doubled.
      if (all > 0 && all >= told * 2) {
        told = all;
        onRecord({ what: 'lost', at: time(), count: all });
      }
    }
    socket.close();
  }
  const following = [follow(handshakes.socket, true), follow(data.socket, false)];
  return {
    ok: true,
    capture: {
      async stop() {
        stopping = true;
        await Promise.all(following);
        return file?.close();
      },
    },
  };
}

interface PacketFile {
  packet(bytes: Buffer, at: number): void;
  close(): Promise<string | undefined>;
}

function openFile(fd: number): PacketFile {
  const pcapng = createPcapng(Math.max(...SUBJECTS.map((subject) => SNAP_BYTES[subject])));
  const stream = createWriteStream('', { fd });
  let fault: string | undefined;
  stream.on('error', (error) => {
    fault ??= error.message;
  });
  stream.write(pcapng.header);
  return {
    packet(bytes, at) {
      const block = pcapng.packet(bytes, at);
      if (block !== undefined && fault === undefined) stream.write(block);
    },
    close: () =>
      new Promise((resolve) => {
        const end = (): void => resolve(fault);
        if (stream.closed) end();
        else stream.once('close', end);
        stream.end();
      }),
  };
}

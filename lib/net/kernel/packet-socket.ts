/**
 * A packet socket (packet(7)): packets of this machine from their IP header on, whatever link they came over, and whether a
 * firewall of the machine lets them through or not. It only reads. `net.Socket` refuses its descriptor, so it is read by
 * `fs.read`, in a thread of Node's pool, which comes back after `WAIT_MS` when nothing arrives.
 */
import { read } from 'node:fs';
import { type FilterSubject, packetFilter, SNAP_BYTES } from './packet-filter.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';

export interface PacketSocket {
  /** The next packet, cut to `SNAP_BYTES`; empty: none within `WAIT_MS`; `undefined`: the socket is of no use any more. */
  next(): Promise<Buffer | undefined>;
  /** Packets since the last call that found no room in the kernel. */
  lost(): number;
  /** Not while `next` is waiting. */
  close(): void;
}

export type OpenedPacketSocket =
  | { readonly ok: true; readonly socket: PacketSocket }
  /** `why`: one clause for people. */
  | { readonly ok: false; readonly why: string };

const WAIT_MS = 300;
/** Room in the kernel for packets that wait, bytes. */
const QUEUE_BYTES = 2 * 1024 * 1024;

const AF_PACKET = 17;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const EPERM = 1;
const EACCES = 13;

/** Never rejects. */
export async function openPacketSocket(
  subject: FilterSubject,
  ports: readonly number[],
): Promise<OpenedPacketSocket> {
  const loaded = await loadSyscalls();
  if (!loaded.ok) return loaded;
  const { calls } = loaded;
  const fd = calls.packetSocket();
  if (fd < 0) return { ok: false, why: reasonOf(-fd) };
  const fault = setUp(calls, fd, packetFilter(subject, ports));
  if (fault === undefined) return { ok: true, socket: createPacketSocket(calls, fd, SNAP_BYTES[subject]) };
  calls.close(fd);
  return { ok: false, why: fault };
}

const reasonOf = (errno: number): string =>
  errno === EPERM || errno === EACCES
    ? 'it needs the right CAP_NET_RAW (run it as root, or give it with setcap or AmbientCapabilities=CAP_NET_RAW)'
    : `no packet socket can be made (errno ${errno})`;

/** The socket gets no packet before it is bound, so none is read that the filter does not let through. */
function setUp(calls: Syscalls, fd: number, filter: Buffer): string | undefined {
  const filtered = calls.attachFilter(fd, filter);
  if (filtered < 0) return `the kernel takes no filter (errno ${-filtered})`;
  const wait = Buffer.alloc(16);
  wait.writeBigInt64LE(BigInt(WAIT_MS) * 1_000n, 8);
  const waits = calls.setOption(fd, SOL_SOCKET, SO_RCVTIMEO, wait);
  if (waits < 0) return `the kernel takes no time limit (errno ${-waits})`;
  const room = Buffer.alloc(4);
  room.writeInt32LE(QUEUE_BYTES);
  calls.setOption(fd, SOL_SOCKET, SO_RCVBUF, room);
  // struct sockaddr_ll: u16 family, u16 protocol (network order), then the interface, 0 for all.
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET);
  address.writeUInt16BE(ETH_P_ALL, 2);
  const bound = calls.bind(fd, address);
  return bound < 0 ? `the packet socket can’t be bound (errno ${-bound})` : undefined;
}

function createPacketSocket(calls: Syscalls, fd: number, snap: number): PacketSocket {
  return {
    next: () =>
      new Promise((resolve) => {
        const buffer = Buffer.alloc(snap);
        read(fd, buffer, 0, snap, null, (error, length) => {
          if (error === null) resolve(buffer.subarray(0, length));
          else resolve(error.code === 'EAGAIN' || error.code === 'EINTR' ? Buffer.alloc(0) : undefined);
        });
      }),
    lost() {
      // struct tpacket_stats: u32 packets, u32 drops; reading it sets both to 0.
      const counts = calls.option(fd, SOL_PACKET, PACKET_STATISTICS, 8);
      return counts.length === 8 ? counts.readUInt32LE(4) : 0;
    },
    close: () => calls.close(fd),
  };
}

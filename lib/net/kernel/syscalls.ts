/** The system calls that Node has no function for, called through koffi. Linux on x64 and arm64 alone: their structs are the same. */
import type { Family } from '../../model/vocabulary.ts';

/** A number below 0 is an errno, negated, as Linux itself gives it. All calls return at once. */
export interface Syscalls {
  /** A TCP socket, or an errno. */
  socket(family: Family): number;
  /** A packet socket that blocks and gets nothing before it is bound, or an errno: only a few may have one. */
  packetSocket(): number;
  /** @param program as `packetFilter` makes it */
  attachFilter(fd: number, program: Buffer): number;
  connect(fd: number, address: Buffer): number;
  bind(fd: number, address: Buffer): number;
  /** Bytes of the address that the socket has here; empty where there is none. */
  localAddress(fd: number): Buffer;
  setOption(fd: number, level: number, name: number, value: Buffer): number;
  /** What the option holds, cut to what the kernel knows; empty where it fails. */
  option(fd: number, level: number, name: number, length: number): Buffer;
  /** What has happened, as in `poll(2)`: 0 for nothing yet. */
  events(fd: number): number;
  /** Control messages of the next entry in the error queue; empty where there is none. */
  nextError(fd: number): Buffer;
  /** A second descriptor of the same socket, or an errno. */
  duplicate(fd: number): number;
  /** Ends the sending direction with a FIN. */
  endSending(fd: number): void;
  close(fd: number): void;
}

export type LoadedSyscalls =
  | { readonly ok: true; readonly calls: Syscalls }
  /** `why`: one clause for people. */
  | { readonly ok: false; readonly why: string };

/** What is used of koffi. Its own types are left alone: it is optional, and need not be there when this is compiled. */
interface Koffi {
  load(path: null): { func(signature: string): (...values: unknown[]) => number };
  struct(name: string, fields: Readonly<Record<string, string>>): unknown;
  errno(): number;
}

/** Not a literal at the place of the import: the bundler would put it into the bundle, where its native part is not found. */
const PACKAGE: string = 'koffi';

let loaded: Promise<LoadedSyscalls> | undefined;

/** Loads the library on the first call, some 15 ms; a machine without it, or with another system, gets the reason. Never rejects. */
export function loadSyscalls(): Promise<LoadedSyscalls> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LoadedSyscalls> {
  const { platform, arch } = process;
  if (platform !== 'linux') return { ok: false, why: `Linux alone tells it, and this is ${platform}` };
  if (arch !== 'x64' && arch !== 'arm64')
    return { ok: false, why: `the structs of ${arch} are not known here` };
  try {
    const found: { readonly default: Koffi } = await import(PACKAGE);
    return { ok: true, calls: createSyscalls(found.default) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {
      ok: false,
      why:
        code === 'ERR_MODULE_NOT_FOUND'
          ? 'the optional package koffi is not installed'
          : `the package koffi does not load (${code.slice(0, 200)})`,
    };
  }
}

const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_PACKET = 17;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
/** struct sock_fprog: u16 count of lines, and a pointer to them. */
const FILTER_PROGRAM_BYTES = 16;
const FILTER_LINE_BYTES = 8;
const MSG_ERRQUEUE_DONTWAIT = 0x2000 | 0x40;
const F_DUPFD_CLOEXEC = 1030;
const SHUT_WR = 1;
/** Room for any socket address. */
const ADDRESS_BYTES = 128;
const CONTROL_BYTES = 512;
/** POLLOUT, and beside it what is told unasked: POLLERR and POLLHUP. */
const POLLOUT = 4;

function createSyscalls(koffi: Koffi): Syscalls {
  const library = koffi.load(null);
  koffi.struct('ic_iovec', { base: 'void *', length: 'size_t' });
  koffi.struct('ic_msghdr', {
    name: 'void *',
    nameLength: 'uint32_t',
    parts: 'ic_iovec *',
    partCount: 'size_t',
    control: 'void *',
    controlLength: 'size_t',
    flags: 'int',
  });
  koffi.struct('ic_fprog', { count: 'uint16_t', lines: 'void *' });
  const setFilter = library.func('int setsockopt(int, int, int, ic_fprog *, uint32_t)');
  const socket = library.func('int socket(int, int, int)');
  const connect = library.func('int connect(int, void *, uint32_t)');
  const bind = library.func('int bind(int, void *, uint32_t)');
  const getsockname = library.func('int getsockname(int, void *, void *)');
  const setsockopt = library.func('int setsockopt(int, int, int, void *, uint32_t)');
  const getsockopt = library.func('int getsockopt(int, int, int, void *, void *)');
  const poll = library.func('int poll(void *, unsigned long, int)');
  const recvmsg = library.func('intptr_t recvmsg(int, _Inout_ ic_msghdr *, int)');
  const fcntl = library.func('int fcntl(int, int, int)');
  const shutdown = library.func('int shutdown(int, int)');
  const close = library.func('int close(int)');
  const orErrno = (result: number): number => (result < 0 ? -koffi.errno() : result);
  /** For calls that fill a buffer and write how much they filled. */
  const filled = (length: number, call: (buffer: Buffer, size: Buffer) => number): Buffer => {
    const buffer = Buffer.alloc(length);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(length);
    return call(buffer, size) < 0 ? Buffer.alloc(0) : buffer.subarray(0, size.readUInt32LE());
  };
  return {
    socket: (family) => orErrno(socket(family === 6 ? AF_INET6 : AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0)),
    packetSocket: () => orErrno(socket(AF_PACKET, SOCK_DGRAM_CLOEXEC, 0)),
    attachFilter: (fd, program) =>
      orErrno(
        setFilter(
          fd,
          SOL_SOCKET,
          SO_ATTACH_FILTER,
          { count: program.length / FILTER_LINE_BYTES, lines: program },
          FILTER_PROGRAM_BYTES,
        ),
      ),
    connect: (fd, address) => orErrno(connect(fd, address, address.length)),
    bind: (fd, address) => orErrno(bind(fd, address, address.length)),
    localAddress: (fd) => filled(ADDRESS_BYTES, (buffer, size) => getsockname(fd, buffer, size)),
    setOption: (fd, level, name, value) => orErrno(setsockopt(fd, level, name, value, value.length)),
    option: (fd, level, name, length) =>
      filled(length, (buffer, size) => getsockopt(fd, level, name, buffer, size)),
    events(fd) {
      // struct pollfd: int fd, short events, short revents.
      const entry = Buffer.alloc(8);
      entry.writeInt32LE(fd);
      entry.writeInt16LE(POLLOUT, 4);
      return poll(entry, 1, 0) > 0 ? entry.readUInt16LE(6) : 0;
    },
    nextError(fd) {
      const control = Buffer.alloc(CONTROL_BYTES);
      const data = Buffer.alloc(64);
      const message = {
        name: null,
        nameLength: 0,
        parts: { base: data, length: data.length },
        partCount: 1,
        control,
        controlLength: control.length,
        flags: 0,
      };
      if (recvmsg(fd, message, MSG_ERRQUEUE_DONTWAIT) < 0) return Buffer.alloc(0);
      return control.subarray(0, Number(message.controlLength));
    },
    duplicate: (fd) => orErrno(fcntl(fd, F_DUPFD_CLOEXEC, 0)),
    endSending: (fd) => void shutdown(fd, SHUT_WR),
    close: (fd) => void close(fd),
  };
}

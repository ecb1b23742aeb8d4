/** What this machine's kernel tells, found out without a packet. */
import { MAX_SEGMENT, numberOf, RECEIVE_ERRORS, setNumber, TIME_TO_LIVE, tcpInfo } from './options.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';
import { streamCounters } from './tcp-info.ts';

export interface KernelCapabilities {
  /** What can be found out, as phrases. */
  readonly sees: readonly string[];
  readonly lacks: readonly string[];
  /** Why nothing can, as a clause. */
  readonly why?: string;
}

/** Tries each option on a socket that is never connected. Never rejects. */
export async function kernelCapabilities(): Promise<KernelCapabilities> {
  const loaded = await loadSyscalls();
  if (!loaded.ok) return { sees: [], lacks: [], why: loaded.why };
  const { calls } = loaded;
  const fd = calls.socket(4);
  if (fd < 0) return { sees: [], lacks: [], why: `no socket can be made (errno ${-fd})` };
  try {
    const tried = TRIALS.map(([phrase, works]) => ({ phrase, works: works(fd, calls) }));
    const named = (wanted: boolean): string[] =>
      tried.filter(({ works }) => works === wanted).map(({ phrase }) => phrase);
    return { sees: named(true), lacks: named(false) };
  } finally {
    calls.close(fd);
  }
}

const TRIALS: readonly (readonly [string, (fd: number, calls: Syscalls) => boolean])[] = [
  ['who sends an ICMP error', (fd, calls) => setNumber(calls, fd, RECEIVE_ERRORS[4], 1) === 0],
  ['what was acknowledged', (fd, calls) => streamCounters(tcpInfo(calls, fd)) !== undefined],
  ['which segment size works', (fd, calls) => setNumber(calls, fd, MAX_SEGMENT, 536) === 0],
  [
    'how far packets get',
    // A sandbox may accept an option and ignore it.
    (fd, calls) =>
      setNumber(calls, fd, TIME_TO_LIVE[4], 3) === 0 && numberOf(calls, fd, TIME_TO_LIVE[4]) === 3,
  ],
];

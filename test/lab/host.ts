/** A machine of the laboratory: a network namespace with servers in it. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Socket as DgramSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const HANDLE_WORKER = fileURLToPath(new URL('./handle-worker.ts', import.meta.url));
/** How long a server may take to listen, ms. */
const START_MS = 15_000;
/** Output of a server that is kept for the message when it fails, characters. */
const OUTPUT_KEPT = 4_000;

export interface SpawnedServer {
  /** Resolves once the server listens on all of these. */
  readonly listening: readonly { readonly address: string; readonly port: number }[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface Finished {
  /** `null`: ended by a signal, or by the time limit. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Host {
  readonly namespace: string;
  /** Starts a real server in the foreground, and waits until it listens. It is ended by its pid with the lab. */
  spawn(command: string, args: readonly string[], options: SpawnedServer): Promise<ChildProcess>;
  /**
   * A scripted TCP server: the listening socket is made in the namespace and handed to this process, so `onConnection`
   * is an ordinary function, and its sockets are ordinary sockets.
   */
  listen(address: string, port: number, onConnection: (socket: Socket) => void): Promise<Server>;
  /** The same for UDP. */
  bind(address: string, port: number): Promise<DgramSocket>;
  /** Runs a command in the namespace to its end, or to the time limit. */
  run(
    command: string,
    args: readonly string[],
    options: { readonly timeoutMs: number; readonly input?: string },
  ): Promise<Finished>;
  stop(): void;
}

/** Starts a process in a namespace; the process has the child's pid, as `ip netns exec` becomes it. */
export function spawnIn(
  namespace: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, command, ...args], options);
}

/** Arguments of this Node that run a TypeScript file. */
export const nodeArgs = (file: string, ...args: readonly string[]): string[] => [
  '--import',
  'tsx',
  file,
  ...args,
];

export function createHost(namespace: string): Host {
  const children = new Set<ChildProcess>();
  const servers = new Set<Server | DgramSocket>();
  let worker: Promise<HandleWorker> | undefined;

  const keep = (child: ChildProcess): ChildProcess => {
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const handles = (): Promise<HandleWorker> => {
    worker ??= startHandleWorker(
      keep(
        spawnIn(namespace, process.execPath, nodeArgs(HANDLE_WORKER), {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
      ),
    );
    return worker;
  };

  return {
    namespace,
    async spawn(command, args, { listening, env, cwd }) {
      const child = keep(
        spawnIn(namespace, command, args, {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, ...env },
          ...(cwd !== undefined && { cwd }),
        }),
      );
      let output = '';
      const note = (bytes: Buffer): void => {
        output = (output + bytes.toString()).slice(-OUTPUT_KEPT);
      };
      child.stdout?.on('data', note);
      child.stderr?.on('data', note);
      await untilListening(child, listening, () => `${command} ${args.join(' ')}: ${output}`);
      return child;
    },
    async listen(address, port, onConnection) {
      const server = await (await handles()).listen(address, port);
      server.on('connection', (socket) => {
        // What a peer does to its socket is no fault of the script.
        socket.on('error', () => socket.destroy());
        onConnection(socket);
      });
      servers.add(server);
      return server;
    },
    async bind(address, port) {
      const socket = await (await handles()).bind(address, port);
      servers.add(socket);
      return socket;
    },
    run: (command, args, { timeoutMs, input }) =>
      finished(
        // A group of its own, so that what a script started ends with it.
        keep(spawnIn(namespace, command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })),
        timeoutMs,
        input,
      ),
    stop() {
      for (const server of servers) server.close();
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

interface HandleWorker {
  listen(address: string, port: number): Promise<Server>;
  bind(address: string, port: number): Promise<DgramSocket>;
}

/** What the worker is asked, and what it answers; a handle comes with `ok: true`. */
export interface HandleRequest {
  readonly id: number;
  readonly transport: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}
export type HandleReply = { readonly id: number } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string }
);

function startHandleWorker(child: ChildProcess): Promise<HandleWorker> {
  const waiting = new Map<number, (reply: HandleReply, handle: unknown) => void>();
  let lastId = 0;
  const ask = <T>(transport: HandleRequest['transport'], address: string, port: number): Promise<T> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const request: HandleRequest = { id: lastId, transport, address, port };
      waiting.set(request.id, (reply, handle) => {
        if (reply.ok) resolve(handle as T);
        else reject(new Error(`${transport} ${address} port ${port}: ${reply.error}`));
      });
      child.send(request);
    });
  child.on('message', (reply: HandleReply, handle: unknown) => {
    waiting.get(reply.id)?.(reply, handle);
    waiting.delete(reply.id);
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () =>
      resolve({
        listen: (address, port) => ask<Server>('tcp', address, port),
        bind: (address, port) => ask<DgramSocket>('udp', address, port),
      }),
    );
    child.once('error', reject);
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function finished(child: ChildProcess, timeoutMs: number, input: string | undefined): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (bytes: Buffer) => {
        if (output[stream].length < 200_000) output[stream] += bytes.toString();
      });
    }
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
    const timer = setTimeout(() => killGroup(child), timeoutMs);
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status, ...output });
    });
  });
}

async function untilListening(
  child: ChildProcess,
  wanted: SpawnedServer['listening'],
  describe: () => string,
): Promise<void> {
  let failed: string | undefined;
  child.once('error', (error) => {
    failed = error.message;
  });
  child.once('exit', (code, signal) => {
    failed = `ended (${code ?? signal})`;
  });
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (failed !== undefined) throw new Error(`${describe()} ${failed}`);
    if (wanted.every(({ address, port }) => listens(child.pid, address, port))) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`${describe()} does not listen on ${JSON.stringify(wanted)}`);
}

/** `0A` in the state column of /proc/PID/net/tcp: the process's namespace has a listener there. */
function listens(pid: number | undefined, address: string, port: number): boolean {
  if (pid === undefined) return false;
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const isV6 = address.includes(':');
  const own = isV6 ? undefined : hexAddress4(address);
  return ['tcp', 'tcp6'].some((table) => {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/net/${table}`, 'utf8');
    } catch {
      return false;
    }
    return text.split('\n').some((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      if (state !== '0A' || !local.endsWith(`:${hexPort}`)) return false;
      const bound = local.slice(0, -5);
      const isAny = /^0+$/.test(bound);
      if (table === 'tcp6') return isAny || (isV6 && bound === hexAddress6(address));
      return isAny ? !isV6 : bound === own;
    });
  });
}

/** As the kernel prints it: host byte order of a little-endian machine. */
const hexAddress4 = (address: string): string =>
  address
    .split('.')
    .reverse()
    .map((octet) => Number(octet).toString(16).toUpperCase().padStart(2, '0'))
    .join('');

function hexAddress6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const hex = [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join('');
  return (hex.match(/.{8}/g) ?? [])
    .map((word) => (word.match(/../g) ?? []).reverse().join(''))
    .join('')
    .toUpperCase();
}

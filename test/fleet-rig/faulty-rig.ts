/** A rig on which each run may have faults of its own, and a run that has something to confirm. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from './assembly.ts';
import { type Fault, writeFaultyHandlers } from './faulty-handlers.ts';
import type { ApiAnswer } from './loopback-server.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { REFUSED_PORT, request, serveTcp, type TcpServer } from './site.ts';

/** The vantage that goes wrong. */
export const FAULTY = 'eu-west-1';

/** No test waits for a pause or a back-off; that they are there is asserted on the template. */
export const pace = {
  waits: { WaitBeforeConfirming: 20 },
  retries: {
    Dispatch: 20,
    Publish: 20,
    DiagnoseAndJudge: 20,
    MakeReport: 20,
    AuthoriseAndPlan: 20,
    Notify: 20,
  },
};

export interface RunFaults {
  /** What the prober of a region does instead. */
  readonly code?: (region: string) => Fault | undefined;
  readonly intercept?: (name: string, region: string) => ApiAnswer | undefined;
  /** Time limit of the prober of a region. */
  readonly timeoutMs?: (region: string) => number | undefined;
}

export const isProber = (name: string): boolean => name.includes('-prober-');

export interface FaultyRig {
  readonly rig: Rig;
  /** Greets every client. */
  readonly server: TcpServer;
  /** Checks one endpoint that answers and one that refuses, so that there is something to confirm. */
  start(runId: string, faults?: RunFaults, more?: Readonly<Record<string, unknown>>): Promise<Execution>;
  stop(): Promise<void>;
}

export async function startFaultyRig(assembly: string, proberBundle: string): Promise<FaultyRig> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-faults-'));
  const handlers = writeFaultyHandlers(folder, proberBundle);
  /** By run id, so that runs side by side have faults of their own. */
  const faults = new Map<string, RunFaults>();
  const [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(assembly), proberBundle }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  const faultsOf = (payload: string): RunFaults =>
    faults.get(/"runId":"([^"]+)"/.exec(payload)?.[1] ?? '') ?? {};
  rig.lambda.faults = {
    intercept: ({ name, region }, payload) => faultsOf(payload).intercept?.(name, region),
    code({ name, region }, payload) {
      const fault = isProber(name) ? faultsOf(payload).code?.(region) : undefined;
      return fault && handlers[fault];
    },
    timeoutMs: ({ name, region }, payload) =>
      isProber(name) ? faultsOf(payload).timeoutMs?.(region) : undefined,
  };
  return {
    rig,
    server,
    start(runId, made = {}, more = {}) {
      faults.set(runId, made);
      const check = [`tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${REFUSED_PORT}`];
      return rig.start('check', runId, request(runId, [{ name: runId, check }], more), { pace });
    },
    async stop() {
      await Promise.all([rig.stop(), server.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ports in memory: what was written is there to be looked at, and each can be told to fail. */
import { failure } from '../../lib/fleet/failure.ts';
import type { FleetRequest, FleetVantage, StopNotice, TargetRecord } from '../../lib/model/fleet.ts';
import type { LatestState, Registry, RunEnd, RunStart, TargetRun } from '../../lib/ports/registry.ts';
import type { RunStore } from '../../lib/ports/run-store.ts';
import type { StopSwitch } from '../../lib/ports/stop-switch.ts';
import type { Invocation, LogFields, Telemetry } from '../../lib/ports/telemetry.ts';

export interface MemoryStore extends RunStore {
  readonly objects: Map<string, string>;
  /** While true every write is refused. */
  refuseWrites: boolean;
}

export function memoryStore(): MemoryStore {
  const objects = new Map<string, string>();
  return {
    objects,
    refuseWrites: false,
    async put(key, text) {
      if (this.refuseWrites) throw failure('StoreFailed', 'SlowDown');
      objects.set(key, text);
    },
    async get(key) {
      const text = objects.get(key);
      if (text === undefined) throw failure('StoreFailed', `NoSuchKey: ${key}`);
      return text;
    },
  };
}

export interface MemoryRegistry extends Registry {
  readonly records: Map<string, TargetRecord>;
  readonly runs: Map<string, RunStart & Partial<RunEnd>>;
  readonly history: TargetRun[];
  readonly states: Map<string, LatestState>;
  /** Called before each `replaceLatest`: another run that comes in between. */
  beforeReplace?: () => void;
}

export function memoryRegistry(records: readonly TargetRecord[] = []): MemoryRegistry {
  const states = new Map<string, LatestState>();
  const runs = new Map<string, RunStart & Partial<RunEnd>>();
  const history: TargetRun[] = [];
  const known = new Map(records.map((record) => [record.name, record]));
  return {
    records: known,
    runs,
    history,
    states,
    targets: async (names) =>
      new Map(
        names.flatMap((name) => {
          const record = known.get(name);
          return record === undefined ? [] : [[name, record] as const];
        }),
      ),
    async beginRun(run) {
      const holder = runs.get(run.runId);
      if (holder !== undefined && holder.execution !== run.execution) return 'taken';
      runs.set(run.runId, run);
      return 'begun';
    },
    latest: async (target) => states.get(target),
    async replaceLatest(target, next, previous) {
      this.beforeReplace?.();
      const now = states.get(target);
      if (now?.runId !== previous?.runId || now?.startedAt !== previous?.startedAt) return false;
      states.set(target, next);
      return true;
    },
    async addRun(run) {
      if (!history.some(({ runId, target }) => runId === run.runId && target === run.target))
        history.push(run);
    },
    async endRun(end) {
      const run = runs.get(end.runId);
      if (run !== undefined) runs.set(end.runId, { ...run, ...end });
    },
  };
}

export interface MemoryTelemetry extends Telemetry {
  readonly lines: (Omit<LogFields, 'message'> & { message: string })[];
  readonly metrics: { name: string; value: number }[];
}

export function memoryTelemetry(): MemoryTelemetry {
  const lines: (Omit<LogFields, 'message'> & { message: string })[] = [];
  const metrics: { name: string; value: number }[] = [];
  const speaking = (fields: LogFields): MemoryTelemetry => {
    const log = (message: string, more: LogFields = {}) => void lines.push({ ...fields, ...more, message });
    return {
      lines,
      metrics,
      info: log,
      warn: log,
      error: log,
      metric: (name, value) => void metrics.push({ name, value }),
      with: (more) => speaking({ ...fields, ...more }),
    };
  };
  return speaking({});
}

export const invocation = (remainingMs = 60_000): Invocation => ({
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => remainingMs,
});

export const vantage = (id: string, given: Partial<FleetVantage> = {}): FleetVantage => ({
  id,
  region: id,
  functionName: `prober-${id}`,
  kind: 'lambda',
  smtp: false,
  ...given,
});

export const FLEET = [vantage('eu-west-1'), vantage('us-east-1'), vantage('ap-south-1')];

export const VOUCH = { by: 'ops@prober.example', reason: 'go-live of a customer' };

export const request = (given: Partial<FleetRequest> = {}): FleetRequest => ({
  runId: 'run-1',
  requestedBy: 'arn:aws:sts::123456789012:assumed-role/operator/ada',
  targets: [{ name: 'shop', check: ['https://www.example.com/'] }],
  ...given,
});

export const execution = {
  id: 'arn:aws:states:eu-west-1:123456789012:execution:check:run-1',
  startedAt: '2026-03-01T09:30:00.000Z',
};

/** Not thrown unless a notice is given. */
export function memorySwitch(notice?: StopNotice): StopSwitch {
  let now = notice;
  return {
    read: async () => now,
    set: async (thrown) => {
      now = thrown;
    },
    clear: async () => {
      now = undefined;
    },
  };
}

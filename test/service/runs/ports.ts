/** Ports in memory: what was written can be read, and each can be made to fail. */

import type { FleetVantage } from '../../../lib/model/fleet-vantage.ts';
import type { ListenerSecret } from '../../../lib/model/listener-secret.ts';
import type { StopNotice } from '../../../lib/model/stop-notice.ts';
import type { Item } from '../../../lib/service/ports/item-store.ts';
import type { ListenerSecrets } from '../../../lib/service/ports/listener-secrets.ts';
import type { RunStore } from '../../../lib/service/ports/run-store.ts';
import type { StopSwitch } from '../../../lib/service/ports/stop-switch.ts';
import type { Invocation, LogFields, Telemetry } from '../../../lib/service/ports/telemetry.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import type { FleetRequest } from '../../../lib/service/runs/messages.ts';
import { targetKey } from '../../../lib/service/state/keys.ts';
import type { TargetRecord } from '../../../lib/service/state/target-record.ts';

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

/** A registered target as the store has it. */
export const targetItem = (record: TargetRecord): Item => ({
  ...targetKey(record.name),
  kind: 'target',
  ...record,
});

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

/** Keys of runs with listeners, as long as the test lasts. */
export function memorySecrets(): ListenerSecrets & { readonly kept: ReadonlyMap<string, ListenerSecret> } {
  const kept = new Map<string, ListenerSecret>();
  return {
    kept,
    put: async (runId, secret) => void kept.set(runId, secret),
    get: async (runId) => kept.get(runId),
  };
}

export const LISTENER: ListenerSecret = {
  run: '0123456789abcdef',
  wordsSeed: 'ab'.repeat(16),
  key: 'cd'.repeat(32),
};

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

/** A home of site vantages in memory, with its clock, and machines that ask it. */
import { randomBytes } from 'node:crypto';
import { newSiteKey } from '../../../lib/local/site/client.ts';
import { createSiteWaits, type SiteWaits } from '../../../lib/local/station/site/waiting.ts';
import type { VantagePosition } from '../../../lib/model/position.ts';
import { isoTime } from '../../../lib/net/clock.ts';
import type { ApiAnswer, HttpEvent } from '../../../lib/service/api/http-event.ts';
import { vantagesHandlers } from '../../../lib/service/api/vantages.ts';
import type { BatchResult } from '../../../lib/service/runs/batch-result.ts';
import { createEarlyResults } from '../../../lib/service/runs/early-results.ts';
import type { Dispatch } from '../../../lib/service/runs/messages.ts';
import { createSiteApi, type SiteApi } from '../../../lib/service/site/api.ts';
import { bodyDigest, publicKeyOf, signRequest } from '../../../lib/service/site/signature.ts';
import { vantageOf } from '../../../lib/service/state/site-vantages.ts';
import { endpoint, settings } from '../../engine/run/fakes.ts';
import { memoryStore, memorySwitch, memoryTelemetry } from '../runs/ports.ts';
import { batchResult } from '../runs/results.ts';
import { memoryItems } from '../state/memory-items.ts';

export interface Timer {
  readonly ms: number;
  readonly run: () => void;
}

export function siteRig() {
  const items = memoryItems();
  const store = memoryStore();
  const stop = memorySwitch();
  const telemetry = memoryTelemetry();
  const clock = { ms: Date.parse('2026-03-01T09:00:00.000Z') };
  const now = (): number => clock.ms;
  const timers = new Set<Timer>();
  const waits: SiteWaits = createSiteWaits({
    items,
    stop,
    now,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    later: (run, ms) => {
      const timer = { run, ms };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  });
  const early = createEarlyResults(store);
  const api = createSiteApi({
    items,
    store,
    early,
    stop,
    telemetry,
    now,
    waiting: waits,
    againSeconds: 10,
    tellEveryMs: ({ dispatch }) => (dispatch.live ? 2_000 : undefined),
  });
  const operator = vantagesHandlers({ items, fleet: [{ id: 'eu-west-1', kind: 'lambda' }], now });
  const caller = { arn: 'ada', principal: 'ada' };
  return {
    items,
    store,
    stop,
    early,
    clock,
    timers,
    waits,
    api,
    operator,
    caller,
    async invite(name: string, position: VantagePosition = 'inside') {
      const call = { params: { name }, query: undefined, body: { position }, caller };
      const put = await operator.putVantage(call);
      return put.ok ? (put.value.code ?? '') : '';
    },
  };
}
export type SiteRig = ReturnType<typeof siteRig>;

export const event = (path: string, body: unknown, authorization?: string, method = 'POST'): HttpEvent => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: {
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
  },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
  requestContext: { http: { method, sourceIp: '198.51.100.7' } },
});

/** A machine with a key. What it signs can be bent. */
export function machine(name: string, rig: SiteRig, api: SiteApi = rig.api) {
  const privateKey = newSiteKey();
  const head = (path: string, text: string, over: { name?: string; time?: number; nonce?: string } = {}) =>
    signRequest(
      { method: 'POST', path },
      { name, time: rig.clock.ms, nonce: randomBytes(16).toString('hex'), digest: bodyDigest(text), ...over },
      privateKey,
    );
  const ask = (path: string, body: unknown, over = {}): Promise<ApiAnswer> => {
    const text = JSON.stringify(body);
    return api.answer(event(path, text, head(path, text, over)));
  };
  return {
    privateKey,
    head,
    ask,
    join: (code: string, as = name) =>
      api.answer(event('/site/join', { name: as, code, publicKey: publicKeyOf(privateKey) })),
    poll: (working: readonly string[] = []) => ask('/site/poll', { working }),
    tell: (id: string, answer: unknown) => ask(`/site/progress/${id}`, { answer }),
    answer: (id: string, answer: unknown) => ask(`/site/answers/${id}`, { answer }),
  };
}

export const bodyOf = (answer: ApiAnswer): Record<string, unknown> =>
  JSON.parse(answer.body ?? '{}') as Record<string, unknown>;

export const ENDPOINT = endpoint();

export const dispatchTo = (name: string, position: VantagePosition = 'inside'): Dispatch => ({
  runId: 'run-1',
  attempt: 1,
  vantage: vantageOf({ name, position, changedBy: 'ada', changedAt: '2026-03-01T09:00:00.000Z' }),
  batch: {
    inline: {
      runId: 'run-1',
      vantage: { id: name, kind: 'site' },
      attempt: 1,
      settings: settings(),
      endpoints: [ENDPOINT],
    },
  },
  deadlineMs: 60_000,
});

/** As a vantage measures it, at the time of the rig's clock. */
export function resultOf(name: string, { clock }: SiteRig): BatchResult {
  const result = batchResult(name, [ENDPOINT]);
  return {
    ...result,
    results: result.results.map((one) => ({
      ...one,
      measured: one.measured.map((each) => ({
        ...each,
        observation: { ...each.observation, startedAt: isoTime(clock.ms) },
      })),
    })),
  };
}

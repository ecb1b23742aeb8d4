/** What was wrong with the station itself, from when until when: on record, and told once when it begins. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CHANGE_SCHEMA, type ChangeEvent } from '../../../model/change-event.ts';
import { OwnCondition } from '../../../model/own-condition.ts';
import { isoTime } from '../../../net/clock.ts';
import { printable } from '../../../net/printable.ts';
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';

export interface ConditionsPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly announce: PublishEvents;
  readonly fleet: string;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

/** None of them rejects: what the store refuses is kept in memory, and tried again with the next. */
export interface Conditions {
  /** Nothing happens when there is one of that kind. */
  open(kind: OwnCondition['kind'], detail: string): Promise<void>;
  close(kind: OwnCondition['kind']): Promise<void>;
  /** Of those that last. */
  current(): readonly OwnCondition[];
  /** The last ones, newest first. */
  all(): readonly OwnCondition[];
  /** Reads what an earlier process has stored, and stores and tells what could not be so far. */
  settle(): Promise<void>;
}

const KEY = { pk: 'STATION#', sk: 'CONDITIONS' };
const Stored = z.object({ conditions: z.array(OwnCondition) });
const MOST_KEPT = 20;

export function createConditions(ports: ConditionsPorts): Conditions {
  const { items, announce, telemetry, now } = ports;
  let conditions: readonly OwnCondition[] = [];
  let isRead = false;
  let isStored = true;
  let untold: readonly OwnCondition[] = [];
  let work: Promise<void> = Promise.resolve();

  const settle = async (): Promise<void> => {
    try {
      if (!isRead) {
        const before = Stored.safeParse(await items.get(KEY)).data?.conditions ?? [];
        conditions = [...conditions, ...before].slice(0, MOST_KEPT);
        isRead = true;
      }
      if (untold.length > 0) await announce(untold.map((one) => eventOf(one, ports)));
      untold = [];
      if (!isStored) await items.put({ ...KEY, conditions });
      isStored = true;
    } catch (error) {
      telemetry.warn('what is wrong with the station is not stored yet', { reason: String(error) });
    }
  };
  /** One after the other: each sees what the one before has made of it. */
  const inTurn = (change: () => void): Promise<void> => {
    work = work.then(async () => {
      if (!isRead) await settle();
      change();
      await settle();
    });
    return work;
  };
  const current = (): readonly OwnCondition[] => conditions.filter(({ until }) => until === undefined);
  return {
    current,
    all: () => conditions,
    settle: () => inTurn(() => undefined),
    open: (kind, detail) =>
      inTurn(() => {
        if (current().some((one) => one.kind === kind)) return;
        const begun = { kind, from: isoTime(now()), detail: printable(detail, 500) };
        telemetry.warn('our side', { ...begun });
        conditions = [begun, ...conditions].slice(0, MOST_KEPT);
        untold = [...untold, begun];
        isStored = false;
      }),
    close: (kind) =>
      inTurn(() => {
        if (!current().some((one) => one.kind === kind)) return;
        const until = isoTime(now());
        telemetry.info('our side is well again', { kind });
        conditions = conditions.map((one) =>
          one.kind === kind && one.until === undefined ? { ...one, until } : one,
        );
        isStored = false;
      }),
  };
}

const WORDS = {
  'uplink-away': {
    title: 'our side: the network of the station has no way to the internet',
    todo: 'see the cable, router and provider of the machine on which the station runs. Scheduled runs wait for it.',
  },
  'store-failing': {
    title: 'our side: the station can’t write its data',
    todo: 'see the disk of the machine on which the station runs, and GET /health.',
  },
} as const satisfies Record<OwnCondition['kind'], object>;

function eventOf(
  { kind, from, detail }: OwnCondition,
  { fleet }: Pick<ConditionsPorts, 'fleet'>,
): ChangeEvent {
  return {
    schema: CHANGE_SCHEMA,
    id: createHash('sha256')
      .update(JSON.stringify([fleet, 'our side', kind, from]))
      .digest('hex')
      .slice(0, 32),
    fleet,
    target: fleet,
    at: from,
    kind: 'run-failed',
    severity: 'warning',
    title: WORDS[kind].title,
    text: [
      `Since ${from.slice(0, 16).replace('T', ' ')} UTC. Reason: ${detail}`,
      'No target is to blame, and none changes its state. This is told once, for all of them.',
      `To do: ${WORDS[kind].todo}`,
    ].join('\n'),
    side: 'prober',
    endpoints: [],
    more: 0,
  };
}

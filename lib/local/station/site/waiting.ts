/** Runs of this process that wait for site vantages, and questions of vantages that wait for work. */

import type { ItemStore } from '../../../service/ports/item-store.ts';
import { failure } from '../../../service/runs/failure.ts';
import { SITE_SILENT_S } from '../../../service/runs/limits.ts';
import type { Dispatch } from '../../../service/runs/messages.ts';
import type { Dispatched } from '../../../service/runs/steps.ts';
import { type QueuePorts, queueWork } from '../../../service/site/queue.ts';
import type { SiteWaiting } from '../../../service/site/waiting.ts';
import { removeWork, type SiteWork } from '../../../service/site/work.ts';

export interface SiteWaits extends SiteWaiting {
  /** Puts the work in line and waits for its answer. Rejects with one of `VANTAGE_FAILURES`, or when the run is ended. */
  ask(dispatch: Dispatch, signal: AbortSignal): Promise<Dispatched>;
  /** Until there may be something to say to the vantage. */
  hold(name: string): Promise<void>;
  /** Answers all questions that wait. */
  close(): void;
}

export interface WaitPorts extends QueuePorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'remove'>;
  /** Calls back after so many milliseconds, unless it is cancelled. */
  readonly later: (work: () => void, ms: number) => () => void;
}

/** A question is kept for so long: below what proxies and clients wait for an answer. */
export const HOLD_MS = 25_000;
export const SILENT_MS = SITE_SILENT_S * 1_000;

interface Wait {
  resolve(outcome: Dispatched): void;
  reject(error: Error): void;
  beat(): void;
}

export function createSiteWaits(ports: WaitPorts): SiteWaits {
  const { items, later, now } = ports;
  const waits = new Map<string, Wait>();
  const held = new Map<string, () => void>();
  // News that came while no question waited: the next one is not kept.
  const news = new Set<string>();
  let closed = false;
  const wake = (name: string): void => {
    const release = held.get(name);
    if (release === undefined) news.add(name);
    else release();
  };
  const waitFor = ({ id, dispatch, endsAt }: SiteWork, signal: AbortSignal): Promise<Dispatched> => {
    const { id: name } = dispatch.vantage;
    return new Promise<Dispatched>((resolve, reject) => {
      const done = (): void => {
        waits.delete(id);
        cancelSilent();
        cancelEnd();
        signal.removeEventListener('abort', ended);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const silent = (): void =>
        fail(failure('VantageSilent', `${name} was not heard of for ${SILENT_MS / 1_000} s`));
      const ended = (): void => fail(failure('RunInterrupted', 'the run was ended'));
      let cancelSilent = later(silent, SILENT_MS);
      const cancelEnd = later(
        () => fail(failure('ProberTimedOut', `${name} gave no answer in its time`)),
        Math.max(1, endsAt - now()),
      );
      waits.set(id, {
        resolve(outcome) {
          done();
          resolve(outcome);
        },
        reject: fail,
        beat() {
          cancelSilent();
          cancelSilent = later(silent, SILENT_MS);
        },
      });
      signal.addEventListener('abort', ended, { once: true });
      if (signal.aborted) ended();
      wake(name);
    });
  };
  return {
    async ask(dispatch, signal) {
      const work = await queueWork(dispatch, ports);
      try {
        return await waitFor(work, signal);
      } finally {
        // What nobody took is taken back; the vantage learns it by its next question.
        await removeWork(items, dispatch.vantage.id, work.id).catch(() => false);
        wake(dispatch.vantage.id);
      }
    },
    async succeed({ id }, outcome) {
      waits.get(id)?.resolve(outcome);
    },
    async fail({ id }, { name, message }) {
      waits.get(id)?.reject(failure(name, message));
    },
    async alive({ id }) {
      const wait = waits.get(id);
      wait?.beat();
      return wait !== undefined;
    },
    hold(name) {
      held.get(name)?.();
      if (closed || news.delete(name)) return Promise.resolve();
      return new Promise((resolve) => {
        const release = (): void => {
          cancel();
          if (held.get(name) === release) held.delete(name);
          resolve();
        };
        const cancel = later(release, HOLD_MS);
        held.set(name, release);
      });
    },
    close() {
      closed = true;
      for (const release of [...held.values()]) release();
    },
  };
}

/**
 * Whether it is the station's own way to the internet that is away. Claimed only with evidence of both kinds: nothing on the
 * internet answered any vantage of a run, nor any of the controls that are asked then; and something did answer before, so
 * that a network that never had the internet is not taken for a fault.
 */
import * as z from 'zod';
import { isLookup } from '../../../kinds/lookup.ts';
import type { Observation } from '../../../kinds/observation.ts';
import { readingFor } from '../../../kinds/readings.ts';
import { isoTime } from '../../../net/clock.ts';
import { addressScope } from '../../../net/guard.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { Attempted } from '../../../service/runs/attempts.ts';
import type { Conditions } from './conditions.ts';

export interface UplinkPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly conditions: Conditions;
  /** Asks the controls. */
  readonly look: () => Promise<{ readonly answers: boolean; readonly detail: string }>;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface Uplink {
  /**
   * What one attempt of a run says of the station itself: why it says nothing of its targets, in one line; undefined: it
   * does. Rejects as the store does.
   *
   * @param mayAsk whether the run may ask the controls of the internet
   */
  judge(attempts: readonly Attempted[], mayAsk: () => Promise<boolean>): Promise<string | undefined>;
  /** Why no scheduled run is started now; the controls are asked again every half minute. */
  barrier(): Promise<string | undefined>;
}

const KEY = { pk: 'STATION#', sk: 'UPLINK' };
const Seen = z.object({ answeredAt: z.iso.datetime() });
/** Written once an hour. */
const FRESH_MS = 3_600_000;
const LOOK_MS = 30_000;

export function createUplink({ items, conditions, look, now }: UplinkPorts): Uplink {
  let writtenAt: number | undefined;
  let looked: { readonly at: number; readonly result: ReturnType<UplinkPorts['look']> } | undefined;

  const answered = async (): Promise<void> => {
    looked = undefined;
    await conditions.close('uplink-away');
    const at = now();
    if (writtenAt !== undefined && Math.abs(at - writtenAt) < FRESH_MS) return;
    await items.put({ ...KEY, answeredAt: isoTime(at) });
    writtenAt = at;
  };
  const lookNow = (): ReturnType<UplinkPorts['look']> => {
    const at = now();
    if (looked === undefined || Math.abs(at - looked.at) >= LOOK_MS) looked = { at, result: look() };
    return looked.result;
  };
  const wordsOf = (detail: string): string =>
    `nothing on the internet answers this machine, which it did before: ${detail}`;

  return {
    async judge(attempts, mayAsk) {
      const seen = whatAnswered(attempts);
      if (seen === 'something') await answered();
      if (seen !== 'nothing' || !(await mayAsk())) return undefined;
      if (!Seen.safeParse(await items.get(KEY)).success) return undefined;
      const { answers, detail } = await lookNow();
      if (answers) {
        await answered();
        return undefined;
      }
      await conditions.open('uplink-away', wordsOf(detail));
      return wordsOf(detail);
    },
    async barrier() {
      const [away] = conditions.current().filter(({ kind }) => kind === 'uplink-away');
      if (away === undefined) return undefined;
      const { answers } = await lookNow();
      if (!answers) return `our side since ${away.from}: ${away.detail}`;
      await answered();
      return undefined;
    },
  };
}

/** `unclear`: a machine of another network, or an answer that a device on the way may have given. */
function whatAnswered(attempts: readonly Attempted[]): 'something' | 'nothing' | 'unclear' {
  const results = attempts.flatMap((one) => ('result' in one ? [one.result] : []));
  if (results.length < attempts.length) return 'unclear';
  if (results.some(({ vantage }) => vantage.controls.some(({ ok }) => ok))) return 'something';
  const seen = results.flatMap((one) => one.results.flatMap(({ measured }) => measured));
  if (seen.length === 0 || seen.some(({ missing }) => missing !== undefined)) return 'unclear';
  const dialled = seen.map(({ observation }) => observation).filter((one) => !isLookup(one));
  if (dialled.some(({ address }) => addressScope(address) !== 'public')) return 'unclear';
  if (dialled.some((one) => readingFor(one.kind).peerAnswered(one))) return 'something';
  return dialled.every(isSilent) ? 'nothing' : 'unclear';
}

const isSilent = (observation: Observation): boolean =>
  'connect' in observation && ['timeout', 'unreachable'].includes(observation.connect.status);

/** Takes what visitors of a link tell of their office, as long as the link is open and has attempts left. */
import { isoTime } from '../../../net/clock.ts';
import { printable } from '../../../net/printable.ts';
import type { ItemStore } from '../../ports/item-store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import {
  MAX_PLACE,
  type OfficeOrder,
  type OfficeOutcome,
  readOffice,
  writeOffice,
} from '../../state/offices.ts';
import { stateOf } from '../../state/share-lifetime.ts';
import { createShareReader, type Share } from '../../state/shares.ts';
import type { Offices, OfficeTold } from './offices.ts';

export interface OfficesPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly telemetry: Telemetry;
  /** Called for each outcome that was taken, for the record of a home that keeps one. */
  readonly told?: (share: string, runId: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

type AskingShare = Share & { readonly office: OfficeOrder };

/** Others who write at the same moment are waited for so often. */
const TRIES = 5;
/** Outcomes that one visitor is shown. */
const SHOWN = 5;

export function createOffices(ports: OfficesPorts): Offices {
  const { items, now, telemetry } = ports;
  const shares = createShareReader(items);
  const openShare = async (id: string): Promise<AskingShare | undefined> => {
    const share = await shares.get(id);
    return share?.office !== undefined && stateOf(share, now()) === 'open'
      ? { ...share, office: share.office }
      : undefined;
  };
  return {
    async look(id, address) {
      const share = await openShare(id);
      if (share === undefined) return undefined;
      const { outcomes } = await readOffice(items, share, share.office);
      const { attempts } = share.office;
      // Who else has the link, and from where, is the sender's to know.
      const own = address === undefined ? [] : outcomes.filter((one) => one.address === address);
      return {
        own: own.reverse().slice(0, SHOWN),
        left: Math.max(0, attempts - outcomes.length),
        of: attempts,
      };
    },
    async tell(id, told) {
      const share = await openShare(id);
      if (share === undefined) return { status: 'closed' };
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const before = await readOffice(items, share, share.office);
        if (before.outcomes.length >= share.office.attempts) return { status: 'spent' };
        const outcome = outcomeOf(told, before.outcomes.length + 1, now());
        if (!(await writeOffice(items, share, before, [...before.outcomes, outcome]))) continue;
        telemetry.info('office told', { share: id, runId: share.runId, saw: told.saw });
        ports.told?.(id, share.runId);
        return { status: 'taken' };
      }
      return { status: 'busy' };
    },
  };
}

/** Whatever a visitor wrote becomes one bounded line of what can be shown. */
function outcomeOf({ saw, ms, place, address }: OfficeTold, number: number, at: number): OfficeOutcome {
  const called = printable((place ?? '').trim(), MAX_PLACE);
  return {
    number,
    at: isoTime(at),
    ...(address !== undefined && { address }),
    saw,
    ...(ms !== undefined && { ms }),
    ...(called !== '' && { place: called }),
  };
}

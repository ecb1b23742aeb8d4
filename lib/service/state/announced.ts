/** What alerts have said about a target, with the events that are still to be sent. */
import * as z from 'zod';
import { ChangeEvent } from '../../model/change-event.ts';
import { parseJson } from '../../model/parse-json.ts';
import { Announced, type OpenedAlert } from '../changes/announced.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem, type ItemChange, unchanged } from './change-item.ts';
import { compress, decompress } from './compressed.ts';
import { announcedKey, LISTED } from './keys.ts';
import type { RunStart } from './run-order.ts';

/** Bytes of the JSON in the item, where it is stored gzipped; one of ours has a few kB. */
const MAX_STATE_BYTES = 2_000_000;

/** As it was after the run that is named in it. */
export interface AnnouncedState extends RunStart {
  readonly announced: Announced;
  /** What that run announced, and what earlier runs could not send. */
  readonly events: readonly ChangeEvent[];
  /** The bus has taken all of `events`. */
  readonly sent: boolean;
}

const State = z.object({ announced: Announced, events: z.array(ChangeEvent) });
const AnnouncedItem = z.object({
  runId: z.string(),
  startedAt: z.string(),
  sent: z.boolean(),
  state: z.string(),
});

const MARKS = ['runId', 'startedAt', 'sent'] as const;

/** Undefined: nothing was announced yet. Rejects as the store does. */
export const readAnnounced = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<AnnouncedState | undefined> => stateOf(await items.get(announcedKey(target)));

/** Writes what is decided from what was announced before. `busy`: other writers were always faster. Rejects as the store does. */
export const changeAnnounced = <T>(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  decide: (
    before: AnnouncedState | undefined,
  ) => Promise<{ readonly outcome: T; readonly write?: AnnouncedState }>,
): Promise<T | 'busy'> =>
  changeItem(items, announcedKey(target), { marks: MARKS }, async (there): Promise<ItemChange<T>> => {
    const { outcome, write } = await decide(stateOf(there));
    return { outcome, ...(write && { write: fieldsOf(target, write) }) };
  });

/** Notes that the events of this state are sent. False: a newer run has written meanwhile. Rejects as the store does. */
export const markSent = (
  items: Pick<ItemStore, 'put'>,
  target: string,
  state: AnnouncedState,
): Promise<boolean> =>
  items.put(
    { ...fieldsOf(target, { ...state, sent: true }), ...announcedKey(target) },
    unchanged(state, MARKS),
  );

/** Listed as long as something fails. */
const fieldsOf = (target: string, { runId, startedAt, sent, announced, events }: AnnouncedState) => ({
  ...(announced.alert && { kind: LISTED.alert, name: target }),
  runId,
  startedAt,
  sent,
  state: compress(JSON.stringify({ announced, events })),
});

/** An alert that is open, with what the last run saw. */
export interface ListedAlert {
  readonly target: string;
  readonly alert: OpenedAlert;
  /** Of the last run that was announced. */
  readonly startedAt: string;
  /** Endpoints that fail. */
  readonly failing: number;
}

/** By target. May miss what was written in the last second. */
export async function* openAlerts(items: Pick<ItemStore, 'list'>): AsyncGenerator<ListedAlert> {
  let after: string | undefined;
  do {
    const page = await alertPage(items, after);
    yield* page.alerts;
    after = page.next;
  } while (after !== undefined);
}

/** @param after `next` of the page before */
export async function alertPage(
  items: Pick<ItemStore, 'list'>,
  after?: string,
): Promise<{ readonly alerts: readonly ListedAlert[]; readonly next?: string }> {
  const page = await items.list(LISTED.alert, after === undefined ? {} : { after });
  const alerts = page.items.flatMap((item) => listedOf(String(item.name), stateOf(item)) ?? []);
  return { alerts, ...(page.next !== undefined && { next: page.next }) };
}

/** `undefined`: nothing of the target fails. */
export function listedOf(target: string, state: AnnouncedState | undefined): ListedAlert | undefined {
  if (state?.announced.alert === undefined) return undefined;
  const { announced, startedAt } = state;
  const failing = Object.values(announced.endpoints).filter(({ verdict }) => verdict === 'fail').length;
  return { target, alert: state.announced.alert, startedAt, failing };
}

/** What can't be read counts as nothing announced: a failure is announced twice rather than never. */
function stateOf(item: unknown): AnnouncedState | undefined {
  const read = AnnouncedItem.safeParse(item);
  if (!read.success) return undefined;
  const { state: compressed, ...rest } = read.data;
  const state = State.safeParse(parseJson(decompress(compressed, MAX_STATE_BYTES)));
  return state.success ? { ...rest, ...state.data } : undefined;
}

/** What has been told of a target: `TARGET#name`, `ANNOUNCED`, with the events that are still to be sent. */
import * as z from 'zod';
import { Announced } from '../changes/announced.ts';
import { ChangeEvent } from '../model/change-event.ts';
import type { ItemKey, ItemStore } from '../ports/item-store.ts';
import { fold, unfold } from './folded.ts';
import type { RunStart } from './run-order.ts';

/** Bytes of the JSON in the item, which may have 400 kB folded; an item of ours has some kB. */
const MAX_STATE_BYTES = 2_000_000;

/** As it was after the run that is named in it. */
export interface AnnouncedState extends RunStart {
  readonly announced: Announced;
  /** What that run told, and what runs before it could not send. */
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

const keyOf = (target: string): ItemKey => ({ pk: `TARGET#${target}`, sk: 'ANNOUNCED' });

/** What is there, for whoever wants to replace it: an item that can't be read is there, too. */
export interface Stored {
  readonly state: AnnouncedState | undefined;
  readonly mark: Mark | undefined;
}
type Mark = Readonly<Record<'runId' | 'startedAt' | 'sent', string | boolean | undefined>>;

export async function loadAnnounced(items: Pick<ItemStore, 'get'>, target: string): Promise<Stored> {
  const item = await items.get(keyOf(target));
  if (item === undefined) return { state: undefined, mark: undefined };
  const { runId, startedAt, sent } = item;
  return {
    state: stateOf(item),
    mark: { runId: scalar(runId), startedAt: scalar(startedAt), sent: scalar(sent) },
  };
}

/** Replaces what was loaded. False: somebody else has meanwhile. */
export async function storeAnnounced(
  items: Pick<ItemStore, 'put'>,
  target: string,
  { runId, startedAt, sent, announced, events }: AnnouncedState,
  before: Stored,
): Promise<boolean> {
  const state = fold(JSON.stringify({ announced, events }));
  return items.put(
    { ...keyOf(target), runId, startedAt, sent, state },
    before.mark === undefined ? { absent: true } : { equals: before.mark },
  );
}

/** What can't be read counts for nothing announced: a failure is told once more rather than never. */
function stateOf(item: unknown): AnnouncedState | undefined {
  const read = AnnouncedItem.safeParse(item);
  if (!read.success) return undefined;
  const { state: folded, ...rest } = read.data;
  const state = State.safeParse(parseJson(unfold(folded, MAX_STATE_BYTES)));
  return state.success ? { ...rest, ...state.data } : undefined;
}

const scalar = (value: unknown): string | boolean | undefined =>
  typeof value === 'string' || typeof value === 'boolean' ? value : undefined;

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

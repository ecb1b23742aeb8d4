/** Changes that a run decided on, and that never came into the outbox: the run ended, or was stopped, in between. */
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import { markSent, readAnnounced } from '../../../service/state/announced.ts';
import { createTargetStore } from '../../../service/state/targets.ts';

/** For each target that is registered. Rejects as the store does. */
export async function sendUnsent(
  items: Pick<ItemStore, 'get' | 'getAll' | 'put' | 'remove' | 'list'>,
  publish: PublishEvents,
): Promise<void> {
  const targets = createTargetStore(items);
  let after: string | undefined;
  do {
    const page = await targets.list(after === undefined ? {} : { after });
    for (const { name } of page.targets) {
      const state = await readAnnounced(items, name);
      if (state === undefined || state.sent) continue;
      await publish(state.events);
      await markSent(items, name, state);
    }
    after = page.next;
  } while (after !== undefined);
}

import { expect, it } from 'vitest';
import { sendUnsent } from '../../../../lib/local/station/alerts/unsent.ts';
import type { ChangeEvent } from '../../../../lib/model/change-event.ts';
import { NOTHING_ANNOUNCED } from '../../../../lib/service/changes/announced.ts';
import { changeAnnounced, readAnnounced } from '../../../../lib/service/state/announced.ts';
import { change } from '../../../service/alerts/change.ts';
import { targetItem } from '../../../service/runs/ports.ts';
import { memoryItems } from '../../../service/state/memory-items.ts';

const decided = (events: readonly ChangeEvent[], sent: boolean) => ({
  runId: 'run-1',
  startedAt: '2026-11-25T01:00:00.000Z',
  announced: NOTHING_ANNOUNCED,
  events,
  sent,
});

it('sends what a run decided on and did not get as far as the outbox, once', async () => {
  const items = memoryItems();
  for (const [name, sent] of [
    ['a', true],
    ['b', false],
  ] as const) {
    await items.put(targetItem({ name, hosts: ['192.0.2.1'], definition: { check: ['tcp://192.0.2.1:1'] } }));
    await changeAnnounced(items, name, async () => ({
      outcome: undefined,
      write: decided([change({ target: name })], sent),
    }));
  }
  await items.put(
    targetItem({ name: 'c', hosts: ['192.0.2.1'], definition: { check: ['tcp://192.0.2.1:1'] } }),
  );
  const got: string[] = [];
  const publish = async (events: readonly ChangeEvent[]) =>
    void got.push(...events.map(({ target }) => target));
  await sendUnsent(items, publish);
  await sendUnsent(items, publish);
  expect(got).toEqual(['b']);
  expect(await readAnnounced(items, 'b')).toMatchObject({ sent: true });
});

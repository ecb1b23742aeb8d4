import { expect, it } from 'vitest';
import type { Item } from '../../../lib/service/ports/item-store.ts';
import { changeItem, MAX_TRIES } from '../../../lib/service/state/change-item.ts';
import { memoryItems } from './memory-items.ts';

const key = { pk: 'A', sk: 'B' };
const options = { marks: ['version'] };
const next = (there: Item | undefined) => Number(there?.version ?? 0) + 1;

it('writes what was decided, under the key and no other', async () => {
  const items = memoryItems();
  const write = { pk: 'OTHER', sk: 'OTHER', version: 1 };
  expect(await changeItem(items, key, options, () => ({ outcome: 'done', write }))).toBe('done');
  expect(items.all()).toEqual([{ ...key, version: 1 }]);
});

it('leaves the item alone when there is nothing to write', async () => {
  const items = memoryItems([{ ...key, version: 1 }]);
  expect(await changeItem(items, key, options, (there) => ({ outcome: there?.version }))).toBe(1);
  expect(items.all()).toEqual([{ ...key, version: 1 }]);
});

it('decides again on what another has written meanwhile, be it the first or a change', async () => {
  for (const initial of [[], [{ ...key, version: 1, by: [] }]]) {
    const items = memoryItems(initial);
    let seen: unknown[] = [];
    const add = async (by: string) =>
      changeItem(items, key, options, async (there) => {
        seen = [...seen, there?.version];
        const others = Array.isArray(there?.by) ? there.by : [];
        return { outcome: by, write: { version: next(there), by: [...others, by] } };
      });
    expect(await Promise.all([add('a'), add('b'), add('c')])).toEqual(['a', 'b', 'c']);
    expect((await items.get(key))?.by).toHaveLength(3);
    expect(seen.length).toBeGreaterThan(3);
  }
});

it('says so when others write all the time', async () => {
  const items = memoryItems([{ ...key, version: 0 }]);
  let tries = 0;
  const busy = {
    ...items,
    put: async () => {
      tries += 1;
      return false;
    },
  };
  const decide = () => ({ outcome: 'done', write: { version: 1 } });
  expect(await changeItem(busy, key, options, decide)).toBe('busy');
  expect(tries).toBe(MAX_TRIES);
  expect(await changeItem(busy, key, { ...options, tries: 2 }, decide)).toBe('busy');
  expect(tries).toBe(MAX_TRIES + 2);
});

it('replaces what nobody can read, if it is still what was read', async () => {
  const items = memoryItems([{ ...key, version: 'seven', rubbish: true }]);
  const decide = () => ({ outcome: 'done', write: { version: 1 } });
  expect(await changeItem(items, key, options, decide)).toBe('done');
  expect(items.all()).toEqual([{ ...key, version: 1 }]);
});

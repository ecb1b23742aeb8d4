/** What the port of items promises. Whatever stores items has to pass it: `itemStoreContract('SQLite', () => …)`. */
import { describe, expect, test } from 'vitest';
import type { ItemKey, ItemStore } from '../../../lib/service/ports/item-store.ts';

/** @param open may give the same store each time: no two tests use the same keys */
export function itemStoreContract(name: string, open: () => ItemStore): void {
  describe(name, () => {
    test('gives back what was put, and nothing once it is removed', async () => {
      const store = open();
      const item = {
        pk: 'TARGET#a',
        sk: 'TARGET',
        hosts: ['a.example', ''],
        nested: { n: 1.5, list: [true, { deep: -2 }], empty: {}, none: [] },
        text: 'Zürich 😀 \u0000 "\\',
        on: false,
        left: undefined,
      };
      const { left: _, ...stored } = item;
      expect(await store.get(item)).toBeUndefined();
      expect(await store.put(item)).toBe(true);
      expect(await store.get({ pk: item.pk, sk: item.sk })).toEqual(stored);
      expect(await store.get(item)).not.toHaveProperty('left');
      expect(await store.get({ pk: item.pk, sk: 'OTHER' })).toBeUndefined();
      expect(await store.put({ pk: item.pk, sk: item.sk, state: 'new' })).toBe(true);
      expect(await store.get(item)).toEqual({ pk: item.pk, sk: item.sk, state: 'new' });
      expect(await store.remove(item)).toBe(true);
      expect(await store.get(item)).toBeUndefined();
      expect(await store.remove(item)).toBe(true);
    });

    test('keeps keys of all lengths and letters apart', async () => {
      const store = open();
      const keys = [
        { pk: 'KEYS', sk: 's'.repeat(1_024) },
        { pk: 'KEYS', sk: `${'s'.repeat(1_023)}S` },
        { pk: 'K'.repeat(2_048), sk: 'a#b' },
        { pk: 'KEYS#a', sk: 'b' },
        { pk: 'KEYS', sk: '#ab' },
        { pk: 'KEYS#Ä', sk: "b%_*'" },
        { pk: 'KEYS#ä', sk: 'b' },
      ];
      for (const [number, key] of keys.entries()) await store.put({ ...key, number });
      for (const [number, key] of keys.entries()) expect(await store.get(key)).toEqual({ ...key, number });
    });

    test('writes only when the condition holds', async () => {
      const store = open();
      const key = { pk: 'CONDITION#a', sk: 'X' };
      expect(await store.put({ ...key, state: 'old' }, { present: true })).toBe(false);
      expect(await store.put({ ...key, state: 'old' }, { equals: { state: undefined } })).toBe(false);
      expect(await store.put({ ...key, state: 'old' }, { absent: true })).toBe(true);
      expect(await store.put({ ...key, state: 'twice' }, { absent: true })).toBe(false);
      expect(await store.put({ ...key, state: 'new' }, { equals: { state: 'other' } })).toBe(false);
      expect(await store.put({ ...key, state: 'new' }, { equals: { state: undefined } })).toBe(false);
      expect(
        await store.put({ ...key, state: 'new', by: 'me' }, { equals: { state: 'old', by: undefined } }),
      ).toBe(true);
      expect(await store.remove(key, { equals: { by: undefined } })).toBe(false);
      expect(await store.remove(key, { absent: true })).toBe(false);
      expect(await store.get(key)).toEqual({ ...key, state: 'new', by: 'me' });
      expect(await store.put({ ...key, state: 'newest' }, { present: true })).toBe(true);
      expect(await store.remove(key, { equals: { state: 'newest', by: undefined } })).toBe(true);
      expect(await store.remove(key, { present: true })).toBe(false);
      expect(await store.remove(key, { equals: {} })).toBe(false);
    });

    test('compares texts, numbers and truth values as what they are', async () => {
      const store = open();
      const key = { pk: 'CONDITION#types', sk: 'X' };
      const item = { ...key, one: 1, text: '1', yes: true };
      await store.put(item);
      for (const equals of [{ one: '1' }, { text: 1 }, { yes: 1 }, { yes: 'true' }, { one: true }])
        expect(await store.put(item, { equals })).toBe(false);
      expect(await store.put(item, { equals: { one: 1, text: '1', yes: true } })).toBe(true);
    });

    test('writes what is absent, or what is the same one’s', async () => {
      const store = open();
      const key = { pk: 'CONDITION#owner', sk: 'X' };
      const put = (by: string, n: number) => store.put({ ...key, by, n }, { absentOrEquals: { by } });
      expect([await put('me', 1), await put('you', 2), await put('me', 3)]).toEqual([true, false, true]);
      expect(await store.get(key)).toEqual({ ...key, by: 'me', n: 3 });
    });

    test('lets one of many writers in that saw the same', async () => {
      const store = open();
      const key = { pk: 'CONDITION#race', sk: 'X' };
      const race = (condition: Parameters<ItemStore['put']>[1], version: number) =>
        Promise.all(Array.from({ length: 8 }, (_, by) => store.put({ ...key, version, by }, condition)));
      expect((await race({ absent: true }, 1)).filter(Boolean)).toHaveLength(1);
      const won = await race({ equals: { version: 1 } }, 2);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get(key)).toEqual({ ...key, version: 2, by: won.indexOf(true) });
    });

    test('sets some fields and leaves the others, even of an item that is not there', async () => {
      const store = open();
      const key = { pk: 'UPDATE#a', sk: 'X' };
      await store.update(key, { state: 'begun', on: true });
      expect(await store.get(key)).toEqual({ ...key, state: 'begun', on: true });
      await store.put({ ...key, kept: ['a'], state: 'begun' });
      await store.update(key, { state: 'ended', n: 2 });
      expect(await store.get(key)).toEqual({ ...key, kept: ['a'], state: 'ended', n: 2 });
    });

    test('gives of many keys those that are there, each once', async () => {
      const store = open();
      const key = (n: number): ItemKey => ({ pk: `MANY#${n}`, sk: 'X' });
      for (let n = 0; n < 130; n += 1) await store.put({ ...key(n), n });
      const found = await store.getAll([...Array.from({ length: 250 }, (_, n) => key(n)), key(7), key(7)]);
      expect(found.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 130 }, (_, n) => n),
      );
      expect(found.find(({ n }) => n === 7)).toEqual({ ...key(7), n: 7 });
      expect(await store.getAll([])).toEqual([]);
    });

    test('lists one kind by name, page by page', async () => {
      const store = open();
      for (const name of ['c', 'a', 'b']) await store.put({ pk: `T#${name}`, sk: 'T', kind: 'listed', name });
      await store.put({ pk: 'T#d', sk: 'T', kind: 'other', name: 'd' });
      await store.put({ pk: 'T#e', sk: 'T', name: 'e' });
      await store.put({ pk: 'T#f', sk: 'T', kind: 'listed' });
      const names: unknown[] = [];
      let after: string | undefined;
      do {
        const page = await store.list('listed', { limit: 2, ...(after !== undefined && { after }) });
        names.push(page.items.map((item) => item.name));
        after = page.next;
      } while (after !== undefined);
      expect(names.flat()).toEqual(['a', 'b', 'c']);
      expect(names[0]).toEqual(['a', 'b']);
      expect((await store.list('listed')).items[0]).toEqual({
        pk: 'T#a',
        sk: 'T',
        kind: 'listed',
        name: 'a',
      });
      expect(await store.list('nothing')).toEqual({ items: [] });
    });

    test('lists two of the same name both, and goes on between them', async () => {
      const store = open();
      for (const pk of ['S#1', 'S#2', 'S#3']) await store.put({ pk, sk: 'S', kind: 'same', name: 'n' });
      const first = await store.list('same', { limit: 1 });
      const rest = await store.list('same', { after: first.next ?? 'none' });
      expect([...first.items, ...rest.items].map(({ pk }) => pk).sort()).toEqual(['S#1', 'S#2', 'S#3']);
    });

    test('finds nothing after what is no place in the list', async () => {
      const store = open();
      for (const kind of ['kept', 'hidden'])
        for (const name of ['a', 'b']) await store.put({ pk: `${kind}#${name}`, sk: 'K', kind, name });
      const { next = 'none' } = await store.list('kept', { limit: 1 });
      expect((await store.list('kept', { after: next })).items).toMatchObject([{ name: 'b' }]);
      for (const [kind, after] of [
        ['hidden', next],
        ['kept', ''],
        ['kept', '0'],
        ['kept', 'a'],
        ['kept', 'no base64'],
        ['kept', 'x'.repeat(4_000)],
      ] as const)
        expect(await store.list(kind, { after })).toEqual({ items: [] });
    });

    test('reads a partition by prefix, the newest first and bounded if asked', async () => {
      const store = open();
      for (const sk of ['RUN#1', 'RUN#3', 'RUN#2', 'OTHER', 'RUN']) await store.put({ pk: 'Q', sk });
      await store.put({ pk: 'Q#', sk: 'RUN#0' });
      const keys = async (options: Parameters<ItemStore['query']>[1]) =>
        (await store.query('Q', options)).map(({ sk }) => sk);
      expect(await keys({})).toEqual(['OTHER', 'RUN', 'RUN#1', 'RUN#2', 'RUN#3']);
      expect(await keys({ prefix: 'RUN#', after: 'RUN#1', limit: 1 })).toEqual(['RUN#2']);
      expect(await keys({ prefix: 'RUN#', after: 'RUN#3', newestFirst: true })).toEqual(['RUN#2', 'RUN#1']);
      expect(await keys({ prefix: 'RUN#', newestFirst: true, limit: 2 })).toEqual(['RUN#3', 'RUN#2']);
      expect(await keys({ prefix: 'RUN%' })).toEqual([]);
      expect(await store.query('NONE')).toEqual([]);
    });

    test('sorts by the bytes of UTF-8', async () => {
      const store = open();
      // UTF-16 would put the last two the other way round.
      const order = ['A', 'B', 'a', 'ä', '\uff21', '😀'];
      for (const sk of order.toReversed()) await store.put({ pk: 'BYTES', sk, kind: 'bytes', name: sk });
      expect((await store.query('BYTES')).map(({ sk }) => sk)).toEqual(order);
      expect((await store.query('BYTES', { after: '\uff21' })).map(({ sk }) => sk)).toEqual(['😀']);
      expect((await store.list('bytes')).items.map(({ name }) => name)).toEqual(order);
    });

    test('reads a partition of more than a megabyte whole', async () => {
      const store = open();
      const text = 'x'.repeat(300_000);
      for (let n = 0; n < 5; n += 1) await store.put({ pk: 'LARGE', sk: String(n), text });
      expect((await store.query('LARGE')).map(({ sk }) => sk)).toEqual(['0', '1', '2', '3', '4']);
      expect(await store.query('LARGE', { limit: 4 })).toHaveLength(4);
    });

    test('admits members up to the limit, one that is in again and again', async () => {
      const store = open();
      const key = { pk: 'RATE#a', sk: 'H' };
      expect(await store.admitted(key)).toEqual(new Set());
      const admit = (member: string) => store.admit(key, { member, limit: 2, ttl: 9_000_000_000 });
      expect([await admit('1'), await admit('2'), await admit('3'), await admit('1')]).toEqual([
        true,
        true,
        false,
        true,
      ]);
      expect(await store.admitted(key)).toEqual(new Set(['1', '2']));
      expect(await store.admitted({ ...key, sk: 'H2' })).toEqual(new Set());
    });

    test('admits no more than the limit of many at the same moment', async () => {
      const store = open();
      const key = { pk: 'RATE#race', sk: 'H' };
      const letIn = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          store.admit(key, { member: String(n), limit: 5, ttl: 9_000_000_000 }),
        ),
      );
      expect(letIn.filter(Boolean)).toHaveLength(5);
      expect((await store.admitted(key)).size).toBe(5);
    });
  });
}

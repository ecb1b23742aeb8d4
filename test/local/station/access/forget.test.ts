/** The right to be forgotten: a person's name leaves, and a handle that stands for nobody stays. */
import { describe, expect, it } from 'vitest';
import { createAudit } from '../../../../lib/local/station/access/audit.ts';
import { changeByName } from '../../../../lib/local/station/access/change-by-name.ts';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import { takeOutName } from '../../../../lib/local/station/store/take-out-name.ts';
import { newDatabase } from '../database.ts';
import { joined, peopleStation, signedIn } from './people-station.ts';

describe('a person who is forgotten', () => {
  it('leaves a handle on record, and a name nowhere', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'Ada.Lovelace');
    const { handle = '' } = station.access.people.named('Ada.Lovelace')[0] ?? {};
    await ada.api('POST', '/tokens', { name: 'ci', role: 'reader' });
    const operator = await signedIn(station);
    expect((await operator.api('POST', `/people/${handle}/forget`)).status).toBe(204);
    expect((await ada.get('/fleet')).status).toBe(401);
    const { json } = await operator.api('GET', '/people');
    expect((json as { people: unknown[] }).people).toContainEqual(
      expect.objectContaining({ handle, kind: 'removed', isDisabled: true }),
    );
    expect(JSON.stringify(json)).not.toContain('Lovelace');
    const audit = await operator.api('GET', '/audit');
    expect(audit.text).toContain(`station:support/${handle}`);
    expect(audit.text).not.toContain('Lovelace');
  });

  it('is found by name on the machine; the owner of the machine stays', async () => {
    const { access } = await peopleStation();
    access.people.owner();
    expect(changeByName(access, 'forget', 'nobody')).toBeUndefined();
    expect(changeByName(access, 'disable', 'nobody')).toBeUndefined();
    const person = access.people.addLocal({ name: 'ada', role: 'reader', password: 'x', by: 'test' });
    expect(changeByName(access, 'disable', 'ADA')).toBe(`${person?.handle} can’t sign in any more`);
    expect(access.people.active(person?.handle ?? '')).toBeUndefined();
    expect(changeByName(access, 'enable', 'ada')).toBe(`${person?.handle} may sign in again`);
    expect(changeByName(access, 'forget', 'ada')).toBe(`${person?.handle} stands for nobody any more`);
    expect(changeByName(access, 'remove', 'owner')).toBeUndefined();
    expect(access.people.active('owner')).toBeDefined();
  });
});

describe('the name of a token', () => {
  it('gives way to another in every record, and longer names that begin so stay', async () => {
    const database = await newDatabase();
    const items = createSqliteItemStore(database);
    const by = (who: string) => ({ pk: `TARGET#${who}`, sk: 'X', kind: 'target', name: who, by: who });
    const texts = [
      'station:operator/ada',
      'station:reader/ada/laptop',
      'stopped by station:operator/ada: test',
      'station:operator/ada.lovelace',
      'station:operator/ada2',
      'station:operator/adá',
      'https://example.com/ada',
    ];
    for (const text of texts) await items.put(by(text));
    createAudit(database, Date.now).record({
      who: 'station:operator/ada',
      what: 'startRun',
      client: undefined,
      outcome: 'done',
    });
    const other = takeOutName(database, 'ada');
    expect(other).toMatch(/^gone-[0-9a-f]{8}$/);
    const kept = await Promise.all(texts.map((text) => items.get({ pk: `TARGET#${text}`, sk: 'X' })));
    expect(kept.map((item) => item?.by)).toEqual([
      `station:operator/${other}`,
      `station:reader/${other}/laptop`,
      `stopped by station:operator/${other}: test`,
      ...texts.slice(3),
    ]);
    expect(createAudit(database, Date.now).list({ limit: 1 })).toMatchObject([
      { who: `station:operator/${other}` },
    ]);
    expect(takeOutName(database, 'ada')).toBeUndefined();
  });
});

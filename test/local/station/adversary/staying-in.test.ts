/** Whoever was let in once, or found something that lets in, and wants to stay, to get more, or to hide. */
import { describe, expect, it } from 'vitest';
import { changeByName } from '../../../../lib/local/station/access/change-by-name.ts';
import { invite } from '../../../../lib/local/station/access/manage-people.ts';
import {
  FORM_HEADERS,
  hiddenFields,
  joined,
  type PeopleStation,
  pathOf,
  peopleStation,
  signedIn,
} from '../access/people-station.ts';

const handleOf = (station: PeopleStation, name: string): string =>
  station.access.people.named(name)[0]?.handle ?? '';

describe('an operator who is let in no more', () => {
  it.each([
    ['removed', 'DELETE', undefined],
    ['disabled', 'PUT', { disabled: true }],
    ['a reader now', 'PUT', { role: 'reader' }],
  ] as const)('%s: can’t come back by an invitation of their own', async (_, method, body) => {
    const station = await peopleStation();
    const owner = await signedIn(station);
    const mallory = await joined(station, 'mallory', 'operator');
    const ada = await joined(station, 'ada', 'operator');
    const invitation = async (browser: typeof mallory, name: string): Promise<string> => {
      const made = await browser.api('POST', '/people/invitations', { name, role: 'operator' });
      return pathOf((made.json as { url: string }).url);
    };
    const back = await invitation(mallory, 'back');
    const other = await invitation(ada, 'other');
    await owner.api(method, `/people/${handleOf(station, 'mallory')}`, body);
    expect((await station.browser().get(back)).status).toBe(404);
    expect((await station.browser().get(other)).status).toBe(200);
  });

  it('can’t come in by an invitation that the machine’s owner has taken back', async () => {
    const station = await peopleStation();
    const made = invite(station.access, { name: 'mallory', role: 'reader', days: 3, by: 'the data folder' });
    const path = pathOf(typeof made === 'string' ? undefined : made.url);
    expect(changeByName(station.access, 'remove', 'mallory')).toBe(
      'the invitation of this name counts no more',
    );
    expect((await station.browser().get(path)).status).toBe(404);
    expect(changeByName(station.access, 'remove', 'mallory')).toBeUndefined();
  });
});

describe('a token of an operator that was found', () => {
  it('lets nobody in who stays after it, and gives nobody more', async () => {
    const station = await peopleStation();
    await joined(station, 'grace', 'reader');
    const owner = await signedIn(station);
    const grace = handleOf(station, 'grace');
    const token = station.access.tokens.make('ci', 'operator', 1);
    const ask = async (method: string, path: string, body: unknown): Promise<number> =>
      (
        await station
          .browser()
          .send(
            method,
            path,
            { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            JSON.stringify(body),
          )
      ).status;
    const invitation = { name: 'mallory', role: 'operator' };
    expect(await ask('POST', '/people/invitations', invitation)).toBe(403);
    expect(await ask('POST', '/tokens', { name: 'more', role: 'reader' })).toBe(403);
    expect(await ask('PUT', `/people/${grace}`, { role: 'operator' })).toBe(403);
    expect(await ask('PUT', `/people/${grace}`, { role: 'reader', disabled: false })).toBe(403);
    expect(station.access.people.find(grace)?.role).toBe('reader');
    // What takes away it may do, as a pipeline that offboards people does.
    expect(await ask('PUT', `/people/${grace}`, { disabled: true })).toBe(200);
    expect((await owner.api('PUT', `/people/${grace}`, { disabled: false, role: 'support' })).status).toBe(
      200,
    );
  });

  it('is nothing with another one’s session beside it', async () => {
    const station = await peopleStation();
    const reader = await signedIn(station, 'reader');
    const token = station.access.tokens.make('ci', 'operator', 1);
    const both = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'mallory', role: 'operator' });
    expect((await reader.send('POST', '/people/invitations', both, body)).status).toBe(403);
  });
});

describe('a reader by a link of the machine', () => {
  it('neither sees nor ends what the operator has, who is the machine’s owner as well', async () => {
    const station = await peopleStation();
    const operator = await signedIn(station);
    const made = await operator.api('POST', '/tokens', { name: 'deploy', role: 'operator' });
    expect(made.status).toBe(201);
    const [own] = station.access.sessions.list('owner');
    const reader = await signedIn(station, 'reader');
    expect((await reader.api('GET', '/tokens')).json).toEqual({ tokens: [] });
    const { json } = await reader.api('GET', '/sessions');
    expect(json).toEqual({ sessions: [expect.objectContaining({ role: 'reader', isThis: true })] });
    expect((await reader.api('DELETE', '/tokens/deploy')).status).toBe(404);
    expect((await reader.api('DELETE', `/sessions/${own?.id}`)).status).toBe(404);
    const account = (await reader.get('/account')).text;
    expect(account).not.toContain(own?.id);
    const form = hiddenFields(account, '/sign-out');
    const body = new URLSearchParams({ ...form, id: own?.id ?? '' }).toString();
    await reader.send('POST', '/account/end-session', FORM_HEADERS(station.url), body);
    expect((await operator.get('/fleet')).status).toBe(200);
    // The other way round it is the operator's to see and to end.
    expect(JSON.stringify((await operator.api('GET', '/sessions')).json)).toContain('"role":"reader"');
  });
});

describe('whoever guesses links', () => {
  const GUESS = 'A'.repeat(43);
  const status = async (station: PeopleStation, path: string, client: string): Promise<number> =>
    (await station.browser().get(path, { 'x-forwarded-for': client })).status;

  it.each(['/sign-in/link', '/invitation'])(
    'has to wait after thirty at %s, and keeps nobody else out',
    async (at) => {
      const station = await peopleStation();
      for (let times = 0; times < 30; times += 1)
        expect(await status(station, `${at}/${GUESS}`, '203.0.113.9')).toBe(404);
      expect(await status(station, `${at}/${GUESS}`, '203.0.113.9')).toBe(429);
      expect(await status(station, `${at}/${GUESS}`, '198.51.100.7')).toBe(404);
      // A good link opens from the same address, too: whoever guesses may sit beside an honest person.
      const good = pathOf(station.access.ownerLink('reader'));
      expect(await status(station, good, '203.0.113.9')).toBe(200);
      station.pass(60_000);
      expect(await status(station, `${at}/${GUESS}`, '203.0.113.9')).toBe(404);
    },
  );

  it('writes nothing on record by that, so that what others did stays there', async () => {
    const station = await peopleStation();
    const browser = station.browser();
    const good = pathOf(station.access.ownerLink('reader'));
    const form = hiddenFields((await browser.get(good)).text, good);
    const body = new URLSearchParams(form).toString();
    const press = (path: string) => browser.send('POST', path, FORM_HEADERS(station.url), body);
    for (let times = 0; times < 40; times += 1) await press(`/sign-in/link/${GUESS}`);
    expect(station.access.audit.list({ limit: 99 })).toEqual([]);
    const first = station.browser();
    await first.submit(good, good);
    station.pass(60_000);
    for (let times = 0; times < 40; times += 1) await press(good);
    const kept = station.access.audit.list({ limit: 99 }).filter(({ outcome }) => outcome === 'used');
    expect(kept).toHaveLength(30);
  });
});

describe('whoever tries names that nobody has', () => {
  it('does not fill the record', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    const browser = station.browser();
    for (let times = 0; times < 60; times += 1)
      await browser.submit('/sign-in', '/sign-in', { name: `name${times}`, password: 'wrong' });
    const kept = station.access.audit
      .list({ limit: 99 })
      .filter(({ outcome }) => outcome === 'wrong password');
    // The first five, and then the 8th, 16th and 32nd.
    expect(kept).toHaveLength(8);
  });
});

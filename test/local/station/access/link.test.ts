/** The link that signs in once, and what a session is good for. */
import { describe, expect, it } from 'vitest';
import { pathOf, peopleStation, signedIn } from './people-station.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a link that signs in once', () => {
  it('is opened by any number of scanners, and spent by the button alone', async () => {
    const station = await peopleStation();
    const path = pathOf(station.access.ownerLink('operator'));
    for (let times = 0; times < 20; times += 1) {
      const scanner = station.browser();
      expect((await scanner.get(path)).status).toBe(200);
      expect((await scanner.send('HEAD', path, {})).status).toBe(200);
    }
    expect(station.access.sessions.list()).toEqual([]);
    const browser = station.browser();
    const answer = await browser.submit(path, path);
    expect([answer.status, answer.location]).toEqual([303, '/']);
    const account = await browser.get('/account');
    expect(account.text).toContain('station:operator/owner');
    expect(account.text).toContain('Test &lt;b&gt;1&lt;/b&gt;');
  });

  it('is refused the second time, with a page that says so', async () => {
    const station = await peopleStation();
    const path = pathOf(station.access.ownerLink('operator'));
    const early = station.browser();
    const shown = await early.get(path);
    await station.browser().submit(path, path);
    const token = /name="form" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    const late = await early.send(
      'POST',
      path,
      { origin: station.url, 'content-type': 'application/x-www-form-urlencoded' },
      `form=${token}`,
    );
    expect(late.status).toBe(410);
    expect(late.text).toContain('This link was used already');
    expect(late.headers.getSetCookie()).toEqual([]);
    expect((await early.get(path)).status).toBe(410);
    expect(station.access.sessions.list()).toHaveLength(1);
  });

  it.each([
    ['too old', 10 * MINUTE, ''],
    ['not whole', 0, 'cut'],
  ])('leads nowhere when it is %s', async (_, ms, cut) => {
    const station = await peopleStation();
    const path = pathOf(station.access.ownerLink('operator'));
    station.pass(ms);
    expect((await station.browser().get(cut === '' ? path : path.slice(0, -3))).status).toBe(404);
  });

  it('gives the role that it was made for', async () => {
    const station = await peopleStation();
    const reader = await signedIn(station, 'reader');
    expect((await reader.get('/fleet')).text).toContain('station:reader/owner');
    expect((await reader.send('PUT', '/stop', { origin: station.url })).status).toBe(403);
  });
});

describe('a session', () => {
  it('ends after eight hours without use, and after a week in any case', async () => {
    const station = await peopleStation();
    const idle = await signedIn(station);
    station.pass(8 * HOUR - 1);
    expect((await idle.get('/fleet')).status).toBe(200);
    station.pass(8 * HOUR);
    expect((await idle.get('/fleet')).status).toBe(401);
    const busy = await signedIn(station);
    for (let hours = 0; hours < 7 * 24 - 1; hours += 7) {
      expect((await busy.get('/fleet')).status).toBe(200);
      station.pass(7 * HOUR);
    }
    expect((await busy.get('/fleet')).status).toBe(401);
    expect((await busy.get('/account')).location).toBe('/sign-in?to=%2Faccount');
  });

  it('is ended by signing out, and from another browser', async () => {
    const station = await peopleStation();
    const one = await signedIn(station);
    const other = await signedIn(station);
    expect((await one.submit('/account', '/account/end-session')).location).toBe('/account');
    expect((await other.get('/fleet')).status).toBe(401);
    const secret = [...one.cookies];
    await one.submit('/account', '/sign-out');
    for (const [name, value] of secret) one.cookies.set(name, value);
    expect((await one.get('/fleet')).status).toBe(401);
    expect(station.access.audit.list({ limit: 9 }).map(({ what, who }) => [what, who])).toEqual([
      ['signOut', 'station:operator/owner'],
      ['endSession', 'station:operator/owner'],
      ['signIn', 'station:operator/owner'],
      ['signIn', 'station:operator/owner'],
    ]);
  });

  it('is kept as a hash, and puts what is done on record with the address of the client', async () => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    const [secret = ''] = browser.cookies.values();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(station.access.sessions.list())).not.toContain(secret);
    await browser.send('PUT', '/stop', { origin: station.url });
    expect(station.access.audit.list({ limit: 1 })).toEqual([
      {
        id: 2,
        at: '2026-11-30T12:00:00.000Z',
        who: 'station:operator/owner',
        what: 'stopFleet',
        about: '/stop',
        client: '127.0.0.1',
        outcome: 'done',
      },
    ]);
  });
});

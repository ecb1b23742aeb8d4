/** Local users: from the invitation to the sign-in, and how they are let in no more. */
import { describe, expect, it } from 'vitest';
import { invite } from '../../../../lib/local/station/access/manage-people.ts';
import { joined, PASSWORD, pathOf, peopleStation, signedIn } from './people-station.ts';

const signIn = (
  browser: Awaited<ReturnType<typeof joined>>,
  name: string,
  password: string,
  client = '192.0.2.1',
) => browser.submit('/sign-in', '/sign-in', { name, password }, { 'x-forwarded-for': client });

const SECOND = 1_000;
const WRONG = 'The name or the password is wrong, or the account is closed.';

describe('an invitation', () => {
  it('lets a person choose a password once, and sign in with it from then on', async () => {
    const station = await peopleStation();
    const first = await joined(station, 'Ada');
    const headings = (await first.get('/account')).text.match(/<h[12]>[^<]*/g);
    expect(headings).toEqual(['<h1>Your account', '<h2>Another password', '<h2>Where you are signed in']);
    const { handle } = station.access.people.named('Ada')[0] ?? {};
    expect(handle).toMatch(/^p-[0-9a-f]{8}$/);
    expect((await first.get('/fleet')).text).toContain(`station:support/${handle}`);
    const later = station.browser();
    const answer = await signIn(later, 'ada', PASSWORD);
    expect([answer.status, answer.location]).toEqual([303, '/']);
    expect((await later.get('/fleet')).status).toBe(200);
  });

  it.each([
    ['short', 'short', 'It is too short'],
    ['aaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaa', 'the same few characters'],
    ['my-password-2026', 'my-password-2026', 'guessed first'],
    ['ada-ada-ada-lovelace', 'ada-ada-ada-lovelace', 'Your name is in it'],
    [PASSWORD, `${PASSWORD}!`, 'not the same'],
    ['x'.repeat(257), 'x'.repeat(257), 'too long'],
  ])('takes no password like %s, and stays open', async (password, again, words) => {
    const station = await peopleStation();
    const made = invite(station.access, { name: 'ada', role: 'reader', days: 1, by: 'test' });
    const path = pathOf(typeof made === 'string' ? made : made.url);
    const browser = station.browser();
    const answer = await browser.submit(path, path, { password, again });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(words);
    expect((await browser.submit(path, path, { password: PASSWORD, again: PASSWORD })).status).toBe(303);
    expect((await station.browser().get(path)).text).toContain('This link was used already');
  });

  it('is refused for a name that somebody has, and after its days', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    const asked = { role: 'reader', days: 3, by: 'test' } as const;
    expect(invite(station.access, { ...asked, name: 'ADA' })).toBe('taken');
    expect(invite(station.access, { ...asked, name: 'owner' })).toBe('taken');
    const made = invite(station.access, { ...asked, name: 'grace' });
    station.pass(3 * 86_400_000);
    const path = pathOf(typeof made === 'string' ? made : made.url);
    expect((await station.browser().get(path)).status).toBe(404);
  });
});

describe('wrong passwords', () => {
  it('keep whoever sends them waiting, longer each time, and nobody else', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    await joined(station, 'grace');
    const attacker = station.browser();
    const statuses: number[] = [];
    for (let times = 0; times < 20; times += 1)
      statuses.push((await signIn(attacker, 'ada', `wrong ${times}`)).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, ...Array.from({ length: 15 }, () => 429)]);
    // The right one does not get through either, so that it can't be told from a wrong one.
    const early = await signIn(attacker, 'ada', PASSWORD);
    expect([early.status, early.headers.get('retry-after')]).toEqual([429, '1']);
    // The person from elsewhere, and somebody else from the same address.
    expect((await signIn(station.browser(), 'ada', PASSWORD, '198.51.100.7')).status).toBe(303);
    expect((await signIn(station.browser(), 'grace', PASSWORD)).status).toBe(303);
    for (const [pause, wait] of [
      [1, '2'],
      [2, '4'],
      [4, '8'],
    ] as const) {
      station.pass(pause * SECOND);
      expect((await signIn(attacker, 'ada', 'wrong again')).status).toBe(403);
      expect((await signIn(attacker, 'ada', 'wrong again')).headers.get('retry-after')).toBe(wait);
    }
    station.pass(3_600 * SECOND);
    expect((await signIn(attacker, 'ada', PASSWORD)).status).toBe(303);
  });

  it('are counted before they are tried, so that many at once are no way around', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    const browsers = Array.from({ length: 12 }, () => station.browser());
    const answers = await Promise.all(browsers.map((one) => signIn(one, 'ada', 'wrong')));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 403),
      ...Array.from({ length: 7 }, () => 429),
    ]);
  });

  it('slow one address down over all accounts', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    const attacker = station.browser();
    for (let times = 0; times < 99; times += 1) {
      const answer = await signIn(attacker, `name${times}`, 'wrong');
      expect(answer.status).toBe(403);
    }
    await signIn(attacker, 'one more', 'wrong');
    expect((await signIn(attacker, 'ada', PASSWORD)).status).toBe(429);
    expect((await signIn(station.browser(), 'ada', PASSWORD, '198.51.100.7')).status).toBe(303);
  });

  it('get the same answer for a name that nobody has, and are on record without what was typed', async () => {
    const station = await peopleStation();
    await joined(station, 'ada');
    const browser = station.browser();
    const known = await signIn(browser, 'ada', 'hunter2-hunter2');
    const unknown = await signIn(browser, 'my-secret-in-the-wrong-field', 'hunter2-hunter2');
    expect(known.text).toContain(WRONG);
    expect(unknown.text).toContain(WRONG);
    const kept = JSON.stringify([station.access.audit.list({ limit: 99 }), station.telemetry.lines]);
    expect(kept).toContain('wrong password');
    expect(kept).not.toMatch(/hunter2|my-secret/);
  });
});

describe('a person', () => {
  it('changes the password, which ends the other sessions', async () => {
    const station = await peopleStation();
    const one = await joined(station, 'ada');
    const other = station.browser();
    await signIn(other, 'ada', PASSWORD);
    const next = 'four quite other words';
    const change = (old: string) =>
      one.submit('/account', '/account/password', { old, password: next, again: next });
    const refused = await change('not the one');
    expect([refused.status, refused.text.includes('The password of now is wrong.')]).toEqual([403, true]);
    expect((await other.get('/fleet')).status).toBe(200);
    expect((await change(PASSWORD)).location).toBe('/account');
    expect((await one.get('/fleet')).status).toBe(200);
    expect((await other.get('/fleet')).status).toBe(401);
    expect((await signIn(station.browser(), 'ada', PASSWORD)).status).toBe(403);
    expect((await signIn(station.browser(), 'ada', next)).status).toBe(303);
  });

  it('who is disabled, removed or has another role, has it at once', async () => {
    const station = await peopleStation();
    const operator = await signedIn(station);
    await joined(station, 'grace');
    const browser = await joined(station, 'ada', 'operator');
    const { handle = '' } = station.access.people.named('ada')[0] ?? {};
    const token = await browser.api('POST', '/tokens', { name: 'laptop', role: 'operator' });
    const bearer = { authorization: `Bearer ${(token.json as { token: string }).token}` };
    const asToken = async () => (await station.browser().get('/fleet', bearer)).status;
    expect((await operator.api('PUT', `/people/${handle}`, { role: 'reader' })).status).toBe(200);
    expect((await browser.get('/fleet')).status).toBe(401);
    await signIn(browser, 'ada', PASSWORD);
    expect((await browser.api('PUT', '/stop', { reason: 'x' })).status).toBe(403);
    expect((await station.browser().send('PUT', '/stop', bearer)).status).toBe(403);
    expect((await operator.api('PUT', `/people/${handle}`, { disabled: true })).status).toBe(200);
    expect((await browser.get('/fleet')).status).toBe(401);
    expect(await asToken()).toBe(401);
    expect((await signIn(browser, 'ada', PASSWORD)).text).toContain(WRONG);
    await operator.api('PUT', `/people/${handle}`, { disabled: false });
    expect(await asToken()).toBe(200);
    expect((await operator.api('DELETE', `/people/${handle}`)).status).toBe(204);
    expect(await asToken()).toBe(401);
    expect((await signIn(browser, 'ada', PASSWORD)).text).toContain(WRONG);
    expect(station.access.people.find(handle)).toMatchObject({ kind: 'removed', name: 'ada' });
  });
});

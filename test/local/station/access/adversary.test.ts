/** Other sites, other programs of the machine, and people with bad intent, against sign-in and sessions. */
import { describe, expect, it } from 'vitest';
import { localPath } from '../../../../lib/local/station/pages/local-path.ts';
import { FORM_HEADERS, hiddenFields, pathOf, peopleStation, signedIn } from './people-station.ts';

describe('a page of another site (CSRF)', () => {
  it.each([
    ['a form of another site', { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['a form of a sandboxed page', { origin: 'null' }, 403],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['no browser, with the cookie alone', {}, 403],
    ['a form that says nothing of its origin', { 'content-type': 'application/x-www-form-urlencoded' }, 403],
    ['a page of the station', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a program that sets the header', { 'x-inbound-check': '1' }, 200],
  ])('can’t write with the cookie of a session: %s', async (_, headers, status) => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    expect((await browser.send('PUT', '/stop', headers)).status).toBe(status);
  });

  it('can’t read through a page on another port of this machine', async () => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    expect((await browser.get('/fleet', { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await browser.get('/fleet', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await browser.get('/fleet')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('can’t press the buttons of the station’s pages', async () => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    await signedIn(station);
    const { text } = await browser.get('/account');
    const fields = hiddenFields(text, '/account/end-session') ?? {};
    const body = new URLSearchParams(fields).toString();
    const own = FORM_HEADERS(station.url);
    const refused = [
      await browser.send(
        'POST',
        '/account/end-session',
        { ...own, origin: 'https://attacker.example' },
        body,
      ),
      await browser.send('POST', '/account/end-session', { ...own, 'sec-fetch-site': 'same-site' }, body),
      await browser.send('POST', '/account/end-session', { 'content-type': own['content-type'] }, body),
      await browser.send('POST', '/account/end-session', own, `id=${fields.id}`),
      await browser.send('POST', '/account/end-session', own, `id=${fields.id}&form=${'A'.repeat(43)}`),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(station.access.sessions.list()).toHaveLength(2);
    expect((await browser.get('/sign-out')).status).toBe(405);
  });

  it('can’t sign its visitor in by a link of its own', async () => {
    const station = await peopleStation();
    const path = pathOf(station.access.ownerLink('operator'));
    const victim = station.browser();
    const attacker = station.browser();
    const form = hiddenFields((await attacker.get(path)).text, path);
    const body = new URLSearchParams(form).toString();
    expect((await victim.send('POST', path, FORM_HEADERS(station.url), body)).status).toBe(403);
    expect(station.access.sessions.list()).toEqual([]);
  });
});

describe('a session that somebody else has set (fixation)', () => {
  it('gets another secret at sign-in, and the one of before is ended', async () => {
    const station = await peopleStation();
    const attacker = await signedIn(station, 'reader');
    const victim = station.browser();
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
    const path = pathOf(station.access.ownerLink('operator'));
    await victim.submit(path, path);
    expect([...victim.cookies]).not.toEqual([...attacker.cookies]);
    expect((await victim.get('/fleet')).status).toBe(200);
    expect((await attacker.get('/fleet')).status).toBe(401);
  });

  it('is nobody’s when its secret was made up', async () => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    for (const made of ['A'.repeat(43), '', 'x'.repeat(9_000), '../../station.db']) {
      for (const name of [...browser.cookies.keys()]) browser.cookies.set(name, made);
      expect((await browser.get('/fleet')).status).toBe(401);
    }
  });
});

describe('secrets', () => {
  it('stand in no log, no record, no referrer and no answer', async () => {
    const station = await peopleStation();
    const link = pathOf(station.access.ownerLink('operator'));
    const browser = station.browser();
    const shown = await browser.get(link);
    await browser.submit(link, link);
    await browser.get('/account');
    await browser.get('/fleet');
    const [secret = ''] = browser.cookies.values();
    const token = link.split('/').at(-1) ?? '';
    const kept = JSON.stringify([
      station.telemetry.lines,
      station.access.audit.list({ limit: 99 }),
      station.access.sessions.list(),
    ]);
    expect(kept).toContain('signIn');
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(token);
    expect(shown.headers.get('referrer-policy')).toBe('same-origin');
    expect((await browser.get('/account')).text).not.toContain(secret);
  });

  it('are in cookies that scripts and other sites don’t get', async () => {
    const station = await peopleStation();
    const path = pathOf(station.access.ownerLink('operator'));
    const browser = station.browser();
    await browser.get(path);
    const answer = await browser.submit(path, path);
    for (const cookie of answer.headers.getSetCookie())
      expect(cookie).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  });
});

describe('every page', () => {
  it('runs no script, is shown in no frame and kept in no cache', async () => {
    const station = await peopleStation();
    const browser = await signedIn(station);
    for (const path of ['/account', '/sign-in/link/x', '/sign-out']) {
      const { headers, text } = await browser.get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(text).not.toMatch(/<script|\son\w+=|style="/i);
    }
  });
});

describe('where to go after the sign-in', () => {
  it.each([
    ['/account', '/account'],
    ['/runs/r-1?x=1', '/runs/r-1?x=1'],
    ['/', '/'],
    ['//attacker.example', '/'],
    ['/\\attacker.example', '/'],
    ['/\t/attacker.example', '/'],
    ['/.//attacker.example', '/'],
    ['/..//attacker.example', '/'],
    ['https://attacker.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nset-cookie: x=1', '/'],
    ['', '/'],
    [undefined, '/'],
  ])('%j leads to %s', (asked, path) => {
    expect(localPath(asked)).toBe(path);
  });
});

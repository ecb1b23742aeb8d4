/** Sign-in by OpenID Connect against a scripted issuer, from the button to the session, and every way to fail. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIssuerFlow } from '../../../../lib/local/station/issuer/flow.ts';
import { createIssuerFetch } from '../../../../lib/local/station/issuer/guarded-fetch.ts';
import type { IssuerSettings } from '../../../../lib/local/station/issuer/settings.ts';
import { createWebhookNetwork } from '../../../../lib/service/alerts/network.ts';
import { CLIENT, type IssuerScript, oidcIssuer } from '../../../servers/oidc-issuer.ts';
import { type Browser, type PeopleStation, peopleStation } from '../access/people-station.ts';

interface Setup {
  readonly script?: IssuerScript;
  readonly allowPrivate?: boolean;
  readonly redirects?: (url: string) => readonly string[];
  readonly settings?: Partial<IssuerSettings>;
}

async function setUp({ script = {}, allowPrivate = true, redirects, settings }: Setup = {}) {
  let station: PeopleStation | undefined;
  const issuer = await oidcIssuer(() => {
    const url = station?.url ?? '';
    return redirects?.(url) ?? [`${url}/sign-in/issuer/callback`];
  });
  onTestFinished(() => issuer.close());
  Object.assign(issuer.script, script);
  station = await peopleStation({
    issuer: (ports) =>
      createIssuerFlow({
        ...ports,
        settings: {
          issuer: new URL(issuer.url),
          clientId: CLIENT.id,
          clientSecret: CLIENT.secret,
          scopes: ['profile'],
          claims: ['roles', 'groups'],
          roles: { operator: ['station-admins'], support: ['helpdesk'], reader: ['everybody'] },
          button: 'Sign in with Example',
          trustAnchors: [],
          ...settings,
        },
        fetch: createIssuerFetch(createWebhookNetwork({ allowPrivate })),
      }),
  });
  return { station, issuer, browser: station.browser() };
}

/** Follows the browser's way until a page is shown, and counts the steps, so that a loop would be seen. */
async function follow(browser: Browser, from: string) {
  let path = from;
  for (let steps = 1; steps <= 6; steps += 1) {
    const seen = await browser.get(path);
    if (seen.location === null) return { ...seen, path, steps };
    const next = new URL(seen.location, new URL(path, 'http://station.invalid'));
    if (next.host !== 'station.invalid' && next.pathname === '/authorize') {
      const there = await fetch(next, { redirect: 'manual' });
      const back = there.headers.get('location');
      if (back === null) return { ...seen, status: there.status, text: await there.text(), path, steps };
      path = new URL(back).pathname + new URL(back).search;
    } else path = next.pathname + next.search;
  }
  throw new Error(`a loop at ${path}`);
}

const START = '/sign-in/issuer?to=%2Faccount';
const person = (more: Readonly<Record<string, unknown>> = {}) => ({
  preferred_username: 'ada@example.com',
  groups: ['helpdesk', 'everybody'],
  ...more,
});

describe('sign-in by an issuer', () => {
  it('begins at a button, and ends where it was asked for, in the highest role that is mapped', async () => {
    const { station, browser } = await setUp({ script: { claims: person() } });
    expect((await browser.get('/sign-in?to=/account')).text).toContain(
      '<a href="/sign-in/issuer?to=%2Faccount">Sign in with Example</a>',
    );
    const account = await follow(browser, START);
    expect([account.path, account.status]).toEqual(['/account', 200]);
    const [{ handle, kind, role } = { handle: '' }] = station.access.people.named('ada@example.com');
    expect({ kind, role }).toEqual({ kind: 'issuer', role: 'support' });
    expect((await browser.get('/fleet')).text).toContain(`station:support/${handle}`);
    expect(station.access.audit.list({ limit: 1 })).toMatchObject([{ what: 'signIn', about: 'issuer' }]);
  });

  it('asks with PKCE, state and nonce, and for no redirect but its own', async () => {
    const { station, browser } = await setUp();
    const begun = await browser.get(START, { 'x-forwarded-host': 'attacker.example' });
    const { searchParams } = new URL(begun.location ?? '');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: CLIENT.id,
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: `${station.url}/sign-in/issuer/callback`,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Lax$/)]);
    expect(begun.text).not.toContain(CLIENT.secret);
  });

  it('knows the person the next time, with the role of today, and not when an operator closed the account', async () => {
    const { station, issuer, browser } = await setUp({ script: { claims: person() } });
    await follow(browser, START);
    Object.assign(issuer.script, { claims: person({ groups: [], roles: ['station-admins'] }) });
    const again = station.browser();
    await follow(again, START);
    const people = station.access.people.named('ada@example.com');
    expect(people).toMatchObject([{ role: 'operator' }]);
    station.access.people.change(people[0]?.handle ?? '', { disabled: true });
    const closed = await follow(again, START);
    expect([closed.status, closed.text]).toEqual([
      403,
      expect.stringContaining('Your account here is closed'),
    ]);
    expect((await again.get('/fleet')).status).toBe(401);
  });

  it('leads to no other site afterwards', async () => {
    const { browser } = await setUp({ script: { claims: person() } });
    const { path } = await follow(browser, '/sign-in/issuer?to=https%3A%2F%2Fattacker.example%2F');
    expect(path).toBe('/account');
  });
});

describe('what goes wrong ends on one page that explains', () => {
  it.each<[string, Setup, RegExp]>([
    [
      'no role',
      { script: { claims: person({ groups: ['cooks & <b>waiters</b>'] }) } },
      /have no role here[\s\S]*looks at roles, groups[\s\S]*cooks &amp; &lt;b&gt;waiters/,
    ],
    [
      'no claim of groups at all',
      { script: { claims: { email: 'ada@example.com' } } },
      /have no role here[\s\S]*does not put it into the ID token[\s\S]*ada@example.com/,
    ],
    [
      'Entra’s overage, by its claim sources',
      {
        script: {
          claims: {
            email: 'ada@example.com',
            _claim_names: { groups: 'src1' },
            _claim_sources: { src1: { endpoint: 'https://graph.example.com/x' } },
          },
        },
      },
      /too many groups[\s\S]*app roles[\s\S]*ada@example.com/,
    ],
    ['Entra’s overage, in the implicit form', { script: { claims: { hasgroups: true } } }, /too many groups/],
    [
      'a clock that is off',
      { script: { claims: person(), clockAhead: -3_600 } },
      /clocks do not agree[\s\S]*2026-11-30T12:00:00\.000Z/,
    ],
    [
      'an issuer that calls itself otherwise',
      { script: { calledInstead: 'https://other.example.com' } },
      /another issuer[\s\S]*https:\/\/other\.example\.com/,
    ],
    [
      'a token for another application',
      { script: { claims: person(), audience: 'other' } },
      /another application/,
    ],
    ['a nonce of another sign-in', { script: { claims: person(), nonce: 'other' } }, /another application/],
    ['a forged signature', { script: { claims: person(), forges: true } }, /not signed by the issuer/],
    [
      'a refusal, with its reason',
      {
        script: {
          error: { error: 'access_denied', error_description: 'AADSTS50105: <i>not assigned</i>' },
        },
      },
      /did not sign you in[\s\S]*access_denied[\s\S]*AADSTS50105: &lt;i&gt;not assigned/,
    ],
    [
      'a wrong secret of the client',
      { settings: { clientSecret: 'wrong' } },
      /did not sign you in[\s\S]*clientSecret[\s\S]*invalid_client/,
    ],
    ['an issuer in trouble', { script: { status: 503 } }, /can’t be reached[\s\S]*it answers 503/],
    [
      'an issuer on an address of this network, without --allow-private',
      { allowPrivate: false },
      /can’t be reached[\s\S]*not one of the internet \(loopback\)[\s\S]*--allow-private/,
    ],
  ])('%s', async (_, setup, words) => {
    const { station, browser } = await setUp(setup);
    const shown = await follow(browser, START);
    expect(shown.text).toMatch(words);
    expect(shown.text).toContain('Back to the sign-in page');
    expect(shown.text).not.toMatch(/http-equiv="refresh"/);
    expect([403, 502]).toContain(shown.status);
    expect(station.access.sessions.list()).toEqual([]);
    expect(JSON.stringify([station.telemetry.lines, shown.text])).not.toContain(CLIENT.secret);
  });

  it('an issuer that is away', async () => {
    const { issuer, browser } = await setUp();
    await issuer.close();
    const shown = await follow(browser, START);
    expect(shown.text).toMatch(/can’t be reached[\s\S]*redirect address/);
  });

  it('a redirect address that is not registered ends at the issuer, and starts nothing here', async () => {
    const { station, browser } = await setUp({ redirects: () => ['https://elsewhere.example/cb'] });
    const shown = await follow(browser, START);
    expect([shown.status, shown.text]).toEqual([400, 'redirect_uri is not registered']);
    expect(station.access.sessions.list()).toEqual([]);
    const back = await browser.get('/sign-in');
    expect(back.text).toContain('did not come back');
    expect(back.text).toContain(`<dd>${station.url}/sign-in/issuer/callback</dd>`);
    // Who never began one there is told nothing of it.
    expect((await station.browser().get('/sign-in')).text).not.toContain('did not come back');
  });

  it('an issuer that never answers asks nobody again at once', async () => {
    const { station, issuer, browser } = await setUp({ script: { status: 503 } });
    for (let times = 0; times < 5; times += 1) await browser.get(START);
    expect(issuer.asked).toHaveLength(1);
    station.pass(5_000);
    await browser.get(START);
    expect(issuer.asked).toHaveLength(2);
  });
});

describe('a callback that somebody else has made', () => {
  it.each(['', '?code=x', '?code=x&state=y', '?error=access_denied'])('%s signs nobody in', async (query) => {
    const { station, browser } = await setUp({ script: { claims: person() } });
    const shown = await browser.get(`/sign-in/issuer/callback${query}`);
    expect([shown.status, shown.text]).toEqual([403, expect.stringContaining('began in another browser')]);
    await browser.get(START);
    const begun = await browser.get(`/sign-in/issuer/callback${query}`);
    expect(begun.status).toBe(403);
    expect(station.access.sessions.list()).toEqual([]);
  });

  it('with the attacker’s own code signs the victim in as nobody (login CSRF), and comes back once', async () => {
    const { station, browser } = await setUp({ script: { claims: person() } });
    const begun = await browser.get(START);
    const there = await fetch(begun.location ?? '', { redirect: 'manual' });
    const back = new URL(there.headers.get('location') ?? '');
    const victim = station.browser();
    await victim.get(START);
    expect((await victim.get(back.pathname + back.search)).status).toBe(403);
    expect((await station.browser().get(back.pathname + back.search)).status).toBe(403);
    expect((await browser.get(back.pathname + back.search)).status).toBe(303);
    expect((await browser.get(back.pathname + back.search)).status).toBe(403);
    expect(station.access.sessions.list()).toHaveLength(1);
  });

  it('is too late after a quarter of an hour', async () => {
    const { station, browser } = await setUp({ script: { claims: person() } });
    const begun = await browser.get(START);
    const there = await fetch(begun.location ?? '', { redirect: 'manual' });
    const back = new URL(there.headers.get('location') ?? '');
    station.pass(900_001);
    expect((await browser.get(back.pathname + back.search)).text).toContain('took too long');
  });
});

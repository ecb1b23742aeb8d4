/** The operations on people, tokens, sessions and the record, by role. */
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../../lib/service/api/roles.ts';
import { peopleContracts } from '../../../../lib/service/contracts/people.ts';
import { joined, peopleStation, signedIn } from './people-station.ts';

describe('who may do what with people', () => {
  it.each(ROLES)('%s', async (role) => {
    const station = await peopleStation();
    const browser = await signedIn(station, role);
    const refused: string[] = [];
    for (const { id, method, path } of Object.values(peopleContracts)) {
      const { status } = await browser.api(method, path.replace(/\{\w+\}/, '0123456789abcdef'));
      if (status === 403) refused.push(id);
    }
    const operators = [
      'listPeople',
      'invitePerson',
      'changePerson',
      'removePerson',
      'forgetPerson',
      'listAudit',
    ];
    expect(refused).toEqual(role === 'operator' ? [] : operators);
  });

  it('nobody without a session or a token', async () => {
    const station = await peopleStation();
    for (const { method, path } of Object.values(peopleContracts))
      expect((await station.browser().api(method, path)).status).toBe(401);
  });
});

describe('GET /me', () => {
  it('says who one is, by what, and what one may do', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'ada');
    const { json } = await ada.api('GET', '/me');
    const { handle } = station.access.people.named('ada')[0] ?? {};
    expect(json).toEqual({
      caller: `station:support/${handle}`,
      handle,
      name: 'ada',
      role: 'support',
      by: 'session',
      sessionEndsAt: '2026-12-07T12:00:00.000Z',
      may: expect.arrayContaining(['validate', 'listTargets', 'getMe', 'makeToken']),
    });
    expect((json as { may: string[] }).may).not.toEqual(expect.arrayContaining(['startRun']));
    const token = station.access.tokens.make('ci', 'reader', 1);
    const asked = await station.browser().get('/me', { authorization: `Bearer ${token}` });
    expect(JSON.parse(asked.text)).toMatchObject({ caller: 'station:reader/ci', handle: 'ci', by: 'token' });
  });
});

describe('tokens that people make', () => {
  it('are shown once, may do no more than their maker, and name them in reports', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'ada');
    const { handle } = station.access.people.named('ada')[0] ?? {};
    const above = await ada.api('POST', '/tokens', { name: 'ci', role: 'operator' });
    expect([above.status, above.json]).toEqual([
      403,
      expect.objectContaining({ detail: 'you are support, and a token can’t be operator', at: 'body.role' }),
    ]);
    const made = await ada.api('POST', '/tokens', { name: 'ci', role: 'reader', days: 30 });
    expect(made.status).toBe(201);
    const { token } = made.json as { token: string };
    expect(made.json).toEqual({
      name: 'ci',
      role: 'reader',
      person: handle,
      madeAt: '2026-11-30T12:00:00.000Z',
      expiresAt: '2026-12-30T12:00:00.000Z',
      token: expect.stringMatching(/^ibc_[\w-]{43}$/),
    });
    const program = station.browser();
    const bearer = { authorization: `Bearer ${token}` };
    expect((await program.get('/fleet', bearer)).text).toContain(`station:reader/${handle}/ci`);
    const listed = await ada.api('GET', '/tokens');
    expect(listed.json).toEqual({
      tokens: [expect.objectContaining({ usedAt: '2026-11-30T12:00:00.000Z' })],
    });
    expect(listed.text).not.toContain(token);
    expect((await ada.api('POST', '/tokens', { name: 'ci', role: 'reader' })).status).toBe(409);
    expect((await ada.api('DELETE', '/tokens/ci')).status).toBe(204);
    expect((await program.get('/fleet', bearer)).status).toBe(401);
  });

  it('end with their days', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'ada');
    const { json } = await ada.api('POST', '/tokens', { name: 'ci', role: 'reader', days: 1 });
    const bearer = { authorization: `Bearer ${(json as { token: string }).token}` };
    station.pass(86_400_000 - 1);
    expect((await station.browser().get('/fleet', bearer)).status).toBe(200);
    station.pass(1);
    expect((await station.browser().get('/fleet', bearer)).status).toBe(401);
  });

  it('are made by no token, and not under the handle of a person', async () => {
    const station = await peopleStation();
    const token = station.access.tokens.make('ci', 'operator', 1);
    const program = await station
      .browser()
      .send(
        'POST',
        '/tokens',
        { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        JSON.stringify({ name: 'more', role: 'operator' }),
      );
    expect([program.status, program.text]).toEqual([403, expect.stringContaining('a token makes no tokens')]);
    const ada = await joined(station, 'ada');
    expect((await ada.api('POST', '/tokens', { name: 'owner', role: 'reader' })).status).toBe(400);
    expect((await ada.api('POST', '/tokens', { name: 'p-01234567', role: 'reader' })).status).toBe(400);
  });

  it('and sessions of others are an operator’s to see and to end', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'ada');
    const grace = await joined(station, 'grace');
    await ada.api('POST', '/tokens', { name: 'ci', role: 'reader' });
    expect((await grace.api('GET', '/tokens')).json).toEqual({ tokens: [] });
    expect((await grace.api('DELETE', '/tokens/ci')).status).toBe(404);
    const { sessions } = (await ada.api('GET', '/sessions')).json as { sessions: { id: string }[] };
    expect(sessions).toEqual([expect.objectContaining({ isThis: true, agent: 'Test <b>1</b>' })]);
    const [{ id } = { id: '' }] = sessions;
    expect((await grace.api('DELETE', `/sessions/${id}`)).status).toBe(404);
    const operator = await signedIn(station);
    expect((await operator.api('GET', '/tokens')).text).toContain('"ci"');
    expect((await operator.api('DELETE', `/sessions/${id}`)).status).toBe(204);
    expect((await ada.get('/fleet')).status).toBe(401);
  });
});

describe('an operator', () => {
  it('invites, and locks out neither themselves nor the owner of the machine', async () => {
    const station = await peopleStation();
    const ada = await joined(station, 'ada', 'operator');
    const { handle } = station.access.people.named('ada')[0] ?? {};
    await signedIn(station);
    const made = await ada.api('POST', '/people/invitations', { name: 'grace', role: 'reader' });
    expect(made.json).toEqual({
      url: expect.stringContaining(`${station.url}/invitation/`),
      expiresAt: '2026-12-03T12:00:00.000Z',
    });
    expect((await ada.api('POST', '/people/invitations', { name: 'ada', role: 'reader' })).status).toBe(409);
    for (const other of [handle, 'owner'])
      for (const [method, path, body] of [
        ['PUT', `/people/${other}`, { disabled: true }],
        ['DELETE', `/people/${other}`],
        ['POST', `/people/${other}/forget`],
      ] as const)
        expect((await ada.api(method, path, body)).status).toBe(409);
    expect((await ada.api('DELETE', '/people/p-00000000')).status).toBe(404);
  });

  it('reads who did what, page by page, and nobody else does', async () => {
    const station = await peopleStation();
    const operator = await signedIn(station);
    const ada = await joined(station, 'ada');
    const { handle } = station.access.people.named('ada')[0] ?? {};
    await ada.api('POST', '/tokens', { name: 'ci', role: 'operator' });
    await ada.api('PUT', '/stop', { reason: 'x' });
    const { deeds } = (await operator.api('GET', '/audit?limit=2')).json as { deeds: { id: number }[] };
    expect(deeds).toMatchObject([
      { who: `station:support/${handle}`, what: 'stopFleet', outcome: 'forbidden', client: '127.0.0.1' },
      { who: `station:support/${handle}`, what: 'makeToken', about: '/tokens', outcome: '403' },
    ]);
    const more = await operator.api('GET', `/audit?before=${deeds[1]?.id}`);
    expect((more.json as { deeds: { what: string }[] }).deeds.map(({ what }) => what)).toEqual([
      'signIn',
      'join',
      'signIn',
    ]);
  });

  it('keeps the record for its days, and so many entries of it', async () => {
    const station = await peopleStation();
    await signedIn(station);
    station.pass(1_000);
    await signedIn(station);
    station.access.audit.forgetBefore(Date.parse('2026-11-30T12:00:01Z'));
    expect(station.access.audit.list({ limit: 9 })).toHaveLength(1);
  });
});

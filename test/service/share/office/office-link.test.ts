/** A link that asks an office: what is shown, what is taken, and what is kept of it. */
import { describe, expect, it } from 'vitest';
import { sharesHandlers } from '../../../../lib/service/api/shares.ts';
import { sharesContracts } from '../../../../lib/service/contracts/shares.ts';
import { formToken } from '../../../../lib/service/share/form-token.ts';
import { createOffices } from '../../../../lib/service/share/office/keep-outcomes.ts';
import { officeKey } from '../../../../lib/service/state/keys.ts';
import { deletableAt } from '../../../../lib/service/state/share-lifetime.ts';
import { newToken } from '../../../../lib/service/state/share-token.ts';
import { sampleFleetReport } from '../../../report/sample-fleet-report.ts';
import { memoryTelemetry } from '../../runs/ports.ts';
import { ADA, made, sharing } from '../fixture.ts';

const OWN = { site: 'same-origin' } as const;
const OFFICE = '203.0.113.7';
const caller = { arn: ADA, principal: ADA };

const idOf = (kind: string): string => {
  const found = sampleFleetReport.endpoints.find((one) => one.kind === kind && one.expect === 'open');
  if (found === undefined) throw new Error(`the sample has no ${kind}`);
  return found.id;
};
const HTTPS = idOf('https');
const KINDS = [HTTPS, idOf('http'), idOf('smtp'), idOf('dns')];
const small = {
  ...sampleFleetReport,
  endpoints: sampleFleetReport.endpoints.filter(({ id }) => KINDS.includes(id)),
};

async function asking({
  endpoint = HTTPS,
  attempts = 3,
  page = 'https:' as 'http:' | 'https:',
  days = 14,
} = {}) {
  const at = await sharing({ reports: [small] });
  const link = made(await at.create({ redact: true, page, days, office: { endpoint, attempts } }));
  const path = `/s/${link.token}/office`;
  const look = (more = {}) => at.get(path, 'GET', { address: OFFICE, ...more });
  const tell = (query: string, more = {}, token = formToken(link.token, at.clock.now)) =>
    at.get(path, 'POST', { query: `form=${token}${query}`, address: OFFICE, ...OWN, ...more });
  const handlers = sharesHandlers({ ...at.ports, shareUrl: 'https://share.example.com' });
  const listed = async () => {
    const answer = await handlers.listOffices({
      params: { runId: 'run-1' },
      query: {},
      body: undefined,
      caller,
    });
    if (!answer.ok) throw new Error('refused');
    return sharesContracts.listOffices.result.parse(answer.value);
  };
  return { ...at, ...link, path, look, tell, listed, handlers };
}

describe('a link that asks an office', () => {
  it('shows the visitor their own address, what is tried, and what the outside saw, and may ask that one origin', async () => {
    const { look } = await asking();
    const { status, text, headers } = await look();
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
    expect(text).toContain(`<code>${OFFICE}</code>`);
    expect(text).toContain('Try it now');
    const policy = headers['content-security-policy'] ?? '';
    const url = /data-url="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(policy).toContain(`connect-src ${new URL(url).origin};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("'unsafe");
    expect((await look({ address: undefined })).text).toContain('<dd>not known');
  });

  it('keeps nothing for twenty looks of a mail scanner at every address it can find', async () => {
    const { look, get, path, items, share } = await asking();
    const { text } = await look();
    const actions = [...text.matchAll(/action="([^"]+)"/g)].map(([, action = '']) => action.split('?'));
    expect(actions.length).toBeGreaterThan(0);
    for (let scan = 0; scan < 20; scan += 1)
      for (const method of ['GET', 'HEAD'])
        for (const [to = path, query = ''] of actions)
          expect((await get(to, method, { query: `${query}&saw=answered`, ...OWN })).status).toBe(200);
    expect(await items.get(officeKey('run-1', share.id))).toBeUndefined();
  });

  it('takes an outcome by its form, judges it beside what the outside saw, and shows it to that address alone', async () => {
    const { look, tell, listed, path, share, telemetry } = await asking();
    expect(await tell('&saw=silent&ms=10003&place=Bern%2C%203rd')).toMatchObject({
      status: 303,
      headers: { location: path },
    });
    expect(telemetry.lines).toContainEqual(
      expect.objectContaining({ message: 'office told', saw: 'silent' }),
    );
    expect(JSON.stringify(telemetry.lines)).not.toContain(OFFICE);
    const {
      offices: [office],
      text,
    } = await listed();
    expect(office).toMatchObject({ share: share.id, target: 'shop', endpoint: HTTPS });
    expect(office?.outcomes).toEqual([
      {
        number: 1,
        at: '2026-03-01T10:00:00.000Z',
        address: OFFICE,
        saw: 'silent',
        ms: 10_003,
        place: 'Bern, 3rd',
        meaning: expect.any(String),
        says: expect.stringContaining('this office at 203.0.113.7 got no answer within 10 s'),
      },
    ]);
    expect(text).toContain('### From offices');
    expect(text).toContain('- Bern, 3rd: ');
    expect((await look()).text).toContain('This office got no answer within 10 s');
    const elsewhere = (await look({ address: '198.51.100.9' })).text;
    expect(elsewhere).not.toContain('Bern');
    expect(elsewhere).not.toContain(OFFICE);
    expect(elsewhere).toContain('2 of 3 attempts left');
  });

  it('takes no more than it was given, also when all tell theirs at once', async () => {
    const { look, tell, listed, handlers } = await asking({ attempts: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => tell('&saw=failed&ms=3')));
    expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThan(0);
    while ((await tell('&saw=failed&ms=3')).status === 303);
    expect((await listed()).offices[0]?.outcomes.map(({ number }) => number)).toEqual([1, 2, 3]);
    const spent = await tell('&saw=failed&ms=3');
    expect([spent.status, spent.text.includes('takes no more attempts')]).toEqual([409, true]);
    expect((await look()).text).not.toContain('<button');
    const shares = await handlers.listShares({ params: undefined, query: {}, body: undefined, caller });
    expect(shares).toMatchObject({
      value: { shares: [{ office: { endpoint: HTTPS, attempts: 3, used: 3, way: 'fetch' } }] },
    });
  });

  it.each([
    ['another page', '&saw=answered', { site: 'cross-site' }, 403],
    ['no browser', '&saw=answered', { site: undefined }, 403],
    ['no outcome', '', {}, 409],
    ['an outcome that there is not', '&saw=<b>', {}, 409],
    ['a time that is none', '&saw=answered&ms=1e9', {}, 409],
    ['a time beyond all patience', '&saw=answered&ms=999999', {}, 409],
  ])('takes nothing of %s', async (_, query, more, status) => {
    const { tell, listed } = await asking();
    expect((await tell(query, more)).status).toBe(status);
    expect((await listed()).offices).toEqual([]);
  });

  it('takes nothing by the form of another link, nor by one of an hour ago', async () => {
    const { tell, clock, token } = await asking();
    expect((await tell('&saw=answered', {}, formToken(newToken(), clock.now))).status).toBe(403);
    expect((await tell('&saw=answered', {}, formToken(token, clock.now - 3_600_000))).status).toBe(403);
  });

  it('shows whatever a visitor wrote as text, in the page, the list and the ticket', async () => {
    const hostile = '<img src=x onerror=alert(1)>[a](javascript:x)\u202e\u0000| @all';
    const { look, tell, listed } = await asking();
    expect((await tell(`&saw=not-opened&place=${encodeURIComponent(hostile.repeat(9))}`)).status).toBe(303);
    const { offices, text = '' } = await listed();
    const place = offices[0]?.outcomes[0]?.place ?? '';
    expect(place.length).toBeLessThanOrEqual(60);
    expect(place).not.toMatch(/[\u202e\u0000]/);
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/[^`]@all/);
    expect((await look()).text).not.toContain('<img');
  });

  it('looks as if it never was when it was closed or has ended, and is taken nothing of then', async () => {
    for (const end of ['revoke', 'expire'] as const) {
      const { look, tell, shares, share, clock, get, listed } = await asking({ days: 1 });
      await tell('&saw=answered&ms=3');
      const token = formToken(newToken(), clock.now);
      if (end === 'revoke') await shares.revoke(share.id, { by: ADA, at: '2026-03-01T10:00:00.000Z' });
      else clock.now += 86_400_000;
      const never = await get(`/s/${newToken()}/office`);
      expect(await look()).toEqual(never);
      expect(await tell('&saw=answered')).toEqual(never);
      expect(await tell('&saw=answered', {}, token)).toEqual(never);
      // What was told stays with the run as long as the link's record does.
      expect((await listed()).offices[0]?.outcomes).toHaveLength(1);
      clock.now = deletableAt(share) * 1_000 + 1;
      expect((await listed()).offices).toEqual([]);
    }
  });

  it('is closed for the function that writes, too, whoever asks it', async () => {
    const { shares, share, items, clock } = await asking();
    const recorded: string[] = [];
    const offices = createOffices({
      items,
      telemetry: memoryTelemetry(),
      told: (id, runId) => void recorded.push(`${id} ${runId}`),
      now: () => clock.now,
    });
    expect(await offices.tell(share.id, { saw: 'answered' })).toEqual({ status: 'taken' });
    await shares.revoke(share.id, { by: ADA, at: '2026-03-01T10:00:00.000Z' });
    expect(await offices.tell(share.id, { saw: 'answered' })).toEqual({ status: 'closed' });
    expect(await offices.look(share.id, OFFICE)).toBeUndefined();
    expect(await offices.tell('0'.repeat(16), { saw: 'answered' })).toEqual({ status: 'closed' });
    expect(recorded).toEqual([`${share.id} run-1`]);
  });

  it('says why a page may not try, and gives something to open or to type instead', async () => {
    const http = await asking({ endpoint: idOf('http') });
    const opened = await http.look();
    expect(opened.text).toContain('a browser lets no secure page ask an insecure one');
    expect(opened.text).toContain('&amp;saw=not-opened');
    expect(opened.headers['content-security-policy']).toContain("connect-src 'none'");
    const mail = await asking({ endpoint: idOf('smtp') });
    const typed = await mail.look();
    expect(typed.text).toMatch(/Test-NetConnection [\w.-]+ -Port \d+/);
    expect(typed.text).toContain('&amp;saw=connected');
    expect(typed.text).not.toContain('data-url');
    // Over http, as a station on loopback is, it may.
    expect((await (await asking({ endpoint: idOf('http'), page: 'http:' })).look()).text).toContain(
      'data-url="http://',
    );
  });

  it('is the report at its own address, and no other link has such a page', async () => {
    const { get, token, create } = await asking();
    expect((await get(`/s/${token}`)).text).toContain('<!doctype html>');
    expect(await get(`/s/${token}/again`)).toMatchObject({ status: 404 });
    expect(await get(`/s/${token}/office.json`)).toMatchObject({ status: 404 });
    const plain = made(await create());
    const again = made(await create({ checkAgain: { runs: 1, everyMinutes: 1 } }));
    for (const other of [plain, again])
      for (const method of ['GET', 'POST'])
        expect(await get(`/s/${other.token}/office`, method, OWN)).toMatchObject({ status: 404 });
  });

  it.each([
    ['https://elsewhere.example/', 'no endpoint of that id'],
    [idOf('dns'), 'over TCP'],
  ])('is not made for %s', async (endpoint, says) => {
    const at = await sharing({ reports: [small] });
    expect(await at.create({ office: { endpoint, attempts: 1 } })).toMatchObject({
      made: false,
      why: 'not-by-office',
      detail: expect.stringContaining(says),
    });
  });
});

/** A visitor of a link has its endpoints checked again: what starts a run, what does not, and what is seen. */
import { describe, expect, it } from 'vitest';
import { html } from '../../../lib/report/html.ts';
import { canonicalJson } from '../../../lib/report/signature/canonical.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { formToken } from '../../../lib/service/share/form-token.ts';
import { runCountKey } from '../../../lib/service/state/keys.ts';
import { newToken } from '../../../lib/service/state/share-token.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { targetItem } from '../runs/ports.ts';
import { made, sharing } from './fixture.ts';

const MINUTE = 60_000;
const OWN = { site: 'same-origin' } as const;
const HOST = 'www.example.com';

const withoutMail = {
  ...sampleFleetReport,
  endpoints: sampleFleetReport.endpoints.filter(({ kind }) => kind !== 'smtps' && kind !== 'smtp'),
};

type Sharing = Parameters<typeof sharing>[0];

async function visiting({
  runs = 3,
  proven = true,
  ...more
}: Sharing & { runs?: number; proven?: boolean } = {}) {
  const at = await sharing({ reports: [withoutMail], ...more });
  if (proven)
    await at.items.put(
      targetItem({
        name: 'shop',
        hosts: [HOST],
        proofs: [{ host: HOST, method: 'dns-txt', below: true, at: '2026-02-01T00:00:00.000Z' }],
      }),
    );
  const link = made(await at.create({ redact: true, checkAgain: { runs, everyMinutes: 5 } }));
  const path = `/s/${link.token}`;
  const press = (token = formToken(link.token, at.clock.now), more = {}) =>
    at.get(`${path}/again`, 'POST', { query: `form=${token}`, ...OWN, ...more });
  const started = () => [...at.executions.known.keys()].filter((id) => id !== 'run-1');
  /** The run ends, and its report says that nothing fails any more. */
  const finish = async () => {
    const runId = started().at(-1) ?? '';
    const known = at.executions.known.get(runId);
    if (known === undefined) throw new Error('no run');
    const report = {
      ...withoutMail,
      id: runId,
      requestedBy: `link:${link.share.id}`,
      verdict: 'pass' as const,
      summary: 'All is well now.',
      endpoints: withoutMail.endpoints.map(({ cause: _cause, ...endpoint }) => ({
        ...endpoint,
        verdict: 'pass' as const,
        summary: 'it answers',
      })),
    };
    const page = await writeWhole(html, tailOf(report), report.endpoints, { seal: at.key.seal });
    await at.store.put(reportKey(runId, 0, 'html'), page, html.mediaType);
    await at.store.put(reportKey(runId, 0, 'json'), canonicalJson(report), 'application/json');
    const stoppedAt = new Date(at.clock.now).toISOString();
    at.executions.known.set(runId, { ...known, status: 'SUCCEEDED', stoppedAt });
  };
  return { ...at, ...link, path, press, started, finish };
}

describe('a link that may check again', () => {
  it('shows what was found and a way to the question, and the report alone as it was signed', async () => {
    const { get, path, share, store } = await visiting();
    const page = await get(path);
    expect(page).toMatchObject({
      status: 200,
      headers: { 'referrer-policy': 'same-origin', 'cache-control': 'no-store', 'x-frame-options': 'DENY' },
    });
    expect(page.text).toContain(`href="${path}/again"`);
    expect(page.text).toContain('3 of 3 left');
    expect(page.text).not.toContain('<form');
    const report = await get(`${path}/0`);
    expect(report.text).toBe(store.objects.get(share.keys.html));
    expect(verifyReport(report.text)).toMatchObject({ outcome: 'intact' });
    expect(verifyReport((await get(`${path}/0.json`)).text)).toMatchObject({
      outcome: 'intact',
      form: 'json',
    });
  });

  it('starts nothing for twenty looks of a mail scanner at every address it can find', async () => {
    const { get, path, started } = await visiting();
    const question = await get(`${path}/again`);
    const action = /action="([^"]+)"/.exec(question.text)?.[1] ?? '';
    expect(action).toMatch(/\/again\?form=\d+\./);
    const [to = '', query = ''] = action.split('?');
    for (let look = 0; look < 20; look += 1)
      for (const method of ['GET', 'HEAD'])
        for (const [one, more] of [
          [path, {}],
          [`${path}/again`, {}],
          [to, { query, ...OWN }],
        ] as const)
          expect((await get(one, method, more)).status).toBe(200);
    expect(started()).toEqual([]);
  });

  it('starts one run by its form: the order of the run that it shows, in the name of the link', async () => {
    const { get, path, press, started, executions, share, telemetry } = await visiting();
    expect(await press()).toMatchObject({ status: 303, headers: { location: path }, text: '' });
    const [runId = '', ...more] = started();
    expect(more).toEqual([]);
    expect(executions.known.get(runId)?.input).toEqual({
      runId,
      requestedBy: `link:${share.id}`,
      targets: [{ name: 'shop' }],
    });
    expect(telemetry.lines).toContainEqual(expect.objectContaining({ message: 'link started a run', runId }));
    const page = await get(path);
    expect(page.text).toContain('id="live" role="status"');
    expect(page.text).toContain('<noscript><meta http-equiv="refresh"');
    expect(page.text).toContain('The endpoints are being asked.');
    expect(page.text).not.toContain('Check again…');
    // Pressed once more, also by somebody else: the run that is under way is theirs, too.
    expect((await press()).status).toBe(303);
    expect(started()).toHaveLength(1);
  });

  it('shows before and now side by side, and the new report redacted and signed by the same link', async () => {
    const at = await visiting();
    await at.press();
    await at.finish();
    const page = await at.get(at.path);
    expect(page.text).toContain('All is well now.');
    expect(page.text).toContain('Before and now');
    const changed = withoutMail.endpoints.find(({ verdict }) => verdict === 'fail');
    expect(page.text).toMatch(new RegExp(`Failed</span> <code>${changed?.cause}</code>`));
    expect(page.text).toContain('2 of 3 left');
    const report = await at.get(`${at.path}/1`);
    const verified = verifyReport(report.text);
    if (verified.outcome !== 'intact') throw new Error(verified.outcome);
    expect(verified.signature.keyId).toBe(at.key.keyId);
    expect(JSON.parse(verified.json())).toMatchObject({ redacted: true, verdict: 'pass' });
    expect(verified.json()).not.toContain('link:');
    expect((await at.get(`${at.path}/1.json`)).status).toBe(200);
    expect(await at.get(`${at.path}/2`)).toEqual(await at.get('/s/'));
    // What was shared stays what it was.
    expect((await at.get(`${at.path}.json`)).text).toBe(at.store.objects.get(at.share.keys.json));
  });

  it.each([
    ['of another site', { site: 'cross-site' }],
    ['of another port of this machine', { site: 'same-site' }],
    ['typed or sent by a program', { site: 'none' }],
    ['that says nothing', { site: undefined }],
  ])('takes no form %s', async (_what, more) => {
    const { press, started } = await visiting();
    const answer = await press(undefined, more);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('press the button there');
    expect(started()).toEqual([]);
  });

  it('takes no form of another link, of an hour ago, or of the future', async () => {
    const { press, started, clock, token } = await visiting();
    const tokens = [
      formToken(newToken(), clock.now),
      formToken(token, clock.now - 3_600_000),
      formToken(token, clock.now + 2_000),
      '',
      'x',
    ];
    for (const one of tokens) expect((await press(one)).text).toContain('The page was open too long');
    expect(started()).toEqual([]);
    expect((await press(formToken(token, clock.now - 3_599_000))).status).toBe(303);
  });
});

describe('the budget of a link', () => {
  it('is spent run by run, with its pause between the end of one and the next, and each refusal says when', async () => {
    const at = await visiting({ runs: 2 });
    await at.press();
    at.clock.now += MINUTE;
    await at.finish();
    const early = await at.press();
    expect(early.status).toBe(409);
    expect(early.text).toContain('The next check can be started at 2026-03-01 10:06:00 UTC.');
    at.clock.now += 5 * MINUTE;
    expect((await at.press()).status).toBe(303);
    await at.finish();
    at.clock.now += 60 * MINUTE;
    const spent = await at.press();
    expect(spent.text).toContain('This link has no check left: ask whoever sent you this link');
    expect(at.started()).toHaveLength(2);
    expect((await at.get(at.path)).text).not.toContain('Check again…');
  });

  it('has one winner of two who press at the same moment', async () => {
    const at = await visiting();
    const both = await Promise.all([at.press(), at.press()]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(at.started()).toHaveLength(1);
  });
});

describe('a visitor is refused in one line that says what next', () => {
  it('while everything is stopped, without who stopped it and why', async () => {
    const at = await visiting();
    await at.stop.set({ by: 'arn:bob', at: '2026-03-01T09:59:00.000Z', reason: 'a secret reason' });
    const answer = await at.press();
    expect([answer.status, at.started()]).toEqual([409, []]);
    expect(answer.text).toContain('All checks are stopped at the moment: try again later');
    expect(answer.text).not.toMatch(/bob|secret/);
  });

  it('when the target is registered no more, or its proof has lapsed', async () => {
    const gone = await visiting({ proven: false });
    expect((await gone.press()).text).toContain('What this link shows is checked by us no more: ask');
    const lapsed = await visiting({ proven: false });
    const lapsedSince = '2026-02-01T00:00:00.000Z';
    await lapsed.items.put(
      targetItem({
        name: 'shop',
        hosts: [HOST],
        proofs: [{ host: HOST, method: 'dns-txt', below: true, at: lapsedSince, lapsedSince }],
      }),
    );
    expect((await lapsed.press()).text).toContain('The proof that we may check this host has lapsed: ask');
    expect([...gone.started(), ...lapsed.started()]).toEqual([]);
  });

  it('within the pause that a mail server gets, also after a run that others started', async () => {
    const at = await visiting({ reports: [sampleFleetReport] });
    const finished = Date.parse(sampleFleetReport.finishedAt);
    at.clock.now = finished + 4 * MINUTE;
    const answer = await at.press();
    expect(answer.text).toContain('Mail servers shut out who connects too often');
    at.clock.now = finished + 5 * MINUTE;
    expect((await at.press()).status).toBe(303);
    // Another link to the same server.
    const other = made(await at.create({ checkAgain: { runs: 1, everyMinutes: 1 } }));
    at.clock.now += 4 * MINUTE;
    const second = await at.get(`/s/${other.token}/again`, 'POST', {
      query: `form=${formToken(other.token, at.clock.now)}`,
      ...OWN,
    });
    expect(second.text).toContain('Mail servers shut out who connects too often');
    expect(at.started()).toHaveLength(1);
  });

  it('when the target had as many runs within the hour as there may be', async () => {
    const at = await visiting();
    const key = runCountKey('target', 'shop', '2026-03-01T10');
    for (let run = 0; run < 60; run += 1)
      await at.items.admit(key, { member: `run-${run}`, limit: 60, ttl: 9_999_999_999 });
    expect((await at.press()).text).toContain('very often within the hour: try again in an hour');
    expect(at.started()).toEqual([]);
  });
});

describe('a link that has ended', () => {
  it('looks as if it never was, whatever is asked of it, also during the run that it started', async () => {
    const at = await visiting();
    await at.press();
    await at.shares.revoke(at.share.id, { by: 'bob', at: new Date(at.clock.now).toISOString() });
    const never = newToken();
    for (const part of ['', '.json', '/again', '/0', '/1', '/1.json'])
      for (const method of ['GET', 'HEAD', 'POST'])
        expect(await at.get(at.path + part, method, OWN), part).toEqual(
          await at.get(`/s/${never}${part}`, method, OWN),
        );
    expect(await at.press()).toEqual(await at.get('/s/'));
    await at.finish();
    expect(await at.get(at.path)).toEqual(await at.get('/s/'));
    // Nothing of the run was fetched for it.
    expect([...at.store.objects.keys()].filter((key) => key.startsWith(`shares/${at.share.id}/1/`))).toEqual(
      [],
    );
  });

  it('is told from no other by what a link without checks answers', async () => {
    const at = await visiting();
    const plain = made(await at.create({}));
    for (const part of ['/again', '/0', '/1', '/0.json'])
      expect(await at.get(`/s/${plain.token}${part}`)).toEqual(await at.get('/s/'));
    expect(await at.get(`/s/${plain.token}/again`, 'POST', OWN)).toEqual(await at.get('/s/'));
    expect((await at.get(`/s/${plain.token}`)).text).not.toContain('Check again');
  });
});

describe('a run without registration', () => {
  const request = {
    targets: [{ name: 'shop', check: [`https://${HOST}/`] }],
    vouch: { by: 'arn:support', reason: 'ticket 4711' },
  };

  it('is vouched for by whoever made the link, as the run before', async () => {
    const at = await visiting({ request, proven: false });
    expect((await at.press()).status).toBe(303);
    expect(at.executions.known.get(at.started()[0] ?? '')?.input).toMatchObject({
      targets: request.targets,
      vouch: {
        by: 'arn:aws:iam::123456789012:user/ada',
        reason: 'check again by a link; the run before: ticket 4711',
      },
    });
  });

  it.each([
    ['its request is not kept', undefined, 'what this run was asked is not kept'],
    ['it asked listeners', { withListener: true }, 'this run asked listeners'],
    [
      'it was led to another host',
      { vouch: request.vouch, settings: { resolve: [`${HOST}:192.0.2.1`] } },
      'this run was asked with settings.resolve',
    ],
  ])('makes no link that checks again when %s', async (_what, more, says) => {
    const at = await sharing(more && { request: more });
    if (more === undefined) at.executions.known.clear();
    const answer = await at.create({ checkAgain: { runs: 1, everyMinutes: 1 } });
    expect(answer).toMatchObject({ made: false, why: 'not-again', detail: expect.stringContaining(says) });
  });
});

it('a run that came to nothing is told, and the link goes on', async () => {
  const at = await visiting();
  await at.press();
  const runId = at.started()[0] ?? '';
  const known = at.executions.known.get(runId);
  if (known === undefined) throw new Error('no run');
  at.executions.known.set(runId, { ...known, status: 'FAILED', error: 'StoreFailed', cause: 'secret words' });
  const page = await at.get(at.path);
  expect(page.text).toContain('The last check came to no result');
  expect(page.text).not.toContain('secret');
  expect(page.text).toContain('2 of 3 left');
});

it('hostile text is text on each page', async () => {
  const [first, ...rest] = withoutMail.endpoints;
  if (first === undefined) throw new Error('no endpoint');
  const nasty = '"><script>alert(1)</script>\u202e';
  const at = await visiting({
    reports: [{ ...withoutMail, endpoints: [{ ...first, summary: nasty }, ...rest] }],
  });
  const { text } = await at.get(at.path);
  expect(text).not.toContain('<script>alert');
  expect(text).not.toContain('\u202e');
  expect(text).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
});

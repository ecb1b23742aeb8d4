import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createLinkServer } from '../../../lib/service/share/serve.ts';
import { newToken } from '../../../lib/service/state/share-token.ts';
import { memoryTelemetry } from '../runs/ports.ts';
import { made, noOffices, noRuns, START, sharing } from './fixture.ts';

const DAY = 86_400_000;

describe('a link that is open', () => {
  it('leads to the page of the run, byte for byte, and to its data with it', async () => {
    const at = await sharing();
    const { token, share } = made(await at.create());
    const page = await at.get(`/s/${token}`);
    expect(page.status).toBe(200);
    expect(page.text).toBe(at.store.objects.get('runs/run-1/0/report.html'));
    expect(verifyReport(page.text)).toMatchObject({ outcome: 'intact', form: 'page' });
    const data = await at.get(`/s/${token}.json`);
    expect(data).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(data.text)).toMatchObject({ schema: 'inbound-check/report@1' });
    expect(data.headers['content-disposition']).toBe(`inline; filename="report-${share.id}.json"`);
  });

  it('has the browser store, list, frame, sniff and pass on nothing', async () => {
    const at = await sharing();
    const { token } = made(await at.create());
    for (const path of [`/s/${token}`, `/s/${token}.json`, '/s/nothing', '/robots.txt']) {
      const { headers } = await at.get(path);
      expect(headers, path).toMatchObject({
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'strict-transport-security': 'max-age=63072000',
      });
      expect(headers['content-security-policy'], path).toMatch(
        /^default-src 'none'; .*frame-ancestors 'none'/,
      );
    }
  });

  it('has the policy of its page in a header, too, so that both allow the same script', async () => {
    const at = await sharing();
    const { token } = made(await at.create());
    const { text, headers } = await at.get(`/s/${token}`);
    const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text) ?? [];
    expect(meta).toMatch(/script-src 'sha256-/);
    expect(headers['content-security-policy']).toBe(`${meta}; frame-ancestors 'none'`);
  });

  it('lets a page without a policy of its own do nothing', async () => {
    const at = await sharing();
    const { token, share } = made(await at.create());
    at.store.objects.set(share.keys.html, '<!doctype html><script>alert(1)</script>');
    const { headers } = await at.get(`/s/${token}`);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*; sandbox$/);
  });

  it('says in the log which share was opened, and never by which token', async () => {
    const at = await sharing();
    const { token, share } = made(await at.create());
    await at.get(`/s/${token}`);
    expect(at.telemetry.lines).toEqual([{ message: 'link opened', share: share.id, form: 'html' }]);
    expect(JSON.stringify(at.telemetry.lines)).not.toContain(token);
  });
});

describe('a link to no report', () => {
  it('gives the same answer whether it expired, was revoked, never was, or can’t be one', async () => {
    const at = await sharing();
    const revoked = made(await at.create({ days: 90 }));
    await at.shares.revoke(revoked.share.id, { by: 'bob', at: new Date(START).toISOString() });
    const expired = made(await at.create({ days: 1 }));
    at.clock.now += DAY;
    const answers = await Promise.all(
      [
        `/s/${newToken()}`,
        `/s/${revoked.token}`,
        `/s/${expired.token}`,
        `/s/${expired.token}.json`,
        `/s/${expired.token.slice(1)}`,
        `/s/${expired.token}/`,
        `/s/${expired.share.id}`,
        `/${expired.share.keys.html}`,
        '/s/',
        '/',
        '/favicon.ico',
        `/s/${'%00'.repeat(14)}A`,
      ].map((path) => at.get(path)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 404 });
    expect(answers[0]?.text).toContain('has expired, was closed, or never led anywhere');
    expect(at.telemetry.lines).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('answers %s the same', async (method) => {
    const at = await sharing();
    const { token } = made(await at.create());
    expect(await at.get(`/s/${token}`, method)).toEqual(await at.get('/s/'));
  });

  it('is open to the last millisecond and not for one more', async () => {
    const at = await sharing();
    const { token } = made(await at.create({ days: 14 }));
    at.clock.now = START + 14 * DAY - 1;
    expect(await at.get(`/s/${token}`)).toMatchObject({ status: 200 });
    at.clock.now += 1;
    expect(await at.get(`/s/${token}`)).toMatchObject({ status: 404 });
  });

  it('asks the bucket for nothing', async () => {
    let asked = 0;
    const serve = createLinkServer({
      shares: { byToken: async () => undefined },
      store: {
        get: async () => {
          asked += 1;
          return '';
        },
      },
      telemetry: memoryTelemetry(),
      now: () => START,
      runs: noRuns,
      offices: noOffices,
    });
    expect(await serve({ method: 'GET', path: `/s/${newToken()}` })).toMatchObject({ status: 404 });
    expect(asked).toBe(0);
  });
});

describe('crawlers', () => {
  it('may read the pages, so that they see that they must not list them', async () => {
    const at = await sharing();
    const { text } = await at.get('/robots.txt');
    expect(text.split('\n')).toEqual(['User-agent: *', 'Allow: /s/', 'Disallow: /', '']);
  });
});

describe('when the table is out of reach', () => {
  it('any well-formed link says to try again, whether it is one or not', async () => {
    const telemetry = memoryTelemetry();
    const serve = createLinkServer({
      shares: {
        byToken: async () => {
          throw failure('StoreFailed', 'get SHARE#0123456789abcdef: TimeoutError');
        },
      },
      store: { get: async () => '' },
      telemetry,
      now: () => START,
      runs: noRuns,
      offices: noOffices,
    });
    const token = newToken();
    expect(await serve({ method: 'GET', path: `/s/${token}` })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '30', 'cache-control': 'no-store' },
    });
    expect(telemetry.lines).toMatchObject([{ message: 'link not served' }]);
    expect(JSON.stringify(telemetry.lines)).not.toContain(token);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { createShare } from '../../../lib/service/share/create.ts';
import { MAX_ZIPPED_BYTES } from '../../../lib/service/share/limits.ts';
import { joinedItemKey } from '../../../lib/service/state/keys.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { ADA, made, sharing } from './fixture.ts';

const asked: Report = {
  ...sampleFleetReport,
  requestedBy: 'ada@customer.example',
  authorisation: { kind: 'vouched', by: 'bob@customer.example', reason: 'ticket T-123' },
};

describe('making a link', () => {
  it('puts on record who made it, for which target, and until when', async () => {
    const at = await sharing();
    const { share, token } = made(await at.create({ days: 30 }));
    expect(share).toMatchObject({
      runId: 'run-1',
      target: 'shop',
      createdBy: ADA,
      createdAt: '2026-03-01T10:00:00.000Z',
      expiresAt: '2026-03-31T10:00:00.000Z',
      redacted: false,
    });
    expect(await at.shares.byToken(token)).toEqual(share);
  });

  it('copies the page, so that the link does not depend on the run’s objects', async () => {
    const at = await sharing();
    const { token } = made(await at.create());
    const before = await at.get(`/s/${token}`);
    for (const key of [...at.store.objects.keys()]) if (key.startsWith('runs/')) at.store.objects.delete(key);
    expect(await at.get(`/s/${token}`)).toEqual(before);
  });

  it('leaves its token in no object, key or item', async () => {
    const at = await sharing();
    const { token } = made(await at.create({ redact: true }));
    const kept = JSON.stringify([[...at.store.objects], at.items.all()]);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });

  it('redacts page and data, says so in both, and signs both with one signature, and the page in German with another', async () => {
    const at = await sharing({ reports: [asked] });
    const signed = at.key.signed();
    const { token } = made(await at.create({ redact: true }));
    expect(at.key.signed()).toBe(signed + 2);
    for (const [path, query] of [
      [`/s/${token}`, ''],
      [`/s/${token}.json`, ''],
      [`/s/${token}`, 'lang=de'],
    ] as const) {
      const { text } = await at.get(path, 'GET', { query });
      const verified = verifyReport(text);
      expect(verified).toMatchObject({ outcome: 'intact', signature: { keyId: at.key.keyId } });
      const data = verified.outcome === 'intact' ? Report.parse(JSON.parse(verified.json())) : undefined;
      expect(data).toMatchObject({ redacted: true });
      for (const secret of ['ada@customer', 'bob@customer', 'T-123'])
        expect(text + JSON.stringify(data)).not.toContain(secret);
    }
    expect((await at.get(`/s/${token}`)).text).toContain('who asked for the run are left out');
    expect((await at.get(`/s/${token}`, 'GET', { languages: 'de-AT,de;q=0.9' })).text).toContain(
      '<html lang="de">',
    );
  });

  it('takes the report with what was joined to it where that is asked for, redacted and signed as any', async () => {
    const at = await sharing();
    const own = made(await at.create());
    const joined: Report = { ...asked, id: 'of both ends' };
    const keys = { json: 'runs/run-1/0/j.json', html: 'runs/run-1/0/j.html', md: 'runs/run-1/0/j.md' };
    await at.store.put(keys.json, JSON.stringify(joined), 'application/json');
    await at.store.put(keys.html, '<p>of both ends</p>', 'text/html');
    const record = { keys, version: 1, joinedAt: '2026-03-01T09:40:00.000Z', joinedBy: ADA, ttl: 9 };
    await at.items.put({ ...joinedItemKey('run-1', 0), ...record }, { absent: true });

    const { share, token } = made(await at.create({ report: 'joined' }));
    expect(share.report).toBe('joined');
    expect((await at.get(`/s/${token}`)).text).toBe('<p>of both ends</p>');
    expect(JSON.parse((await at.get(`/s/${token}.json`)).text)).toMatchObject({ id: 'of both ends' });
    const redacted = made(await at.create({ report: 'joined', redact: true }));
    const data = await at.get(`/s/${redacted.token}.json`);
    expect(verifyReport(data.text)).toMatchObject({ outcome: 'intact' });
    expect(JSON.parse(data.text)).toMatchObject({ id: 'of both ends', redacted: true });
    expect(data.text).not.toContain('ada@customer');
    // The link to the run's own report stays what it was.
    expect(own.share.report).toBeUndefined();
    expect(JSON.parse((await at.get(`/s/${own.token}.json`)).text)).toMatchObject({
      id: sampleFleetReport.id,
    });
  });

  it('takes the report of the target that is named', async () => {
    const second: Report = { ...sampleFleetReport, id: 'of the second' };
    const at = await sharing({ reports: [sampleFleetReport, second] });
    const { token } = made(await at.create({ target: 'other-1' }));
    expect(JSON.parse((await at.get(`/s/${token}.json`)).text)).toMatchObject({ id: 'of the second' });
  });
});

describe('a link is not made', () => {
  it('refuses a page that Lambda could not send, and keeps nothing of it', async () => {
    const at = await sharing();
    const before = at.items.all().length;
    // Noise does not shrink: gzip takes back what base64 added, and no more.
    at.store.objects.set(reportKey('run-1', 0, 'html'), randomBytes(MAX_ZIPPED_BYTES).toString('base64'));
    expect(await at.create()).toEqual({
      made: false,
      why: 'too-large',
      detail: expect.stringContaining('too large'),
    });
    expect(at.items.all()).toHaveLength(before);
    expect([...at.store.objects.keys()].filter((key) => key.startsWith('shares/'))).toEqual([]);
  });

  it.each([
    ['of a run that is not there', { runId: 'nothing' }, 'no-run', 'no run nothing'],
    ['of a run that is under way', { runId: 'under-way' }, 'unfinished', 'has not finished yet'],
    ['of a target that the run has not', { target: 'stranger' }, 'no-target', 'it has: shop, other-1'],
    ['of one of several without a name', {}, 'which-target', '2 targets'],
    ['for longer than the fleet keeps anything', { target: 'shop', days: 31 }, 'too-long', 'for 30 days'],
  ])('%s', async (_what, order, why, says) => {
    const at = await sharing({ reports: [sampleFleetReport, sampleFleetReport], retentionDays: 30 });
    expect(await at.create(order)).toMatchObject({
      made: false,
      why,
      detail: expect.stringContaining(says),
    });
    expect((await at.shares.list()).shares).toEqual([]);
  });

  it('when it should be redacted and the key is out of reach: an unsigned copy would prove nothing', async () => {
    const at = await sharing();
    const seal = async () => {
      throw failure('StoreFailed', 'kms Sign: TimeoutError');
    };
    await expect(
      createShare({ ...at.ports, seal }, { runId: 'run-1', days: 1, redact: true, report: 'run', by: ADA }),
    ).rejects.toMatchObject({ name: 'StoreFailed' });
    expect((await at.shares.list()).shares).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { sharesHandlers } from '../../../lib/service/api/shares.ts';
import { CreatedShare, ShareRequest, sharesContracts } from '../../../lib/service/contracts/shares.ts';
import { ADA, sharing } from '../share/fixture.ts';

const caller = { arn: ADA, principal: ADA };

async function api() {
  const at = await sharing();
  const handlers = sharesHandlers({ ...at.ports, shareUrl: 'https://share.example.com' });
  const create = (body: Record<string, unknown>) =>
    handlers.createShare({ params: undefined, query: undefined, body: ShareRequest.parse(body), caller });
  const list = () => handlers.listShares({ params: undefined, query: {}, body: undefined, caller });
  const revoke = (id: string) =>
    handlers.revokeShare({ params: { id }, query: undefined, body: undefined, caller });
  return { ...at, create, list, revoke };
}

describe('POST /shares', () => {
  it('gives the link, which is valid for 14 days unless more or fewer are asked for', async () => {
    const { create, get } = await api();
    const answer = await create({ runId: 'run-1' });
    const share = CreatedShare.parse(answer.ok ? answer.value : undefined);
    expect(share).toMatchObject({ state: 'open', redacted: false, expiresAt: '2026-03-15T10:00:00.000Z' });
    const { origin, pathname } = new URL(share.url);
    expect(origin).toBe('https://share.example.com');
    expect(await get(pathname)).toMatchObject({ status: 200 });
  });

  it('says how to share a report where the fleet has no links, and closes those that were made before', async () => {
    const { create, revoke, ports } = await api();
    const made = await create({ runId: 'run-1' });
    const { id } = CreatedShare.parse(made.ok ? made.value : undefined);
    const handlers = sharesHandlers(ports);
    const body = ShareRequest.parse({ runId: 'run-1' });
    expect(await handlers.createShare({ params: undefined, query: undefined, body, caller })).toMatchObject({
      ok: false,
      problem: { status: 409, detail: expect.stringContaining('--output report.html') },
    });
    expect(await revoke(id)).toMatchObject({ ok: true, value: { state: 'revoked' } });
  });

  it.each([
    [{ runId: 'nothing' }, 'not-found', 'body.runId'],
    [{ runId: 'under-way' }, 'conflict', 'body.runId'],
    [{ runId: 'run-1', target: 'stranger' }, 'not-found', 'body.target'],
    [{ runId: 'run-1', report: 'joined' }, 'conflict', 'body.report'],
  ])('%j is refused as %s at %s', async (body, kind, at) => {
    const { create } = await api();
    expect(await create(body)).toMatchObject({
      ok: false,
      problem: { type: `urn:inbound-check:problem:${kind}`, at },
    });
  });

  it.each([{ days: 0 }, { days: 91 }, { days: 1.5 }, { days: '14' }, { more: 1 }])(
    '%j is no request',
    (more) => expect(ShareRequest.safeParse({ runId: 'run-1', ...more }).success).toBe(false),
  );
});

describe('GET /shares and DELETE /shares/{id}', () => {
  it('list and close links, and show neither link nor hash', async () => {
    const { create, list, revoke, get, shares, clock } = await api();
    const created = await create({ runId: 'run-1', days: 1 });
    const { id, url } = CreatedShare.parse(created.ok ? created.value : undefined);
    const sha256 = (await shares.get(id))?.sha256 ?? 'none';
    const listed = await list();
    expect(listed).toMatchObject({ ok: true, value: { shares: [{ id, state: 'open', createdBy: ADA }] } });
    expect(sharesContracts.listShares.result.strict().safeParse(listed.ok && listed.value).success).toBe(
      true,
    );
    for (const secret of [url, sha256, new URL(url).pathname.slice(3)])
      expect(JSON.stringify(listed)).not.toContain(secret);
    expect(await revoke(id)).toMatchObject({ ok: true, value: { id, state: 'revoked', revokedBy: ADA } });
    expect(await get(new URL(url).pathname)).toMatchObject({ status: 404 });
    clock.now += 86_400_000;
    expect(await list()).toMatchObject({ value: { shares: [{ state: 'revoked' }] } });
  });

  it('know when there is no such link', async () => {
    const { revoke } = await api();
    expect(await revoke('0123456789abcdef')).toMatchObject({ ok: false, problem: { status: 404 } });
  });
});

import { describe, expect, it } from 'vitest';
import { shareKey } from '../../../lib/service/runs/keys.ts';
import { DAY_MS, stateOf } from '../../../lib/service/state/share-lifetime.ts';
import { hashOf, idOf, isToken, newToken } from '../../../lib/service/state/share-token.ts';
import { createShareFinder, createShareStore, type Share } from '../../../lib/service/state/shares.ts';
import { memoryItems } from './memory-items.ts';

const CREATED = '2026-03-01T09:00:00.000Z';
const EXPIRES = '2026-03-15T09:00:00.000Z';

function shareOf(token: string, over: Partial<Share> = {}): Share {
  const sha256 = hashOf(token);
  const id = idOf(sha256);
  return {
    id,
    sha256,
    runId: 'run-1',
    target: 'shop',
    createdBy: 'arn:aws:iam::123456789012:user/ada',
    createdAt: CREATED,
    expiresAt: EXPIRES,
    redacted: false,
    keys: { html: shareKey(id, 'html'), json: shareKey(id, 'json') },
    ...over,
  };
}

describe('a token', () => {
  it('is 256 random bits in base64url, and no two are the same', () => {
    const tokens = Array.from({ length: 200 }, newToken);
    expect(new Set(tokens).size).toBe(200);
    for (const token of tokens) {
      expect(isToken(token)).toBe(true);
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    }
  });

  it.each([
    '',
    'short',
    `${newToken()}A`,
    `${newToken().slice(0, 42)}=`,
    // Bits behind the 256th would make two spellings of one token.
    `${newToken().slice(0, 42)}B`,
    `${newToken().slice(0, 42)}/`,
    '../../../../../etc/passwd',
  ])('%j is none', (text) => expect(isToken(text)).toBe(false));
});

describe('shares in the table', () => {
  it('are found by their token, of which no item holds anything but the hash', async () => {
    const items = memoryItems();
    const store = createShareStore(items);
    const token = newToken();
    const share = shareOf(token);
    expect(await store.add(share)).toBe(true);
    expect(await store.byToken(token)).toEqual(share);
    expect(await store.get(share.id)).toEqual(share);
    expect(JSON.stringify(items.all())).not.toContain(token);
    expect(JSON.stringify(items.all())).not.toContain(token.slice(0, 12));
  });

  it('are not opened by another token, nor by their own id or hash', async () => {
    const store = createShareStore(memoryItems());
    const share = shareOf(newToken());
    await store.add(share);
    for (const wrong of [newToken(), share.id, share.sha256, `SHARE#${share.id}`, ''])
      expect(await store.byToken(wrong)).toBeUndefined();
  });

  it('are not opened by a token whose hash only begins the same', async () => {
    const token = newToken();
    const real = shareOf(token);
    const other = `${real.id}${'0'.repeat(48)}`;
    const items = memoryItems();
    await createShareStore(items).add({ ...real, sha256: other });
    expect(await createShareFinder(items).byToken(token)).toBeUndefined();
  });

  it('never take the place of one that is there', async () => {
    const store = createShareStore(memoryItems());
    const share = shareOf(newToken());
    await store.add(share);
    expect(await store.add({ ...share, target: 'other' })).toBe(false);
    expect(await store.get(share.id)).toMatchObject({ target: 'shop' });
  });

  it('are listed oldest first', async () => {
    const store = createShareStore(memoryItems());
    const late = shareOf(newToken(), { createdAt: '2026-03-03T09:00:00.000Z' });
    const early = shareOf(newToken());
    await store.add(late);
    await store.add(early);
    expect(await store.list()).toEqual({ shares: [early, late] });
  });

  it('are forgotten 30 days after they ended', async () => {
    const items = memoryItems();
    await createShareStore(items).add(shareOf(newToken()));
    expect(items.all()[0]?.ttl).toBe((Date.parse(EXPIRES) + 30 * DAY_MS) / 1_000);
  });

  it('that can’t be read open nothing', async () => {
    const token = newToken();
    const share = shareOf(token);
    const items = memoryItems([{ pk: `SHARE#${share.id}`, sk: 'SHARE', ...share, expiresAt: 'never' }]);
    expect(await createShareStore(items).byToken(token)).toBeUndefined();
  });
});

describe('revoking', () => {
  const revoked = { by: 'arn:aws:iam::123456789012:user/bob', at: '2026-03-02T09:00:00.000Z' };

  it('closes the share at once, and says who did it and when', async () => {
    const store = createShareStore(memoryItems());
    const token = newToken();
    await store.add(shareOf(token));
    const closed = await store.revoke(shareOf(token).id, revoked);
    expect(closed).toMatchObject({ revokedAt: revoked.at, revokedBy: revoked.by });
    const found = await store.byToken(token);
    expect(found).toEqual(closed);
    expect(found && stateOf(found, Date.parse(CREATED))).toBe('revoked');
  });

  it('keeps the first time and name when it is done again', async () => {
    const store = createShareStore(memoryItems());
    const share = shareOf(newToken());
    await store.add(share);
    await store.revoke(share.id, revoked);
    const again = await store.revoke(share.id, { by: 'carol', at: '2026-03-09T09:00:00.000Z' });
    expect(again).toMatchObject({ revokedAt: revoked.at, revokedBy: revoked.by });
  });

  it.each(['0123456789abcdef', 'nonsense', '#', ''])('%j, which is no share, closes nothing', async (id) => {
    expect(await createShareStore(memoryItems()).revoke(id, revoked)).toBeUndefined();
  });
});

describe('the state of a share', () => {
  const open = { expiresAt: EXPIRES };
  it.each([
    [open, Date.parse(EXPIRES) - 1, 'open'],
    [open, Date.parse(EXPIRES), 'expired'],
    [{ ...open, revokedAt: CREATED }, Date.parse(CREATED), 'revoked'],
    [{ ...open, revokedAt: CREATED }, Date.parse(EXPIRES) + 1, 'revoked'],
  ] as const)('of %j at %d is %s', (share, now, state) => expect(stateOf(share, now)).toBe(state));
});

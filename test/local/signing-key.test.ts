import { chmodSync, existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { existingSigningKey, openSigningKey, signingKeyPath } from '../../lib/local/signing-key.ts';

const newPath = (): string =>
  signingKeyPath({ XDG_CONFIG_HOME: mkdtempSync(join(tmpdir(), 'inbound-check-key-')) });

describe('the signing key', () => {
  it('is made at first use, for its owner alone, and is the same afterwards', async () => {
    const path = newPath();
    expect(await existingSigningKey(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    const first = await openSigningKey(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    const again = await openSigningKey(path);
    expect(first.ok && again.ok && again.value.publicKey).toBe(first.ok && first.value.publicKey);
    expect(readdirSync(dirname(path))).toEqual(['signing-key.pem']);
  });

  it('is one key when many ask for it at once', async () => {
    const path = newPath();
    const all = await Promise.all(Array.from({ length: 12 }, () => openSigningKey(path)));
    expect(new Set(all.map((key) => key.ok && key.value.publicKey)).size).toBe(1);
    expect(all[0]?.ok).toBe(true);
  });

  it('that others may read signs nothing', async () => {
    const path = newPath();
    await openSigningKey(path);
    chmodSync(path, 0o644);
    expect(await openSigningKey(path)).toMatchObject({
      ok: false,
      message: expect.stringContaining('chmod 600'),
    });
  });

  it('that is none is named, and not written over', async () => {
    const path = newPath();
    await openSigningKey(path);
    writeFileSync(path, 'no key');
    expect(await openSigningKey(path)).toMatchObject({ ok: false, message: expect.stringContaining(path) });
  });

  it('is where XDG says, and a relative path there is no path', () => {
    expect(signingKeyPath({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/inbound-check/signing-key.pem');
    expect(signingKeyPath({ XDG_CONFIG_HOME: 'c', HOME: '/h' })).toBe(
      '/h/.config/inbound-check/signing-key.pem',
    );
  });
});

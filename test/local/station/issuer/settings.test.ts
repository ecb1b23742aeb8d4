import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readIssuerSettings } from '../../../../lib/local/station/issuer/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-oidc-'));
const GOOD = {
  issuer: 'https://login.example.com/tenant/v2.0',
  clientId: 'station',
  clientSecret: 'env:OIDC_SECRET',
  roles: { support: ['helpdesk'] },
};

function read(text: unknown, allowPrivate = false) {
  const path = join(folder, 'oidc.json');
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return readIssuerSettings(path, { OIDC_SECRET: 'hidden' }, { allowPrivate });
}

describe('the settings of an issuer', () => {
  it('have the secret from the environment, or from a file', async () => {
    expect(await read(GOOD)).toMatchObject({
      ok: true,
      value: { clientSecret: 'hidden', claims: ['roles', 'groups'], scopes: ['profile', 'email'] },
    });
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'from a file\n');
    expect(await read({ ...GOOD, clientSecret: `file:${secret}` })).toMatchObject({
      ok: true,
      value: { clientSecret: 'from a file' },
    });
  });

  it.each<[unknown, RegExp]>([
    ['{', /is no JSON$/],
    [{ ...GOOD, clientSecret: 'hunter2' }, /clientSecret: must be env:NAME or file:PATH/],
    [{ ...GOOD, clientSecret: 'env:MISSING' }, /clientSecret: the variable "MISSING" is not set$/],
    [{ ...GOOD, issuer: 'http://login.example.com' }, /issuer: expected an address with https/],
    [{ ...GOOD, issuer: 'http://127.0.0.1:1' }, /issuer: expected an address with https/],
    [{ ...GOOD, roles: {} }, /roles: map a group or a role/],
    [{ ...GOOD, secret: 'x' }, /secret/],
  ])('%j are refused in one line that repeats no secret', async (text, words) => {
    const refused = await read(text);
    expect(refused).toEqual({ ok: false, message: expect.stringMatching(words) });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });
});

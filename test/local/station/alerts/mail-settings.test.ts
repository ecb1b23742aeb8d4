import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMailSettings } from '../../../../lib/local/station/alerts/mail-settings.ts';
import { newFolder } from '../running-station.ts';

const GIVEN = { host: 'mail.example.com', from: 'checks@example.com', to: ['ops@example.com'] };

function fileOf(content: unknown, mode = 0o600): string {
  const path = join(newFolder(), 'mail.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}
const read = (content: unknown, env: NodeJS.ProcessEnv = {}) => readMailSettings(fileOf(content), env);

describe('the file of the mail server', () => {
  it.each([
    [{}, { port: 587, tls: 'starttls', allowPrivate: false }],
    [{ tls: 'implicit' }, { port: 465 }],
    [
      { tls: 'none', private: true },
      { port: 25, allowPrivate: true },
    ],
    [{ port: 2525 }, { port: 2525, tls: 'starttls' }],
    [{ user: 'checks', password: 'x' }, { login: { user: 'checks', password: 'x' } }],
    [{ user: 'checks', password: 'env:SMTP' }, { login: { user: 'checks', password: 'of the variable' } }],
  ])('%j', async (more, expected) => {
    const settings = await read({ ...GIVEN, ...more }, { SMTP: 'of the variable' });
    expect(settings).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['{', 'is no JSON'],
    [{ ...GIVEN, to: [] }, 'to: '],
    [{ ...GIVEN, from: 'Ada <a@example.com>' }, 'from: '],
    [{ ...GIVEN, from: 'a@example.com\r\nBcc: b@example.com' }, 'from: '],
    [{ ...GIVEN, pasword: 's3cret' }, 'password'],
    [{ ...GIVEN, user: 'checks' }, 'user and password belong together'],
    [{ ...GIVEN, user: 'checks', password: 'env:NONE' }, 'the variable "NONE" is not set'],
    [
      { ...GIVEN, tls: 'none', private: true, user: 'a', password: 's3cret' },
      'a password is not sent without encryption',
    ],
    [{ ...GIVEN, tls: 'none' }, 'only for a server of your own network'],
    [{ ...GIVEN, ca: '/nowhere/ca.pem' }, 'no such file'],
  ])('%j is refused in one line without its secrets', async (content, words) => {
    const settings = await read(content);
    if (settings.ok) throw new Error('it was read');
    expect(settings.message).toContain(words);
    expect(settings.message).not.toMatch(/s3cret|\n/);
  });

  it.skipIf(process.platform === 'win32')('is refused when others may read it', async () => {
    const settings = await readMailSettings(fileOf(GIVEN, 0o644), {});
    expect(settings).toMatchObject({ ok: false, message: expect.stringContaining('chmod 600') });
  });
});

import { describe, expect, it } from 'vitest';
import {
  completeSettings,
  parseSettingsFlags,
  type SettingsFlags,
  toRunSettings,
} from '../../../lib/input/request/settings.ts';

async function settings(flags: SettingsFlags) {
  const text = parseSettingsFlags(flags);
  if (!text.ok) throw new Error(text.message);
  const read = await toRunSettings(text.value, '.');
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

describe('settings are read as they are written', () => {
  it.each<[flags: SettingsFlags, expected: object]>([
    [{}, {}],
    [{ timeout: '1500' }, { timeoutMs: 1500 }],
    [{ timeout: '1.5s' }, { timeoutMs: 1500 }],
    [{ timeout: 1500 }, { timeoutMs: 1500 }],
    [{ confirmPause: '2m' }, { confirmPauseMs: 120_000 }],
    [{ deadline: '250ms' }, { deadlineMs: 250 }],
    [
      { family: '6', confirm: '0', concurrency: '1000' },
      { family: '6', confirm: 0, concurrency: 1000 },
    ],
    [{ family: 4 }, { family: '4' }],
    [
      { dns: ['9.9.9.9', '[2620:fe::fe]', '2620:fe::9', '::1', '127.0.0.1:5353', '[::1]:5353'] },
      {
        dnsServers: ['9.9.9.9', '2620:fe::fe', '2620:fe::9', '::1', '127.0.0.1:5353', '[::1]:5353'],
      },
    ],
    [
      { resolve: ['[2001:db8::1]:443:[2001:db8::2]', 'Bücher.example:80:192.0.2.1,192.0.2.2'] },
      {
        resolve: [
          { host: '2001:db8::1', port: 443, address: '2001:db8::2' },
          { host: 'xn--bcher-kva.example', port: 80, address: '192.0.2.1' },
          { host: 'xn--bcher-kva.example', port: 80, address: '192.0.2.2' },
        ],
      },
    ],
    [
      { control: ['25=mx.example.com', '443=[2001:db8::1]:8443'] },
      {
        controls: [
          { port: 25, host: 'mx.example.com', hostPort: 25 },
          { port: 443, host: '2001:db8::1', hostPort: 8443 },
        ],
      },
    ],
    [{ contact: 'mailto:noc@example.com' }, { contact: 'mailto:noc@example.com' }],
    [{ contact: 'https://example.com/a?b=c&d' }, { contact: 'https://example.com/a?b=c&d' }],
    [{ negativeControl: '240.0.0.9' }, { negativeControl: { address: '240.0.0.9' } }],
    [
      { ehloName: 'Probe.Example.net.', mailFrom: 'probe@example.net' },
      { ehloName: 'probe.example.net', mailFrom: 'probe@example.net' },
    ],
    [
      { defaultControls: false, oldProtocols: false, delegation: true },
      { defaultControls: false, oldProtocols: false, delegation: true },
    ],
  ])('%j', async (flags, expected) => {
    expect(await settings(flags)).toEqual(expected);
  });

  it.each<[flags: SettingsFlags, says: string]>([
    [{ timeout: '49' }, '--timeout: expected a duration from 50ms to 5m'],
    [{ timeout: '6m' }, '--timeout: '],
    [{ timeout: '-1s' }, '--timeout: '],
    [{ confirm: '6' }, '--confirm: expected a whole number from 0 to 5'],
    [{ concurrency: '1e3' }, '--concurrency: '],
    [{ confirmPause: 'never' }, '--confirm-pause: '],
    [{ resolve: ['a:0:192.0.2.1'] }, '--resolve: a port is a whole number from 1 to 65535, not "0"'],
    [{ resolve: ['a:80:b'] }, '--resolve: expected an IP address, not "b"'],
    [{ resolve: ['a:80:2001:db8::1x'] }, '--resolve: expected an IP address'],
    [{ control: ['25=mx.example.com:0'] }, '--control: a port'],
    [{ negativeControl: 'example.com' }, '--negative-control: expected an IP address'],
    [{ ehloName: '192.0.2.1' }, "--ehlo-name: expected the prober's own host name"],
    ...[
      'http://a.example/',
      'ftp://a.example/',
      'javascript:alert(1)',
      'a@b.example',
      'https://',
      'https://u:p@a.example/',
      'https://a.example/ b',
      'https://a.example/\r\nX: y',
      'https://a.example/(c)',
      'https://[2001:db8::1]/',
      'https://a.example/<b>',
      'https://bücher.example/',
      'mailto:',
      'mailto:nobody',
    ].map((contact): [SettingsFlags, string] => [{ contact }, '--contact: expected an https or mailto URL']),
    [{ contact: `https://a.example/${'x'.repeat(183)}` }, '--contact: a contact has 200 characters at most'],
    [{ mailFrom: 'probe' }, "--mail-from: expected the prober's own mail address"],
  ])('%j is refused', (flags, says) => {
    expect(parseSettingsFlags(flags)).toMatchObject({ ok: false, message: expect.stringContaining(says) });
  });

  it('pins and controls on private addresses need --allow-private', async () => {
    const pins = await settings({ resolve: ['a.example:80:10.0.0.1'] });
    expect(completeSettings(pins)).toMatchObject({
      ok: false,
      message: expect.stringContaining('--resolve: 10.0.0.1'),
    });
    expect(completeSettings({ ...pins, allowPrivate: true })).toMatchObject({ ok: true });
    expect(completeSettings(await settings({ control: ['80=127.0.0.1'] }))).toMatchObject({ ok: false });
  });
});

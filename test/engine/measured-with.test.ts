import { describe, expect, it } from 'vitest';
import { measuredWith } from '../../lib/engine/measured-with.ts';
import { RunSettings } from '../../lib/model/request.ts';

const texts = (settings: object): string[] =>
  measuredWith(RunSettings.parse(settings)).map(({ text }) => text);

describe('what changes the meaning of a pass', () => {
  it('is nothing for a run by the defaults, or by settings that change the speed alone', () => {
    expect(texts({})).toEqual([]);
    expect(texts({ concurrency: 1, confirmPauseMs: 10, deadlineMs: 60_000 })).toEqual([]);
  });

  it.each<[settings: object, text: string]>([
    [
      { resolve: [{ host: 'www.example.com', port: 443, address: '192.0.2.1' }] },
      'www.example.com:443 pinned to 192.0.2.1, not looked up',
    ],
    [{ dnsServers: ['[2620:fe::fe]:53'] }, 'DNS server [2620:fe::fe]:53'],
    [{ dnssecAnchors: ['. 4711 13 2 AB'] }, 'DNSSEC from . 4711 13 2 AB'],
    [{ trustAnchors: ['no certificate'] }, 'extra trust anchor that can’t be read'],
    [{ family: '6' }, 'IPv6 alone'],
    [{ timeoutMs: 60_000 }, 'a timeout of 60.0 s'],
    [{ confirm: 0 }, 'failures probed again not at all'],
    [{ allowPrivate: true }, 'private and loopback addresses allowed'],
    [
      { controls: [{ port: 25, host: 'mx.example.com', hostPort: 2525 }] },
      'control for port 25: mx.example.com:2525',
    ],
    [{ defaultControls: false }, 'no built-in controls'],
    [{ negativeControl: { address: '240.0.0.9' } }, 'negative control 240.0.0.9'],
    [{ oldProtocols: false }, 'old TLS versions not asked for'],
    [{ weakCiphers: true }, 'weak cipher suites asked for'],
    [{ delegation: true }, 'all name servers of each host asked'],
    [{ revocation: true }, 'asked whether certificates are revoked'],
    [{ ehloName: 'probe.example.com' }, 'the EHLO name probe.example.com'],
    [{ mailFrom: 'probe@example.com' }, 'the mail sender probe@example.com'],
  ])('is reported for %j', (settings, text) => {
    expect(texts(settings)).toEqual([text]);
  });

  it('names every setting but those of speed and the contact', () => {
    const quiet = ['confirmPauseMs', 'concurrency', 'deadlineMs', 'contact'];
    expect(Object.keys(RunSettings.shape).filter((name) => !quiet.includes(name))).toHaveLength(17);
  });

  it('counts pins beyond twenty', () => {
    const resolve = Array.from({ length: 30 }, (_, n) => ({
      host: `h${n}.example`,
      port: 443,
      address: '192.0.2.1',
    }));
    expect(texts({ resolve })).toHaveLength(20);
    expect(texts({ resolve }).at(-1)).toBe('11 more such settings');
    const asked = [...resolve.keys()].map((n) => ({ setting: 'status', text: `status ${n}` }));
    const many = measuredWith(RunSettings.parse({ resolve, family: '6' }), asked);
    expect(many.slice(0, 3).map(({ setting }) => setting)).toEqual(['status', 'resolve', 'family']);
    expect(many.at(-1)?.text).toBe('42 more such settings');
  });
});

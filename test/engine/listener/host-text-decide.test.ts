import { describe, expect, it } from 'vitest';
import type { ListenerAttempt } from '../../../lib/engine/listener/evidence.ts';
import { decideByText, type KnownSockets, withTable } from '../../../lib/engine/listener/host-text-decide.ts';
import { hostTextSentence } from '../../../lib/engine/listener/host-text-words.ts';
import type { HostPacket, HostText } from '../../../lib/kinds/listener/host-text/host-packet.ts';

const T0 = Date.parse('2026-11-30T10:14:00.000Z');
const HOUR = 3_600_000;
const attempt = (parts: Partial<ListenerAttempt> = {}): ListenerAttempt => ({
  endpoint: 'tcp://www.example.com:443',
  host: 'www.example.com',
  address: '203.0.113.7',
  family: 4,
  port: 443,
  from: T0,
  until: T0 + 3_000,
  sources: ['192.168.7.7', '198.51.100.9'],
  sourcePort: 50_412,
  syns: 3,
  saw: 'silent',
  ...parts,
});
const packet = (what: HostPacket['what'], parts: Partial<HostPacket> = {}): HostPacket => ({
  what,
  remote: '198.51.100.9:50412',
  local: '10.0.3.4:443',
  ...parts,
});
const three = (what: HostPacket['what']): HostPacket[] => [packet(what), packet(what), packet(what)];
const NOTHING: KnownSockets = {};
const LISTENING: KnownSockets = { table: [{ address: '0.0.0.0', port: 443, pid: 812 }] };
const ON_LOOPBACK: KnownSockets = { table: [{ address: '127.0.0.1', port: 443, pid: 812 }] };
const HTTP_SYS: KnownSockets = { table: [{ address: '::', port: 443, pid: 4 }] };

function decide(
  saw: ListenerAttempt['saw'],
  packets: readonly HostPacket[],
  known = NOTHING,
  parts: Partial<HostText> = {},
): { found: string; sentence: string } {
  const text: HostText = { format: 'pktmon', showsAnswers: true, packets, ...parts };
  const [only, ...none] = decideByText([attempt({ saw })], text, known);
  if (only === undefined || none.length > 0) throw new Error('not one decision');
  const sentence = hostTextSentence(only, text.format);
  expect(sentence).toMatch(/^203\.0\.113\.7:443: .*not proven as by a sealed log\.$/);
  expect(sentence).not.toMatch(/undefined|closed/);
  return { found: only.found, sentence };
}

describe('by an unsigned text', () => {
  it.each<[string, ListenerAttempt['saw'], HostPacket[], KnownSockets, string]>([
    ['one drop of the firewall', 'silent', [packet('firewall-drop')], NOTHING, 'path.host-firewall'],
    ['a drop as no socket was found', 'silent', [packet('no-socket')], NOTHING, 'path.nothing-listens'],
    ['a RST', 'refused', [packet('arrived'), packet('rst')], NOTHING, 'path.nothing-listens'],
    ['a RST beside a socket', 'refused', [packet('arrived'), packet('rst')], LISTENING, 'path.host-firewall'],
    ['three SYN-ACKs', 'silent', [...three('arrived'), ...three('syn-ack')], NOTHING, 'path.reply-lost'],
    ['one SYN-ACK', 'silent', [packet('arrived'), packet('syn-ack')], NOTHING, 'reply-maybe-lost'],
    ['three SYNs and a socket', 'silent', three('arrived'), LISTENING, 'path.host-firewall'],
    ['three SYNs and none there', 'silent', three('arrived'), ON_LOOPBACK, 'path.nothing-listens'],
    ['three SYNs alone', 'silent', three('arrived'), NOTHING, 'no-answer'],
    ['two SYNs and a socket', 'silent', three('arrived').slice(1), LISTENING, 'no-answer'],
    ['let in', 'silent', [packet('allowed')], LISTENING, 'let-in'],
    ['a drop, then let in', 'silent', [packet('firewall-drop'), packet('allowed')], NOTHING, 'let-in'],
    ['another drop', 'silent', [packet('other-drop', { reason: '228' })], NOTHING, 'dropped'],
    [
      'a drop and a connection',
      'connected',
      [packet('firewall-drop'), packet('arrived')],
      NOTHING,
      'arrived',
    ],
    ['a drop and a refusal', 'refused', [packet('firewall-drop')], NOTHING, 'answered-on-the-way'],
    ['nothing', 'silent', [], NOTHING, 'not-in-text'],
  ])('decides: %s', (_name, saw, packets, known, found) => {
    expect(decide(saw, packets, known).found).toBe(found);
  });

  it('decides nothing by an answer that is missing where the text shows none of the host', () => {
    expect(decide('silent', three('arrived'), LISTENING, { showsAnswers: false }).found).toBe('no-answer');
  });

  it('ties no line of another source, port or day, whatever its clock says', () => {
    for (const parts of [
      { remote: '198.51.100.9:50413' },
      { remote: '198.51.100.10:50412' },
      { local: '10.0.3.4:80' },
      { at: T0 + 24 * HOUR },
      { at: T0 - 24 * HOUR },
    ])
      expect(decide('silent', [packet('firewall-drop', parts)]).found).toBe('not-in-text');
    for (const zone of [-12, 0, 14])
      expect(decide('silent', [packet('firewall-drop', { at: T0 + zone * HOUR })]).found).toBe(
        'path.host-firewall',
      );
  });

  describe('a socket', () => {
    const SIX = { remote: '[2001:db8::9]:50412', local: '[2001:db8::4]:443' };
    const overSix = (table: KnownSockets['table']): string | undefined =>
      decideByText(
        [attempt({ family: 6, address: '2001:db8::7', sources: ['2001:db8::9'], saw: 'refused' })],
        { format: 'pktmon', showsAnswers: true, packets: [packet('arrived', SIX), packet('rst', SIX)] },
        { ...(table && { table }) },
      )[0]?.found;

    it('of IPv4 is none of IPv6: its RST is no firewall’s', () => {
      expect(overSix([{ address: '0.0.0.0', port: 443, pid: 812 }])).toBe('path.nothing-listens');
      expect(overSix([{ address: '::', port: 443, pid: 812 }])).toBe('path.host-firewall');
    });

    it('of IPv6 may be one of both families, so a silence over IPv4 is not explained by it', () => {
      expect(decide('silent', three('arrived'), HTTP_SYS).found).toBe('no-answer');
    });

    const RST = [packet('arrived'), packet('rst')];
    const listener = {
      ports: [{ port: 443, state: 'listening' }],
      addresses: ['10.0.3.4'],
      from: T0 - 5 * 60_000,
      until: T0 + 5 * 60_000,
    };

    it('of a listener counts as long as it ran, and at its address', () => {
      expect(decide('refused', RST, { listener }).found).toBe('path.host-firewall');
      for (const parts of [
        { addresses: ['10.0.3.5'] },
        { from: T0 + 1_000 },
        { until: T0 + 1_000 },
        // Clocks that nothing compares may be so far apart.
        { until: T0 + 30_000 },
        { offset: 10 * 60_000 },
      ])
        expect(decide('refused', RST, { listener: { ...listener, ...parts } }).found).toBe(
          'path.nothing-listens',
        );
      expect(
        decide('refused', RST, { listener: { ...listener, until: T0 + 30_000, offset: 20 } }).found,
      ).toBe('path.host-firewall');
    });
  });

  it('names http.sys, and the way for IIS', () => {
    const { sentence } = decide('connected', [packet('arrived'), packet('syn-ack')], HTTP_SYS);
    expect(sentence).toContain('PID 4, which is http.sys');
    expect(sentence).toContain('"inbound-check listen --ports 443 --print iis"');
    const taken = [{ port: 443, state: 'taken' }];
    expect(withTable(taken, HTTP_SYS.table)).toEqual([
      { port: 443, state: 'taken', by: { program: 'http.sys', pid: 4 } },
    ]);
    expect(withTable([{ port: 443, state: 'listening' }], HTTP_SYS.table)).toEqual([
      { port: 443, state: 'listening' },
    ]);
  });
});

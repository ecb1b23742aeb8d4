import { describe, expect, it } from 'vitest';
import { spellCode } from '../../../lib/kinds/listener/code.ts';
import {
  LISTENER_LOG_VERSION,
  type ListenerArrival,
  type ListenerEnd,
  type ListenerStart,
  logLine,
  logMac,
  MAX_LOG_BYTES,
  readListenerLog,
} from '../../../lib/kinds/listener/listener-log.ts';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import { listenerKeyId, sealKeysOf } from '../../../lib/kinds/listener/seal-keys.ts';

const code = newListenerCode(() => Buffer.from('3a1b2c3d4e5f60718293', 'hex'));
const start: ListenerStart = {
  what: 'start',
  version: LISTENER_LOG_VERSION,
  startedAt: '2026-11-30T10:14:00.000Z',
  endsAt: '2026-11-30T10:44:00.000Z',
  keyId: listenerKeyId(code),
  addresses: ['10.0.3.4', '2001:db8::4'],
  ports: [
    { port: 443, role: 'any', state: 'listening' },
    { port: 80, role: 'any', state: 'taken', by: { program: 'nginx', pid: 812 } },
  ],
};
const arrival: ListenerArrival = {
  what: 'challenge',
  at: '2026-11-30T10:14:03.120Z',
  port: 443,
  local: '10.0.3.4:443',
  remote: '198.51.100.9:50412',
  over: 'https',
  run: '0123456789abcdef',
  nonce: '00112233445566778899aabbccddeeff',
};
const scan: ListenerArrival = {
  what: 'no-challenge',
  at: '2026-11-30T10:15:00.000Z',
  port: 443,
  local: '[2001:db8::4]:443',
  remote: '[2001:db8::7]:1025',
  first: 'GET / HTTP/1.1',
};
const end: ListenerEnd = {
  what: 'end',
  at: '2026-11-30T10:44:00.004Z',
  reason: 'time',
  ports: [{ port: 443, connections: 2, proofs: 1, health: 0, refused: 0 }],
  leftOut: 0,
};
const seal = (text: string, by = code): string => {
  const mac = logMac(sealKeysOf(by));
  mac.update(text);
  return `${text}{"what":"seal","mac":"${mac.digest()}"}\n`;
};
const body = [start, arrival, scan, end].map(logLine).join('');
const whole = seal(body);

describe('the log of a listener', () => {
  it('is read with the code that sealed it', () => {
    expect(readListenerLog(whole, sealKeysOf(code))).toEqual({
      ok: true,
      log: { start, arrivals: [arrival, scan], packets: [], end },
    });
  });

  it('is the same after a way through CRLF and with a byte order mark', () => {
    expect(readListenerLog(`\uFEFF${whole.replaceAll('\n', '\r\n')}\r\n`, sealKeysOf(code))).toMatchObject({
      ok: true,
    });
  });

  it('holds nothing of the code', () => {
    expect(whole).not.toContain(code);
    expect(whole).not.toContain(spellCode(code));
    expect(start.keyId).toMatch(/^[0-9a-f]{8}$/);
  });

  it('of another code is named so, whatever else is wrong with it', () => {
    const other = newListenerCode();
    expect(readListenerLog(whole, sealKeysOf(other))).toMatchObject({ ok: false, reason: 'other-code' });
    expect(readListenerLog(body, sealKeysOf(other))).toMatchObject({ ok: false, reason: 'other-code' });
  });

  it('of another code that claims ours is altered', () => {
    expect(readListenerLog(seal(body, newListenerCode()), sealKeysOf(code))).toMatchObject({
      reason: 'altered',
    });
  });

  it.each([
    ['a changed address', whole.replace('198.51.100.9', '198.51.100.8')],
    ['a line less', whole.replace(logLine(scan), '')],
    ['a line twice', whole.replace(logLine(scan), logLine(scan).repeat(2))],
    [
      'two lines exchanged',
      whole.replace(logLine(arrival) + logLine(scan), logLine(scan) + logLine(arrival)),
    ],
    ['a later start', whole.replace('10:14:00.000Z', '10:15:00.000Z')],
    ['another seal', whole.replace(/[0-9a-f]{64}/, '0'.repeat(64))],
  ])('with %s is altered', (_, text) => {
    expect(text).not.toBe(whole);
    expect(readListenerLog(text, sealKeysOf(code))).toMatchObject({ ok: false, reason: 'altered' });
  });

  it.each([
    ['without its seal', body],
    ['cut in the middle', whole.slice(0, body.length - 20)],
    ['sealed without its end', seal([start, arrival].map(logLine).join(''))],
  ])('%s is unfinished', (_, text) => {
    expect(readListenerLog(text, sealKeysOf(code))).toMatchObject({ ok: false, reason: 'unfinished' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello\n'],
    ['another JSON', '{"schema":"inbound-check/report@1"}\n'],
    ['one of a later version', whole.replace('"version":1', '"version":2')],
    ['a line that is not known', seal(`${logLine(start)}{"what":"later"}\n${logLine(end)}`)],
    [
      'an address with a line end',
      seal(logLine(start) + logLine({ ...arrival, remote: '1.2.3.4:5\n' }) + logLine(end)),
    ],
    ['something huge', 'x'.repeat(MAX_LOG_BYTES + 1)],
  ])('is not %s', (_, text) => {
    expect(readListenerLog(text, sealKeysOf(code))).toMatchObject({ ok: false, reason: 'no-log' });
  });
});

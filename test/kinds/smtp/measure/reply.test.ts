import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createReplyReader,
  type ParsedReply,
  REPLY_LIMITS,
} from '../../../../lib/kinds/smtp/measure/reply.ts';

/** Feeds the pieces one after the other and takes what can be taken after each. */
function feed(...pieces: (string | Buffer)[]): ParsedReply[] {
  const reader = createReplyReader();
  const taken: ParsedReply[] = [];
  for (const piece of pieces) {
    reader.push(Buffer.from(piece));
    for (let reply = reader.take(); reply !== undefined; reply = reader.take()) {
      taken.push(reply);
      if (reply.status !== 'reply') return taken;
    }
  }
  return taken;
}

describe('a reply', () => {
  test.each<[string, string, number, string[]]>([
    ['of one line', '220 mx.example.com ESMTP\r\n', 220, ['mx.example.com ESMTP']],
    ['of several lines', '250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n', 250, ['mx', 'SIZE 1', 'STARTTLS']],
    ['with a bare LF', '220 mx\n', 220, ['mx']],
    ['of a code alone', '250\r\n', 250, ['']],
    ['of code and space', '250 \r\n', 250, ['']],
    ['with an empty middle line', '250-mx\r\n250-\r\n250 OK\r\n', 250, ['mx', '', 'OK']],
    ['whose teaser has another code (postscreen)', '220-wait\r\n521 no\r\n', 521, ['wait', 'no']],
    ['with control characters', '220 a\x1b[31mb\x00\r\n', 220, ['a\\x1b[31mb\\x00']],
    ['with a line of 2,000 bytes', `220 ${'x'.repeat(2_000)}\r\n`, 220, [`${'x'.repeat(507)}…`]],
  ])('%s is read', (_, text, code, lines) => {
    expect(feed(text)).toMatchObject([{ status: 'reply', reply: { code, lines } }]);
  });

  test('is the same however the bytes are cut', () => {
    const text = '220-wait\r\n220 mx ESMTP\r\n250-mx\r\n250-SIZE\r\n250 STARTTLS\r\n';
    const whole = feed(text);
    expect(whole).toHaveLength(2);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(feed(...pieces)).toEqual(whole);
      }),
    );
  });

  test('waits for its last line', () => {
    expect(feed('220-teaser\r\n')).toEqual([]);
    expect(feed('220 mx.example')).toEqual([]);
  });

  test('keeps its lines as they were on the wire, too', () => {
    expect(feed('220-wait\r\n521 no\r\n')).toMatchObject([{ wire: ['220-wait', '521 no'] }]);
  });
});

describe('what is no reply', () => {
  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP', 'HTTP/1.1 408 Request Timeout\r\n'],
    ['asterisks without a code', '*************\r\n'],
    ['a code of two digits', '22 mx\r\n'],
    ['a code out of range', '120 mx\r\n'],
    ['a code and a letter', '220x\r\n'],
    ['an empty line', '\r\n'],
    ['a stray line inside a reply', '250-mx\r\nhello\r\n250 OK\r\n'],
    ['binary without an end', Buffer.alloc(1_000, 0xff)],
  ])('%s is malformed', (_, text) => {
    expect(feed(text)).toMatchObject([{ status: 'malformed', text: expect.stringMatching(/./u) }]);
  });

  test('is known to be none before its line is complete', () => {
    const reader = createReplyReader();
    reader.push(Buffer.from('SSH-2'));
    expect(reader.take()).toBeUndefined();
    expect(reader.doomed()).toBe(true);
    expect(reader.unfinished()).toBe('SSH-2');
  });

  test.each(['2', '22', '220', '220 ', '220-', '250 OK'])('%j may still become a reply', (text) => {
    const reader = createReplyReader();
    reader.push(Buffer.from(text));
    expect(reader.take()).toBeUndefined();
    expect(reader.doomed()).toBe(false);
  });
});

describe('bounds', () => {
  test('a line of 4,096 bytes is taken and its length kept', () => {
    const reader = createReplyReader();
    reader.push(Buffer.from(`220 ${'x'.repeat(4_092)}\r\n`));
    expect(reader.take()).toMatchObject({ status: 'reply', reply: { code: 220 } });
    expect(reader.longestLine()).toBe(4_096);
  });

  test.each([
    ['a line of 4,097 bytes', `220 ${'x'.repeat(4_093)}\r\n`, 'line', REPLY_LIMITS.line],
    ['a line of 64 KB without an end', `220 ${'x'.repeat(65_536)}`, 'line', REPLY_LIMITS.line],
    ['a greeting of 1,000 lines', '220-x\r\n'.repeat(1_000), 'lines', REPLY_LIMITS.lines],
    ['a greeting of 40 KB', `220-${'x'.repeat(1_000)}\r\n`.repeat(40), 'bytes', REPLY_LIMITS.bytes],
  ])('%s is too large', (_, text, what, limit) => {
    const [reply] = feed(text);
    expect(reply).toMatchObject({ status: 'too-large', what, limit });
    expect(reply?.status === 'too-large' && reply.text.length <= REPLY_LIMITS.shown).toBe(true);
  });

  test('what is not taken can be thrown away and counted', () => {
    const reader = createReplyReader();
    reader.push(Buffer.from('220 go\r\n250 injected\r\n'));
    expect(reader.take()).toMatchObject({ status: 'reply', reply: { code: 220 } });
    expect(reader.discard()).toBe('250 injected\r\n'.length);
    expect(reader.take()).toBeUndefined();
  });
});

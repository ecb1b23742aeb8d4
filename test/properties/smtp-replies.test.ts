/** SMTP replies against a second reader, written from the grammar of RFC 5321 §4.2, that gets the whole text in one piece. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplyReader, type ParsedReply, REPLY_LIMITS } from '../../lib/kinds/smtp/measure/reply.ts';

/** Feeds chunks and takes what is there after each, up to the first thing that is no reply. */
function readAll(chunks: readonly Buffer[]): ParsedReply[] {
  const reader = createReplyReader();
  const taken: ParsedReply[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let reply = reader.take(); reply !== undefined; reply = reader.take()) {
      taken.push(reply);
      if (reply.status !== 'reply') return taken;
    }
  }
  return taken;
}

/** Cuts bytes at the given fractions. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [
    0,
    ...at.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

type Modelled = { code: number; lines: string[]; began?: number | undefined } | 'no-reply';

/** The model: lines end in LF, a CR before it is part of the end; a reply ends with the line whose mark is no hyphen. Its code is that line's; another one that it began with is kept. */
function model(text: string): Modelled[] {
  const replies: Modelled[] = [];
  let lines: string[] = [];
  let began = 0;
  const whole = text.split('\n').slice(0, -1);
  for (const raw of whole) {
    const match = /^([2-5][0-9][0-9])(?:([ -])(.*))?$/s.exec(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    if (match === null) return [...replies, 'no-reply'];
    const code = Number(match[1]);
    if (lines.length === 0) began = code;
    // A CR inside a line is text, and shown as text.
    lines.push((match[3] ?? '').replaceAll('\r', '\\r'));
    if (match[2] === '-') continue;
    replies.push({ code, lines, ...(began !== code && { began }) });
    lines = [];
  }
  return replies;
}

const modelled = (taken: readonly ParsedReply[]): Modelled[] =>
  taken.map((one) => (one.status === 'reply' ? one.reply : 'no-reply'));

const code = fc.integer({ min: 200, max: 599 });
const text = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((unit) => String.fromCharCode(unit)),
  maxLength: 80,
});
const reply = fc
  .record({
    code,
    lines: fc.array(text, { minLength: 1, maxLength: 6 }),
    eol: fc.constantFrom('\r\n', '\n'),
    bare: fc.boolean(),
  })
  .map(({ code: number, lines, eol, bare }) => {
    const last = lines.length - 1;
    const wire = lines.map((line, index) => {
      const noText = bare && index === last && line === '';
      return `${number}${index < last ? '-' : noText ? '' : ' '}${line}${eol}`;
    });
    return { reply: { code: number, lines }, wire: wire.join('') };
  });

/** Text that is nearly a dialogue. */
const nearly = fc
  .array(
    fc.oneof(
      reply.map(({ wire }) => wire),
      fc.constantFrom(
        '250',
        '250-',
        '250 ',
        '220 x',
        '\r',
        '\n',
        '\r\n',
        '\r\r\n',
        '2',
        '25',
        '600 x\r\n',
        '199 x\r\n',
        ' 250 x\r\n',
        '250\tx\r\n',
        '250_x\n',
        '220\u00e4',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

describe('an SMTP reply', () => {
  it('is read as it was written, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 5 }), cuts, (replies, at) => {
        const bytes = Buffer.from(replies.map(({ wire }) => wire).join(''), 'latin1');
        expect(modelled(readAll(cut(bytes, at)))).toEqual(replies.map((one) => one.reply));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is distinguished from what is none by the grammar', () => {
    fc.assert(
      fc.property(nearly, (said) => {
        fc.pre(!/[^\x20-\x7e\r\n]/.test(said));
        const expected = model(said);
        const taken = modelled(readAll([Buffer.from(said, 'latin1')]));
        expect(taken).toEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('comes out the same wherever the stream is cut, whatever the bytes are', () => {
    fc.assert(
      fc.property(nearly, cuts, (said, at) => {
        const bytes = Buffer.from(said, 'latin1');
        const whole = readAll([bytes]);
        expect(modelled(readAll(cut(bytes, at)))).toEqual(modelled(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never holds a character that a terminal obeys, nor more than its bounds', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }).map((all) => Buffer.from(all)),
      nearly.map((all) => Buffer.from(all)),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), (chunks) => {
        const reader = createReplyReader();
        for (const chunk of chunks) {
          reader.push(chunk);
          const one = reader.take();
          const shown =
            one === undefined
              ? [reader.unfinished()]
              : one.status === 'reply'
                ? [...one.wire, ...one.reply.lines]
                : [one.text];
          for (const line of shown) {
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
            expect(line.length).toBeLessThanOrEqual(REPLY_LIMITS.shown);
          }
        }
        const before = reader.waiting();
        expect(reader.discard()).toBe(before);
        expect(reader.unfinished()).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('that never ends is given up at its bound, however slowly it comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('250-x\r\n', `250-${'y'.repeat(500)}\r\n`, '250 no line end ', '250-', 'garbage'),
        fc.integer({ min: 1, max: 2_000 }),
        (unit, size) => {
          const bytes = Buffer.from(unit.repeat(Math.ceil((REPLY_LIMITS.bytes * 2) / unit.length)));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          const last = readAll(chunks).at(-1);
          expect(['too-large', 'malformed']).toContain(last?.status);
        },
      ),
      { numRuns: 40 },
    );
  });
});

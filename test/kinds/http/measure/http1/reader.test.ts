import { describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from '../../../../../lib/kinds/http/measure/answer.ts';
import type { AnswerHead } from '../../../../../lib/kinds/http/measure/http1/head.ts';
import { AnswerReader, type ReaderEnd } from '../../../../../lib/kinds/http/measure/http1/reader.ts';
import { HTTP_FORMS, PAGE } from '../../../../servers/http-forms.ts';

/** Reads all of `bytes`, `size` at a time, and then the end of the connection. */
function read(bytes: string | Buffer, size = Number.POSITIVE_INFINITY, bareAllowed = false) {
  let head: AnswerHead | undefined;
  let interim = 0;
  const reader = new AnswerReader({
    onHead: (final) => {
      head = final;
      return true;
    },
    onInterim: () => {
      interim += 1;
    },
    bareAllowed,
  });
  const all = Buffer.from(bytes as string, 'latin1');
  let end: ReaderEnd | undefined;
  for (let at = 0; at < all.length && end === undefined; at += size) {
    end = reader.push(all.subarray(at, at + size));
  }
  return {
    head,
    interim,
    end: end?.end ?? reader.over(true),
    what: end?.end === 'too-large' ? end.what : undefined,
    body: reader.body().toString('latin1'),
    rules: reader.malformed.map(({ rule }) => rule),
    malformed: reader.malformed,
    refusedBy: new Set(reader.malformed.flatMap(({ refusedBy }) => refusedBy)),
  };
}

/** Ways to end that leave a client without the page. */
const BROKEN = ['malformed', 'not-http', 'no-head', 'cut'];

describe.each([Number.POSITIVE_INFINITY, 1, 7])('bytes in pieces of %d', (size) => {
  it.each(HTTP_FORMS.map((form) => [form.id, form] as const))('%s', (_, form) => {
    const { rules, body, refusedBy, end } = read(form.bytes, size);
    expect(rules).toEqual(form.rules);
    if (end !== 'not-http') expect(body).toBe(form.body ?? PAGE);
    const broken = BROKEN.includes(end);
    expect(refusedBy.has('Chromium') || (broken && end !== 'cut')).toBe(form.chromium === 'refuses');
    expect(refusedBy.has('curl') || broken).toBe(form.curl === 'refuses');
    expect(refusedBy.has('Go') || broken).toBe(form.go === 'refuses');
  });
});

describe('what is kept', () => {
  it('names and values in their order, without white space around values', () => {
    const { head } = read('HTTP/1.1 404 Not  Found \r\nA:b\r\nC: \t d e\t \r\na: f\r\n\r\n');
    expect(head).toMatchObject({
      httpVersion: '1.1',
      statusCode: 404,
      rawHeaders: ['A', 'b', 'C', 'd e', 'a', 'f'],
      framing: { kind: 'close' },
    });
  });

  it('the offending line, printable', () => {
    const { malformed } = read('HTTP/1.1 200 OK\r\nX-\xfc\x1b[2J: y\r\n\r\n');
    expect(malformed).toEqual([{ rule: 'name-not-a-token', line: 'X-\\xfc\\x1b[2J: y', refusedBy: ['Go'] }]);
  });

  it('the first line only of a rule that many break', () => {
    const { malformed } = read(`HTTP/1.1 200 OK\r\n${'no colon\r\n'.repeat(500)}\r\nx`);
    expect(malformed).toHaveLength(1);
  });

  it('the value that a folded line goes on with', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length:\r\n 3\r\n\r\nabcdef')).toMatchObject({
      body: 'abc',
      end: 'complete',
    });
  });

  it.each([101, 204, 205, 304])('no body of a %d, whatever its headers announce', (code) => {
    expect(read(`HTTP/1.1 ${code} X\r\nContent-Length: 3\r\n\r\nabc`)).toMatchObject({
      end: 'complete',
      body: '',
    });
  });

  it('a page without status line where the port allows it, and another protocol on no port', () => {
    expect(read(PAGE, 1, true)).toMatchObject({
      head: { httpVersion: '0.9', statusCode: 200 },
      body: PAGE,
      rules: ['no-status-line'],
      end: 'complete',
    });
    for (const bytes of [
      'SSH-2.0-OpenSSH_9.6\r\n',
      '220 mx.test ESMTP\r\n',
      '\x15\x03\x03\0\x02\x02\x16aa',
    ]) {
      expect(read(bytes, 3, true).end).toBe('not-http');
    }
  });

  it('an ICY answer as HTTP/1.0', () => {
    expect(read('ICY 200 OK\r\nicy-name: Radio\r\nContent-Type: audio/mpeg\r\n\r\nxyz', 2)).toMatchObject({
      head: {
        httpVersion: '1.0',
        statusCode: 200,
        rawHeaders: ['icy-name', 'Radio', 'Content-Type', 'audio/mpeg'],
      },
      body: 'xyz',
      rules: ['icy'],
    });
  });
});

describe('bounds', () => {
  const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  it.each<[what: string, bytes: string, expected: object]>([
    [
      'a header without end',
      `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(300_000)}`,
      { end: 'too-large', what: 'headers' },
    ],
    [
      'headers without end',
      `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(60_000)}`,
      { end: 'too-large', what: 'headers' },
    ],
    [
      'too many headers',
      `HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(5_000)}\r\n`,
      { end: 'too-large', what: 'headers' },
    ],
    [
      'lines that are no headers',
      `HTTP/1.1 200 OK\r\n${'x\n'.repeat(200_000)}`,
      { end: 'too-large', what: 'headers' },
    ],
    ['NULs', '\0'.repeat(300_000), { end: 'not-http' }],
    [
      'interim answers without end',
      'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000),
      { end: 'too-large', what: 'interim' },
    ],
    [
      'long interim answers',
      `HTTP/1.1 103 X\r\nLink: ${'a'.repeat(100_000)}\r\n\r\n`.repeat(5),
      { end: 'too-large', what: 'headers', interim: 2 },
    ],
    ['a chunk line without end', `${CHUNKED}5;${'a'.repeat(20_000)}`, { end: 'malformed' }],
    ['a chunk size of zeros without end', `${CHUNKED}${'0'.repeat(20_000)}`, { end: 'malformed' }],
    ['trailers without end', `${CHUNKED}0\r\n${'X: y\r\n'.repeat(60_000)}`, { end: 'body-limit' }],
    ['a long body', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(300_000)}`, { end: 'body-limit' }],
  ])('%s', (_, bytes, expected) => {
    expect(read(bytes, 16_384)).toMatchObject(expected);
  });

  it('a head of 200 kB is read, as browsers read it', () => {
    expect(read(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(200_000)}\r\n\r\n${PAGE}`, 16_384)).toMatchObject({
      body: PAGE,
    });
  });

  it('chunks of one byte end with the bytes that their sizes may take', () => {
    const { end, body } = read(CHUNKED + '1\r\nx\r\n'.repeat(200_000), 16_384);
    expect(end).toBe('body-limit');
    expect(body.length).toBeGreaterThan(HTTP_LIMITS.chunkOverhead / 5 - 10);
    expect(body.length).toBeLessThan(HTTP_LIMITS.body);
  });

  it('one buffer holds a body that comes in small pieces', () => {
    const { body, end } = read(
      `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'0123456789'.repeat(10_000)}`,
      10,
    );
    expect(end).toBe('complete');
    expect(body).toBe('0123456789'.repeat(10_000));
  });
});

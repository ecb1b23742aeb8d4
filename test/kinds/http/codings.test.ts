/** Pages under a Content-Encoding, asked for as browsers ask. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CODED_FORMS, LONG_PAGE } from '../../servers/http-codings.ts';
import { observeHttp, peer } from './scenario.ts';

const answer = (coding: string | undefined, body: Buffer, length = body.length): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n${coding === undefined ? '' : `Content-Encoding: ${coding}\r\n`}Content-Length: ${length}\r\n\r\n`,
    ),
    body,
  ]);

/** Answers by what is asked for, and keeps what was asked. */
async function server(serve: (accepts: string | undefined) => Buffer) {
  const asked: (string | undefined)[] = [];
  const port = await peer((socket) => {
    socket.once('data', (request) => {
      const accepts = /^Accept-Encoding: (.*)\r$/m.exec(request.toString('latin1'))?.[1];
      asked.push(accepts);
      socket.end(serve(accepts));
    });
  });
  return { port, asked };
}

describe('a page in a content coding', () => {
  it.each(CODED_FORMS.map((form) => [form.id, form] as const))(
    '%s is read as browsers do',
    async (_, form) => {
      const { port } = await server(() => answer(form.coding, form.body));
      const { faults, http } = await observeHttp(port);
      const known = { shows: [], partly: ['http.not-http fail'], refuses: ['http.not-http fail'] };
      expect(faults).toEqual(known[form.chromium]);
      if (form.chromium !== 'refuses')
        expect(http?.codingBrokenOff ?? false).toBe(form.chromium === 'partly');
      if (form.chromium !== 'refuses' && form.body.length > 0) expect(http?.bodySample).toContain('Hello');
    },
  );

  it('is asked for as browsers ask, and as a certificate authority', async () => {
    const { port, asked } = await server(() => answer('gzip', gzipSync(LONG_PAGE)));
    const { faults, http } = await observeHttp(port, {
      assertions: { titleContains: 'Shop', bodyContains: 'Hello' },
    });
    expect({ faults, title: http?.title, found: http?.bodyContains }).toEqual({
      faults: [],
      title: 'Shop',
      found: true,
    });
    await observeHttp(port, { assertions: { acmePath: true } });
    expect(asked).toEqual(['gzip, deflate, br', 'gzip']);
  });

  it.each<[what: string, coded: Buffer]>([
    ['cut', answer('gzip', gzipSync(LONG_PAGE).subarray(0, 4_000), 9_000)],
    ['in no coding', answer('gzip', Buffer.from('<title>Shop</title>'))],
    [
      'corrupt',
      answer('gzip', Buffer.concat([gzipSync(LONG_PAGE).subarray(0, 4_000), Buffer.alloc(99, 0xff)])),
    ],
  ])('that comes %s when it is compressed alone is reported so', async (_, coded) => {
    const { port, asked } = await server((accepts) =>
      accepts === undefined ? answer(undefined, Buffer.from(LONG_PAGE)) : coded,
    );
    const { state, faults, http, finding } = await observeHttp(port);
    expect({ state, faults: faults.length, whole: http?.wholeWithoutCoding }).toEqual({
      state: 'open',
      faults: 1,
      whole: true,
    });
    expect(finding.summary).toContain('what compresses the page breaks it');
    expect(asked).toEqual(['gzip, deflate, br', undefined]);
  });

  it('that is broken without compression too is not blamed on it', async () => {
    const { port } = await server((accepts) =>
      answer(accepts === undefined ? undefined : 'gzip', gzipSync(LONG_PAGE).subarray(0, 4_000), 9_000),
    );
    const { http, finding } = await observeHttp(port);
    expect(http?.wholeWithoutCoding).toBe(false);
    expect(finding.summary).not.toContain('compresses');
  });

  it('that is whole is asked for once', async () => {
    const { port, asked } = await server(() => answer(undefined, Buffer.from(LONG_PAGE)));
    await observeHttp(port);
    expect(asked).toHaveLength(1);
  });
});

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { acceptsGzip, linkRequest, UrlEvent, urlResult } from '../../../lib/service/share/function-url.ts';
import type { LinkAnswer } from '../../../lib/service/share/link.ts';

/** AWS Lambda developer guide, "Invoking Lambda function URLs", request payload, shortened. */
const event = (method: string, headers: Readonly<Record<string, string>> = {}) =>
  UrlEvent.parse({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/s/token',
    rawQueryString: 'a=b',
    headers,
    requestContext: { domainName: 'x.lambda-url.eu-central-1.on.aws', http: { method, path: '/s/token' } },
    isBase64Encoded: false,
  });

const answer = (text: string, status: LinkAnswer['status'] = 200): LinkAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  text,
});
const PAGE = '<p>ä</p>'.repeat(400);

describe('a request by a function URL', () => {
  it('is its method, its path and its query, and how far away the page is that asks', () => {
    expect(linkRequest(event('GET'))).toEqual({
      method: 'GET',
      path: '/s/token',
      query: 'a=b',
      site: undefined,
    });
    expect(linkRequest(UrlEvent.parse({ ...event('GET'), headers: { 'sec-fetch-site': 'none' } })).site).toBe(
      'none',
    );
  });
});

describe('an answer by a function URL', () => {
  it('is zipped for who takes it, and the same when unzipped', () => {
    const result = urlResult(answer(PAGE), event('GET', { 'accept-encoding': 'br, gzip' }));
    expect(result).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip', vary: 'accept-encoding, accept-language' },
    });
    expect(gunzipSync(Buffer.from(result.body, 'base64')).toString()).toBe(PAGE);
  });

  it('is plain for who does not', () => {
    expect(urlResult(answer(PAGE), event('GET'))).toMatchObject({ isBase64Encoded: false, body: PAGE });
  });

  it('is zipped for all beyond what Lambda takes as it is', () => {
    const long = PAGE.repeat(400);
    const { body, headers } = urlResult(answer(long), event('GET'));
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(long);
  });

  it('to HEAD has the headers of GET and no body', () => {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }] as const) {
      const got = urlResult(answer(PAGE), event('GET', headers));
      const head = urlResult(answer(PAGE), event('HEAD', headers));
      expect(head).toEqual({ ...got, body: '', isBase64Encoded: false });
    }
  });

  it('that says no is the same for all', () => {
    const plain = urlResult(answer(PAGE, 404), event('GET'));
    expect(urlResult(answer(PAGE, 404), event('GET', { 'accept-encoding': 'gzip' }))).toEqual(plain);
  });

  it.each([
    ['gzip', true],
    ['GZIP;q=0.5', true],
    ['*', true],
    ['br, *;q=0.1', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['br', false],
    ['', false],
    ['xgzip', false],
  ])('to Accept-Encoding %j: zipped %s', (header, zips) => expect(acceptsGzip(header)).toBe(zips));
});

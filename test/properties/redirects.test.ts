/** Where a redirect leads: the references of RFC 3986, and laws for every Location. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from '../../lib/kinds/http/measure/answer.ts';
import { hostOf, isRedirect, nextHop, portOf, visitOf } from '../../lib/kinds/http/measure/redirect.ts';

const RULES = { accepted: undefined, acme: false };
const FROM = new URL('http://www.example.com:8080/a/b?c');

/** As Node's parser hands a header over: its bytes as Latin-1. */
const header = (location: string): string[] => ['Location', Buffer.from(location, 'utf8').toString('latin1')];
const next = (
  location: string,
  from = FROM,
  visited: ReadonlySet<string> = new Set([from.href]),
  rules = RULES,
) => nextHop(from, 302, header(location), visited, rules);
const leadsTo = (location: string, from: string): string => {
  const hop = next(location, new URL(from), new Set());
  return hop.next === 'go' ? hop.url.href : hop.next === 'refused' ? `refused: ${hop.rule}` : hop.next;
};

describe('a Location', () => {
  // RFC 3986 §5.4.1 and §5.4.2, without the fragments, which are never sent.
  it.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g/'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q'],
    ['g#s', 'http://a/b/c/g'],
    ['g?y#s', 'http://a/b/c/g?y'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    // RFC 3986 gives the same page; browsers take an empty Location for none.
    ['', 'none'],
    ['.', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['../../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['g?y/../x', 'http://a/b/c/g?y/../x'],
    ['g:h', 'refused: scheme'],
  ])('%j from http://a/b/c/d;p?q leads to %s', (location, target) => {
    expect(leadsTo(location, 'http://a/b/c/d;p?q')).toBe(target);
  });

  it.each([
    ['file:///etc/passwd', 'scheme'],
    ['FILE:///etc/passwd', 'scheme'],
    ['fi\tle:///etc/passwd', 'scheme'],
    ['ftp://ftp.example.com/', 'scheme'],
    ['gopher://127.0.0.1:25/_HELO', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['data:text/html,x', 'scheme'],
    ['ws://www.example.com/', 'scheme'],
    ['unix:/var/run/docker.sock', 'scheme'],
    ['http://anna@www.example.com/', 'credentials'],
    ['http://anna:secret@127.0.0.1/', 'credentials'],
    ['http:\\\\anna:secret@127.0.0.1\\', 'credentials'],
    ['http://:secret@127.0.0.1/', 'credentials'],
    ['http://', 'invalid'],
    ['http://[::1', 'invalid'],
    ['http://1.2.3.4.5/', 'invalid'],
    ['http://a b/', 'invalid'],
    ['http://www.example.com:65536/', 'invalid'],
    ['http://www.example.com.well-known/x', 'missing-slash'],
  ])('%j is refused: %s', (location, rule) => {
    expect(next(location)).toMatchObject({ next: 'refused', rule });
  });

  it('may be longer than a certificate authority follows, but not for HTTP-01', () => {
    const location = `/${'x'.repeat(HTTP_LIMITS.acmePath)}`;
    const acme = new URL('http://www.example.com/');
    expect(next(location, acme)).toMatchObject({ next: 'go' });
    expect(next(location, acme, new Set(), { ...RULES, acme: true })).toMatchObject({
      next: 'refused',
      rule: 'length',
    });
  });

  const piece = fc.constantFrom(
    ...[
      'http:',
      'https:',
      'file:',
      '//',
      '/',
      '\\',
      'www.example.com',
      '127.0.0.1',
      '[::1]',
      '169.254.169.254',
      ':',
      '8080',
      '99999',
    ],
    ...[
      '@',
      'anna',
      '#',
      '?',
      '..',
      '%2e',
      '%00',
      '\t',
      ' ',
      'é',
      '。',
      '\u202e',
      'a',
      '1',
      '0x7f',
      '.well-known',
    ],
  );
  const location = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.webUrl({ withFragments: true }),
  );

  it('is followed only to http and https, without credentials or fragment, to a host and a port', () => {
    fc.assert(
      fc.property(location, fc.boolean(), (text, acme) => {
        const hop = next(text, FROM, new Set([FROM.href]), { accepted: undefined, acme });
        if (hop.next !== 'go') return;
        const { url } = hop;
        expect(['http:', 'https:']).toContain(url.protocol);
        expect(url.username + url.password + url.hash).toBe('');
        expect(hostOf(url)).toMatch(/^[^[\]/?#@\s]+$/);
        expect(portOf(url)).toBeGreaterThanOrEqual(0);
        expect(portOf(url)).toBeLessThanOrEqual(65_535);
        if (acme) expect([80, 443]).toContain(portOf(url));
      }),
      { numRuns: 3_000 },
    );
  });

  it('that is refused is shown without a character that a terminal obeys', () => {
    fc.assert(
      fc.property(location, (text) => {
        const hop = next(text);
        if (hop.next !== 'refused') return;
        expect(hop.url + hop.reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect((hop.url + hop.reason).length).toBeLessThan(700);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is nothing without one of the five codes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), location, (status, text) => {
        const follows = text !== '' && [301, 302, 303, 307, 308].includes(status);
        expect(isRedirect(status, text)).toBe(follows);
        if (!follows) expect(nextHop(FROM, status, header(text), new Set(), RULES).next).toBe('none');
      }),
    );
  });

  it('never leads round and round: every chain ends within the bound', () => {
    const chain = fc.array(
      fc.oneof(
        location,
        fc.integer({ min: 0, max: 30 }).map((page) => `/${page}`),
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(chain, (locations) => {
        const visited = new Set([visitOf(FROM, undefined)]);
        let url = FROM;
        for (let hops = 0; ; hops += 1) {
          const hop = next(locations[hops % locations.length] ?? '', url, visited);
          if (hop.next !== 'go') return;
          expect(visited.has(visitOf(hop.url, undefined))).toBe(false);
          expect(hops).toBeLessThan(HTTP_LIMITS.redirects);
          url = hop.url;
          visited.add(visitOf(url, undefined));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

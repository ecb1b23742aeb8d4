/** Endpoint URIs: whatever is accepted means the same to every other reader, and whatever is refused leaks nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEndpointUri } from '../../lib/input/request/uri.ts';
import { endpointUrl } from '../../lib/kinds/http/measure/redirect.ts';
import { KINDS, type Kind } from '../../lib/model/vocabulary.ts';
import { ipv6Spelling } from './address-spellings.ts';

const label = fc
  .stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?$/)
  .filter((text) => !/^xn--/i.test(text));
/** A name whose last label is no number, for such a name would be an IPv4 address to a browser. */
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[a-zA-Z]{2,8}$/))
  .map(([labels, last]) => [...labels, last].join('.'));
const unicodeName = fc.constantFrom(
  'bücher.example',
  'ΒΙΒΛΙΟ.example',
  '例え.テスト',
  'faß.example',
  'xn--bcher-kva.example',
);
const literal6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .chain(ipv6Spelling)
  .map((text) => `[${text}]`);
const host = fc.oneof(name, unicodeName, fc.ipV4(), literal6);
const port = fc.integer({ min: 1, max: 65_535 });

/** Paths as people and attackers write them: dots, slashes, backslashes, escapes, anything printable. */
const pathPart = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '\\',
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '@evil.example',
    ':443',
    'a',
    ';x=1',
    ' ',
    'ä',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replace(/[?#\p{Cc}]/gu, '')),
);
const path = fc
  .array(pathPart, { maxLength: 6 })
  .map((parts) => (parts.length === 0 ? '' : `/${parts.join('')}`));
const query = fc.option(
  fc.stringMatching(/^[a-z0-9=&%/?@:]{0,20}$/).map((text) => `?${text}`),
  { nil: '' },
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc
    .tuple(
      fc.constantFrom(...KINDS, 'HTTPS', 'ftp', 'file', 'javascript', ''),
      fc.constantFrom('://', ':/', ':', '//', ':///', ':\\\\'),
      fc.array(
        fc.constantFrom(
          'a.example',
          '@',
          ':',
          '[',
          ']',
          '::1',
          '%',
          '#',
          '?',
          '/',
          '\\',
          '0x7f',
          '1',
          ' ',
          '\t',
          '。',
        ),
        {
          maxLength: 8,
        },
      ),
    )
    .map(([scheme, separator, rest]) => `${scheme}${separator}${rest.join('')}`),
);

describe('a URI of the web', () => {
  it('means to us what it means to a browser: host, port, path and query', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('http', 'https'),
        host,
        fc.option(port),
        path,
        query,
        (kind, where, number, rest, ask) => {
          const text = `${kind}://${where}${number === null ? '' : `:${number}`}${rest}${ask}`;
          const result = parseEndpointUri(text, 'open');
          if (!result.ok) throw new Error(`${text}: ${result.message}`);
          // White space around pasted text is left away; a browser keeps the rarer kinds at the end of a path.
          const browser = new URL(text.trim());
          const { host: ours, port: ourPort, path: ourPath } = result.value;
          expect(ours.includes(':') ? `[${ours}]` : ours).toBe(browser.hostname);
          expect(ourPort).toBe(Number(browser.port) || (kind === 'https' ? 443 : 80));
          expect(ourPath).toBe(browser.pathname + browser.search);
        },
      ),
      { numRuns: 800, examples: [['http', 'www.example', null, '/\u2000', '']] },
    );
  });

  it('is asked for at its own host, whatever its path looks like', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('http' as const, 'https' as const),
        host,
        port,
        path,
        query,
        (kind, where, number, rest, ask) => {
          const result = parseEndpointUri(`${kind}://${where}:${number}${rest}${ask}`, 'open');
          if (!result.ok) throw new Error(result.message);
          const { host: ours, port: ourPort, path: ourPath = '/' } = result.value;
          const url = endpointUrl(kind, ours, ourPort, ourPath);
          expect(url.hostname).toBe(ours.includes(':') ? `[${ours}]` : ours);
          expect(url.pathname + url.search).toBe(ourPath);
          expect(url.username + url.password + url.hash).toBe('');
        },
      ),
      { numRuns: 800 },
    );
  });
});

describe('every URI', () => {
  const parts = fc.tuple(
    fc.constantFrom(...KINDS.filter((kind) => kind !== 'dns' && kind !== 'mx')),
    host,
    port,
  );

  it('that was accepted has an id that is accepted again, as the same endpoint', () => {
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('open' as const, 'closed' as const),
        ([kind, where, number], expected) => {
          const first = parseEndpointUri(`${kind}://${where}:${number}`, expected);
          if (!first.ok) throw new Error(first.message);
          const again = parseEndpointUri(first.value.id.replace(/ \(closed\)$/, ''), expected);
          expect(again).toEqual({ ok: true, value: first.value });
          expect(first.value.id.endsWith(' (closed)')).toBe(expected === 'closed');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('with credentials is refused without a word of them', () => {
    const secret = fc
      .array(fc.constantFrom('Zq9', ':', '/', '?', '#', '\\', '@', '[', ']', '%40', '\n', 'Xw7', '::', '.'), {
        maxLength: 8,
      })
      .map((all) => `Kv8${all.join('')}Jy5`);
    fc.assert(
      fc.property(fc.constantFrom<Kind | 'ftp'>(...KINDS, 'ftp'), secret, name, (kind, password, where) => {
        // A host by chance of the same letters would be shown with good reason.
        fc.pre(!/anna|Kv8|Zq9|Xw7|Jy5/.test(where));
        const result = parseEndpointUri(`${kind}://anna:${password}@${where}/`, 'open');
        if (result.ok) throw new Error(`accepted as ${result.value.id}`);
        for (const word of ['anna', 'Kv8', 'Zq9', 'Xw7', 'Jy5']) expect(result.message).not.toContain(word);
      }),
      { numRuns: 800 },
    );
  });

  it('with a fragment is refused', () => {
    fc.assert(
      fc.property(parts, fc.string({ maxLength: 20 }), ([kind, where, number], fragment) => {
        expect(parseEndpointUri(`${kind}://${where}:${number}/#${fragment}`, 'open').ok).toBe(false);
      }),
    );
  });

  it('gives an endpoint or one short line, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = parseEndpointUri(text, 'open');
        if (result.ok) {
          const { host: ours, port: ourPort, kind } = result.value;
          expect(ours).toMatch(/^[a-z0-9_.:-]+$/);
          expect(ourPort).toBeGreaterThan(0);
          expect(KINDS).toContain(kind);
          expect(text).not.toMatch(/[#]/);
        } else {
          expect(result.message).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]{5,700}$/u);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('that names another host to a browser than to us is refused', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = parseEndpointUri(text, 'open');
        if (!result.ok || !['http', 'https'].includes(result.value.kind)) return;
        const browser = new URL(text.trim());
        const ours = result.value.host;
        // The root's dot is the one thing that we leave away and a browser keeps.
        expect(ours.includes(':') ? `[${ours}]` : ours).toBe(browser.hostname.replace(/\.$/, ''));
      }),
      { numRuns: 2_000 },
    );
  });
});

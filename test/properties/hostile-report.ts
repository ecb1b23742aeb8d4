/** The sample report with every text replaced: by plain words, or by what is meant to break out of a format. */
import fc from 'fast-check';
import { Report } from '../../lib/engine/report-schema.ts';
import { sampleReport } from '../report/sample-report.ts';

/** Fields that hold a word of our own vocabulary, a time or a digest: a peer has no say in them. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  ...['schema', 'verdict', 'kind', 'expect', 'level', 'cause', 'alsoFound', 'side', 'state', 'status', 'end'],
  ...['lastPhase', 'dir', 'stopped', 'what', 'by', 'rule', 'bodyEnd', 'startedAt', 'finishedAt', 'at'],
  ...['fingerprint256', 'bodySha256', 'notBefore', 'notAfter', 'anchorNotBefore', 'anchorNotAfter'],
  // Becomes a link when it is one; tested apart.
  'source',
  // Read by our own parsers before anything is dialled. Commands to repeat a check are made of them, where they are fit.
  ...['host', 'address', 'path', 'port'],
]);
/** Written by us over several lines, or shown in a list whose length follows from its text. */
const ONE_LINE: ReadonlySet<string> = new Set(['fix', 'rule', 'notice']);

export const inOneLine = (text: string): string => text.replace(/[\r\n\t]+/g, ' ');

export type Replace = (text: string) => string;

/** Every text of the report replaced, equal ones by equal ones. Keys of `headers` are a peer's too. */
export function withTexts(replace: Replace): Report {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      if (OWN_WORDS.has(key)) return value;
      const text = replace(value);
      return ONE_LINE.has(key) ? inOneLine(text) : text;
    }
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        key === 'headers' ? replace(name) : name,
        walk(inner, name),
      ]),
    );
  };
  return Report.parse(walk(sampleReport, ''));
}

/** Distinguishes texts that were different before. */
function tag(text: string): string {
  let sum = 7;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum.toString(36).replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');
}

export const plainly: Replace = (text) => `plain ${tag(text)} words`;
/** `z` at both ends, so that trimming at the edges is not what is tested. */
export const around =
  (hostile: string): Replace =>
  (text) =>
    `z${tag(text)}${hostile}z`;

const WEAPONS = [
  ...[
    '<script>alert(1)</script>',
    '</title>',
    '</style>',
    '</pre>',
    '</svg>',
    '<img src=x onerror=alert(1)>',
    '<!--',
    '-->',
    '<![CDATA[',
  ],
  ...[
    ']]>',
    '<?x ?>',
    '<!DOCTYPE x [<!ENTITY e "x">]>',
    '&lt;',
    '&amp;',
    '&#x3c;',
    '&e;',
    '"',
    "'",
    '`',
    ' onclick=alert(1) ',
    '{{x}}',
    '<%= 1 %>',
  ],
  ...[
    '```',
    '````',
    '~~~',
    '|',
    '||',
    '\\',
    '\\|',
    '*',
    '**',
    '_',
    '__',
    '#',
    '# h',
    '\n# h',
    '\n- x',
    '\n1. x',
    '\n===',
    '\n---',
    '\n> q',
    '\n\n    code',
  ],
  ...[
    '[x](http://evil.example)',
    '![x](//evil.example/x)',
    '[x]: http://evil.example',
    '<http://evil.example>',
    'http://evil.example',
    'www.evil.example',
  ],
  ...[
    'anna@evil.example',
    '@team',
    '#12',
    'gh-12',
    'javascript:alert(1)',
    '[^1]',
    '~~s~~',
    '- [ ] x',
    '$x$',
    ':smile:',
    '\\`',
    '`` ` ``',
  ],
  ...[',', ';', '\t', '\r', '\n', '\r\n', '"",""', '=1+1', '+1', '-1', '@SUM(A1)', "'=1", '\uff1d1'],
  ...[
    '\\n',
    '\\"',
    '{x="y"} 1',
    '\n# TYPE x gauge\n',
    '}',
    '\u001b[31m',
    '\u009b2J',
    '\u001b]8;;x\u0007',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u0000',
  ],
  ...[
    '\ud800',
    '\udc00',
    '\u{1f469}\u200d\u{1f467}',
    'é',
    '日本語',
    'e\u0301\u0301\u0301\u0301\u0301\u0301',
    '\uffff',
    '\u{e0041}',
    '\x7f',
    '\x85',
    '\xa0',
    '\u3164',
  ],
] as const;

/** Up to five weapons, or any text at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...WEAPONS), { minLength: 1, maxLength: 5 })
      .map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
);

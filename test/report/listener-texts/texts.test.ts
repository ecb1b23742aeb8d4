/** What can be said of the texts without running them; test/system/listener-texts.test.ts pastes them into a shell. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import { allowRules } from '../../../lib/report/listener-texts/allow-rules.ts';
import {
  isPlainPath,
  LISTENER_TEXT_NAMES,
  listenerText,
  type TextSettings,
} from '../../../lib/report/listener-texts/index.ts';
import { productRules } from '../../../lib/report/listener-texts/product-rules.ts';
import { CODE_CHARACTERS } from '../../../lib/report/listener-texts/text-settings.ts';

const USUAL: TextSettings = { ports: [80, 443, 25], mailPorts: [25], minutes: 30, sources: [] };
/** With everything that makes a text longer. */
const FULL: TextSettings = {
  ports: [80, 443, 25, 587, 8443],
  mailPorts: [25, 587],
  minutes: 1_440,
  healthPath: '/health/live',
  sources: ['198.51.100.9', '203.0.113.0/24', '2001:db8:7::9'],
};

/** A screen: lines, and characters of the longest. */
const SCREENS = {
  perl: { lines: 24, width: 80 },
  python: { lines: 24, width: 80 },
  nc: { lines: 12, width: 100 },
  nginx: { lines: 16, width: 100 },
  iis: { lines: 16, width: 100 },
  powershell: { lines: 70, width: 160 },
} as const;

describe.each(Object.entries(SCREENS))('the text for %s', (name, { lines, width }) => {
  it.each([
    ['usual', USUAL],
    ['full', FULL],
  ])('fits on a screen, with %s settings', (_, settings) => {
    const text = listenerText(name as keyof typeof SCREENS, settings);
    const all = text.trimEnd().split('\n');
    expect(all.length).toBeLessThanOrEqual(lines);
    expect(all.filter((line) => line.length > width)).toEqual([]);
  });
});

describe.each(LISTENER_TEXT_NAMES)('%s', (name) => {
  it('is plain printable text that ends in a line end, and the same each time', () => {
    const text = listenerText(name, FULL);
    expect(text).toMatch(/^[\n -~]+\n$/);
    expect(text).not.toMatch(/\$\{|undefined|\[object/);
    expect(listenerText(name, FULL)).toBe(text);
  });

  it('fetches nothing, loosens no policy, and opens no connection', () => {
    expect(listenerText(name, FULL)).not.toMatch(
      /\biex\b|\birm\b|\biwr\b|Invoke-(?:Expression|WebRequest|RestMethod)|ExecutionPolicy|bypass|DownloadString|EncodedCommand|curl|wget|https:/i,
    );
  });
});

describe.each(['perl', 'python'] as const)('pasted into a shell, %s', (name) => {
  it('stands within one pair of single quotes', () => {
    const text = listenerText(name, FULL);
    expect(text.match(/'/g)).toHaveLength(2);
    expect(text.endsWith("'\n")).toBe(true);
  });

  it('says all ports, the mail ports and the time', () => {
    const text = listenerText(name, FULL);
    // A line may end at any of the blanks.
    const plain = text.replace(/\s+/g, ' ').replace(/([[(]) /g, '$1');
    expect(plain).toContain('80, 443, 25, 587, 8443');
    expect(plain).toMatch(/[[(]25, 587[\])]/);
    expect(text).toContain('86400');
  });
});

it('the characters of a code are those of lib/kinds/listener/code.ts', () => {
  const all = new Set<string>();
  for (let value = 0; value < 32; value += 1) {
    // 16 digits of 5 bits each, all of one value.
    const bits = BigInt(`0b${value.toString(2).padStart(5, '0').repeat(16)}`);
    const bytes = Buffer.from(bits.toString(16).padStart(20, '0'), 'hex');
    all.add(newListenerCode(() => bytes).slice(0, 1));
  }
  expect(CODE_CHARACTERS.slice(0, 32)).toBe([...all].join(''));
  expect(CODE_CHARACTERS).toHaveLength(37);
});

describe('the text for PowerShell', () => {
  const text = listenerText('powershell', USUAL);

  it('says in constrained language mode what can be done instead, before it does anything else', () => {
    const [first = '', second = ''] = text.split('\n');
    expect(first).toBe('& {');
    expect(second).toContain("LanguageMode)\" -ne 'FullLanguage'");
    expect(text.indexOf('return')).toBeLessThan(text.indexOf('New-Object'));
    expect(text.slice(0, text.indexOf('return'))).toMatch(/"file" or "read back"/);
  });

  it('has its braces, brackets and quotes in pairs', () => {
    for (const settings of [USUAL, FULL]) {
      const made = listenerText('powershell', settings);
      const code = made.replace(/'[^'\n]*'/g, "''");
      for (const [open, close] of ['{}', '()', '[]'].map((pair) => pair.split('')))
        expect([open, code.split(open ?? '').length]).toEqual([open, code.split(close ?? '').length]);
      for (const line of made.split('\n')) expect((line.match(/'/g)?.length ?? 0) % 2, line).toBe(0);
    }
  });

  it('goes beside IIS on port 80 alone, at the path that http.sys gives to everybody', () => {
    expect(text.match(/Prefixes\.Add\([^)]*\)/g)).toEqual([
      "Prefixes.Add('http://+:80/Temporary_Listen_Addresses/')",
    ]);
  });
});

describe('the approval sheet', () => {
  it('says what a change board asks', () => {
    const sheet = listenerText('sheet', FULL);
    for (const part of [
      'TCP 80, 443, 25, 587, 8443, inbound',
      '198.51.100.9, 203.0.113.0/24, 2001:db8:7::9',
      '1440 minutes from its start',
      '| Outgoing connections | none |',
      '/health/live for a load balancer',
    ])
      expect(sheet).toContain(part);
    expect(listenerText('sheet', USUAL)).toContain('as your provider names them');
  });

  it.each(['perl', 'python', 'powershell', 'nc'] as const)('has the SHA-256 of the text for %s', (name) => {
    const sum = createHash('sha256').update(listenerText(name, FULL)).digest('hex');
    expect(listenerText('sheet', FULL)).toContain(`| ${name} | \`${sum}\` |`);
    expect(listenerText('sheet', USUAL)).not.toContain(sum);
  });

  it('takes back each rule that it adds', () => {
    for (const { add, remove } of allowRules(FULL)) {
      const sheet = listenerText('sheet', FULL);
      for (const line of [...add, ...remove]) expect(sheet).toContain(line);
      expect(remove.length).toBeGreaterThan(0);
    }
  });

  it('has the rule of the product itself for each firewall, and takes it back', () => {
    const sheet = listenerText('sheet', FULL);
    const rules = productRules(FULL);
    expect(rules.map(({ id }) => id)).toEqual(['windows', 'ufw', 'firewalld', 'nftables', 'docker']);
    for (const { add, remove } of rules)
      for (const line of [...add, ...remove]) expect(sheet).toContain(`\n${line}\n`);
    const [windows, , , , docker] = rules;
    expect(windows?.add.map((line) => / -(?:Program|Service) .*/.exec(line)?.[0])).toEqual([
      " -Program 'C:\\Program Files\\PRODUCT\\product.exe'",
      ' -Service PRODUCT',
      ' -Program System',
    ]);
    // The test's sources are not the product's users.
    expect(rules.flatMap(({ add }) => add).join('\n')).not.toContain('198.51.100.9');
    expect(docker?.add).toHaveLength(2 * FULL.ports.length);
    expect(docker?.remove).toEqual(docker?.add.map((line) => line.replace(' -I ', ' -D ')));
  });

  it('opens for the named sources alone, of both families', () => {
    const rules = Object.fromEntries(allowRules(FULL).map(({ id, add }) => [id, add.join('\n')]));
    expect(rules.windows).toContain('-RemoteAddress 198.51.100.9,203.0.113.0/24,2001:db8:7::9');
    expect(rules.nftables).toContain('ip saddr { 198.51.100.9, 203.0.113.0/24 } tcp dport');
    expect(rules.nftables).toContain('ip6 saddr { 2001:db8:7::9 } tcp dport');
    expect(rules.ufw).not.toContain('from any');
    expect(rules.firewalld).not.toContain('--add-port');
  });
});

it('a health path is refused that could end a quoted text or a line', () => {
  for (const path of ['/health', '/', '/a/b-c_d.e~f']) expect(isPlainPath(path)).toBe(true);
  for (const path of [
    '',
    'health',
    '/"',
    "/'",
    '/a b',
    '/$x',
    '/a\n',
    '/`id`',
    '/a;b',
    '/a{',
    `/${'x'.repeat(60)}`,
  ])
    expect([path, isPlainPath(path)]).toEqual([path, false]);
});

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../lib/kinds/connection/manual-commands.ts';
import { manualCommands } from '../../lib/kinds/manual-commands.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { HOSTILE } from '../report/sample-evidence.ts';
import { observation } from '../report/sample-observation.ts';

const seen = (address: string, evidence: Record<string, unknown> = {}) =>
  observation({ address, state: 'open', summary: '', timings: { total: 1 }, evidence });
const commands = (
  kind: Kind,
  over: {
    host?: string;
    port?: number;
    path?: string;
    address?: string;
    evidence?: Record<string, unknown>;
  } = {},
): string[] => {
  const { host = 'www.example.com', port = 443, path, address = '192.0.2.10', evidence } = over;
  return manualCommands(
    { kind, host, port, ...(path !== undefined && { path }) },
    seen(address, evidence),
  ).map(({ command }) => command);
};

describe('what failed behind a redirect is repeated there', () => {
  const hop = (url: string, address: string) => ({
    url,
    address,
    connect: { status: 'connected' },
    outcome: { status: 'answered' },
    timings: { total: 1 },
  });
  const chain = (...urls: string[]) => ({
    http: { stopped: 'error', hops: urls.map((url) => hop(url, '192.0.2.20')) },
  });
  const lines = (...urls: string[]) =>
    commands('http', {
      port: 80,
      evidence: { kind: 'http', ...chain('http://www.example.com/', ...urls) },
    });

  it('by its host, port and address, before the first request', () => {
    const [curl, openssl, , first] = lines('https://shop.example.com/a?b=1');
    expect(curl).toContain("--resolve shop.example.com:443:192.0.2.20 'https://shop.example.com:443/a?b=1'");
    expect(openssl).toContain('openssl s_client -connect 192.0.2.20:443 -servername shop.example.com');
    expect(first).toContain('http://www.example.com:80/');
  });

  it('not where it is the same endpoint, or no host that a command may name', () => {
    for (const url of ['http://www.example.com/again', 'https://$(id).example.com/', 'https://-oProxy/'])
      expect(lines(url).join()).not.toMatch(/again|id|oProxy/);
  });
});

describe('each observation can be repeated manually', () => {
  it.each<[what: string, made: string[], expected: string]>([
    [
      'https',
      commands('https', { path: '/a?b=1&c=2' }),
      "curl -gsv -o /dev/null --max-time 30 --resolve www.example.com:443:192.0.2.10 'https://www.example.com:443/a?b=1&c=2'",
    ],
    [
      'https over IPv6',
      commands('https', { address: '2001:db8::10' }),
      "curl -gsv -o /dev/null --max-time 30 --resolve 'www.example.com:443:[2001:db8::10]' https://www.example.com:443/",
    ],
    [
      'https of an address',
      commands('https', { host: '192.0.2.10' }),
      'timeout 30 openssl s_client -connect 192.0.2.10:443 -noservername -verify_ip 192.0.2.10 -showcerts </dev/null',
    ],
    [
      'https of an address that was bound to another one',
      commands('https', { host: '198.51.100.7' }),
      'curl -gsv -o /dev/null --max-time 30 --connect-to 198.51.100.7:443:192.0.2.10:443 https://198.51.100.7:443/',
    ],
    [
      'tls',
      commands('tls'),
      'timeout 30 openssl s_client -connect 192.0.2.10:443 -servername www.example.com -verify_hostname www.example.com -showcerts </dev/null',
    ],
    ['tcp', commands('tcp', { port: 3306 }), 'timeout 30 nc -v -w 29 192.0.2.10 3306 </dev/null'],
    [
      'tcp on Windows',
      commands('tcp', { port: 3306 }),
      'Test-NetConnection -ComputerName 192.0.2.10 -Port 3306',
    ],
    [
      'smtp with STARTTLS',
      commands('smtp', { port: 25 }),
      'timeout 30 openssl s_client -connect 192.0.2.10:25 -starttls smtp -servername www.example.com -verify_hostname www.example.com -showcerts </dev/null',
    ],
    [
      'smtp',
      commands('smtp', { port: 25 }),
      'timeout 30 swaks --server 192.0.2.10 --port 25 --quit-after EHLO',
    ],
    [
      'smtp with a recipient, and no mail is sent',
      commands('smtp', {
        port: 25,
        evidence: {
          smtp: {
            end: 'complete',
            lastPhase: 'quit',
            recipient: { address: 'a@example.com', reply: { code: 250, lines: [] } },
          },
        },
      }),
      "timeout 30 swaks --server 192.0.2.10 --port 25 --from '<>' --to a@example.com --quit-after RCPT",
    ],
    ['ssh', commands('ssh', { port: 22 }), 'timeout 30 ssh-keyscan -T 30 -p 22 192.0.2.10'],
    ['ntp', commands('ntp', { port: 123 }), 'timeout 30 ntpdate -q 192.0.2.10'],
    [
      'dns',
      commands('dns', {
        address: '',
        evidence: {
          dns: {
            name: 'www.example.com',
            servers: ['192.0.2.53:5353'],
            answers: [],
            cnames: [],
            addresses: [],
          },
        },
      }),
      'timeout 30 dig @192.0.2.53 -p 5353 +tries=1 www.example.com A www.example.com AAAA',
    ],
    [
      'a name without address',
      commands('https', { address: '' }),
      'timeout 30 dig +tries=1 www.example.com A www.example.com AAAA',
    ],
  ])('%s', (_what, made, expected) => {
    expect(made).toContain(expected);
  });
});

describe('a hostile report', () => {
  const bad = [
    '-oProxyCommand=x',
    '$(id)',
    'a;id',
    'a b',
    "a'b",
    'a\nb',
    '`id`',
    '192.0.2.1%eth0;id',
    '',
    HOSTILE,
  ];
  it.each(bad)('gets no command for the host %j', (host) => {
    for (const kind of ['https', 'tls', 'tcp', 'smtp', 'ssh', 'ntp', 'dns'] as const)
      expect(commands(kind, { host })).toEqual([]);
  });
  it.each(bad.filter((text) => text !== ''))('gets no command for the address %j', (address) => {
    expect(commands('https', { address })).toEqual([]);
  });
  it('gets no command for a port that is none', () => {
    expect(commands('tcp', { port: 0 })).toEqual([]);
    expect(commands('tcp', { port: 22.5 })).toEqual([]);
  });
  it.each(["/'$(id)'", '/a b', '/a\nid', '/`id`', '/\\', `/${HOSTILE}`])('path %j runs nothing', (path) => {
    const [curl = ''] = commands('https', { path });
    const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${curl}`], { encoding: 'utf8' }).split('\n');
    expect(words.slice(0, 5)).toEqual(['curl', '-gsv', '-o', '/dev/null', '--max-time']);
    expect(words).toHaveLength(10);
    expect(words[8]).toMatch(/^https:\/\/www\.example\.com:443\//);
  });
  it('names no server and no recipient that has not the form of one', () => {
    const dns = { name: 'x', servers: ['$(id)'], answers: [], cnames: [], addresses: [] };
    expect(commands('dns', { address: '', evidence: { dns } })[0]).toBe(
      'timeout 30 dig +tries=1 www.example.com A www.example.com AAAA',
    );
    const recipient = { address: '-x$(id)@y', reply: { code: 250, lines: [] } };
    const smtp = { end: 'complete', lastPhase: 'quit', recipient };
    expect(commands('smtp', { port: 25, evidence: { smtp } }).join('\n')).not.toContain('id');
  });
});

it('a shell reads a quoted word as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), { minLength: 20, maxLength: 20 }),
      (texts) => {
        const words = texts.map((text) => shellWord(text)).join(' ');
        const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
        expect(out.split('\0').slice(0, -1)).toEqual(texts);
      },
    ),
    { numRuns: 20 },
  );
});

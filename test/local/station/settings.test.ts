/** How a station is set up, and what is said of settings that are no good. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type GivenSettings,
  readFront,
  readSettingsFile,
} from '../../../lib/local/station/settings/station-settings.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { runCli } from '../../cli/run-cli.ts';

const NOW = Date.now();
const DAY = 86_400_000;
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inbound-check-settings-'));
  const ca = await createAuthority();
  const good = await ca.issue({ names: ['checks.example.com'] });
  const other = await ca.issue({ names: ['checks.example.com'] });
  const old = await ca.issue({
    names: ['checks.example.com'],
    notBefore: new Date(NOW - 9 * DAY),
    notAfter: new Date(NOW - DAY),
  });
  writeFileSync(at('chain.pem'), good.chain);
  writeFileSync(at('key.pem'), good.key);
  writeFileSync(at('other.pem'), other.key);
  writeFileSync(at('old.pem'), old.chain);
  writeFileSync(at('old-key.pem'), old.key);
  writeFileSync(at('text.pem'), 'nothing of that kind');
});

const tls = () => ({ tlsCert: at('chain.pem'), tlsKey: at('key.pem') });
const problemsOf = async (given: GivenSettings): Promise<readonly string[]> => {
  const { front, problems } = await readFront(given, NOW);
  expect(front === undefined).toBe(problems.length > 0);
  return problems;
};

describe('the settings of a station', () => {
  it('are loopback and plain HTTP unless it is told otherwise', async () => {
    const { front, problems } = await readFront({}, NOW);
    expect(problems).toEqual([]);
    expect(front).toMatchObject({ listen: { address: '127.0.0.1', port: 8025 } });
    expect(front?.tls).toBeUndefined();
    expect(front?.proxies.has('127.0.0.1')).toBe(false);
  });

  it('take another address with TLS, or behind a trusted proxy', async () => {
    const open = { listen: '0.0.0.0:443', baseUrl: 'https://checks.example.com' };
    expect(await problemsOf({ ...open, ...tls() })).toEqual([]);
    expect(await problemsOf({ ...open, trustedProxy: ['10.0.0.5'] })).toEqual([]);
    expect(await problemsOf({ listen: '[::]:443', ...tls() })).toEqual([]);
  });

  it.each<[GivenSettings, RegExp]>([
    [{ listen: '0.0.0.0:8025' }, /^--listen: "0\.0\.0\.0" is not of this machine alone: give --tls-cert/],
    [{ listen: '192.0.2.1:8025' }, /is not of this machine alone/],
    [{ listen: '127.0.0.1' }, /^--listen: expected an address and a port/],
    [{ listen: '127.0.0.1:70000' }, /^--listen: expected an address and a port/],
    [{ listen: 'checks.example.com:443' }, /^--listen: "checks\.example\.com" is no address/],
    [{ listen: '010.0.0.1:443' }, /^--listen: "010\.0\.0\.1" is no address/],
    [{ baseUrl: 'https://checks.example.com' }, /^--base-url: nothing speaks TLS here/],
    [
      { baseUrl: 'http://checks.example.com', trustedProxy: ['127.0.0.1'] },
      /^--base-url: expected an address as https/,
    ],
    [
      { baseUrl: 'https://checks.example.com/station', trustedProxy: ['127.0.0.1'] },
      /^--base-url: expected a host and no path/,
    ],
    [
      { baseUrl: 'https://user@checks.example.com', trustedProxy: ['127.0.0.1'] },
      /^--base-url: expected a host/,
    ],
    [
      { baseUrl: 'https://localhost', trustedProxy: ['127.0.0.1'] },
      /^--base-url: "localhost" is this machine/,
    ],
    [
      { baseUrl: 'https://127.1', trustedProxy: ['127.0.0.1'] },
      /^--base-url: "127\.0\.0\.1" is this machine/,
    ],
    [
      { baseUrl: 'https://[::1]:8025', trustedProxy: ['127.0.0.1'] },
      /^--base-url: "\[::1\]" is this machine/,
    ],
    [
      { trustedProxy: ['10.0.0.0/8', 'proxy.example.com'] },
      /^--trusted-proxy: expected an address or a range as 10\.0\.0\.0\/8, not "proxy\.example\.com"$/,
    ],
    [{ tlsCert: 'chain.pem' }, /^--tls-cert needs --tls-key/],
    [{ tlsKey: 'key.pem' }, /^--tls-key needs --tls-cert/],
  ])('%j is refused in one line', async (given, words) => {
    expect(await problemsOf(given)).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    ['chain.pem', 'other.pem', /^--tls-key: .*other\.pem is not the key of the first certificate/],
    ['text.pem', 'key.pem', /^--tls-cert: .*text\.pem has no certificate in PEM/],
    ['chain.pem', 'text.pem', /^--tls-key: .*text\.pem has no private key in PEM/],
    ['nothing.pem', 'key.pem', /^--tls-cert: .*nothing\.pem: ENOENT/],
  ])('%s with %s is refused in one line', async (cert, key, words) => {
    expect(await problemsOf({ tlsCert: at(cert), tlsKey: at(key) })).toEqual([expect.stringMatching(words)]);
  });

  it('names each problem, not the first alone', async () => {
    const problems = await problemsOf({ listen: 'nowhere', baseUrl: 'nowhere', trustedProxy: ['nowhere'] });
    expect(problems.map((line) => line.split(':')[0])).toEqual(['--listen', '--base-url', '--trusted-proxy']);
  });

  it('keep nobody from starting with a certificate that clients refuse, and say so', async () => {
    const old = await readFront({ tlsCert: at('old.pem'), tlsKey: at('old-key.pem') }, NOW);
    expect([old.problems, old.remarks]).toEqual([
      [],
      [expect.stringMatching(/has expired .*: clients refuse it$/)],
    ]);
    const misnamed = await readFront({ ...tls(), baseUrl: 'https://other.example.com' }, NOW);
    expect(misnamed.remarks).toEqual([
      expect.stringMatching(/is not for other\.example\.com, the host of --base-url/),
    ]);
    const named = await readFront({ ...tls(), baseUrl: 'https://checks.example.com' }, NOW);
    expect(named.remarks).toEqual([]);
  });
});

describe('the file of settings', () => {
  it('has the same, with paths from its own folder', async () => {
    writeFileSync(
      at('station.yaml'),
      'listen: 0.0.0.0:443\ntlsCert: chain.pem\ntlsKey: key.pem\ndata: data\ntrustedProxy: [10.0.0.0/8]\n',
    );
    expect(await readSettingsFile(at('station.yaml'))).toEqual({
      ok: true,
      value: {
        listen: '0.0.0.0:443',
        tlsCert: at('chain.pem'),
        tlsKey: at('key.pem'),
        data: at('data'),
        trustedProxy: ['10.0.0.0/8'],
      },
    });
  });

  it('is refused with line and key', async () => {
    writeFileSync(at('wrong.yaml'), 'listen: 127.0.0.1:8025\nbaseURL: https://checks.example.com\n');
    expect(await readSettingsFile(at('wrong.yaml'))).toEqual({
      ok: false,
      message: expect.stringMatching(
        /^--config: .*wrong\.yaml:2: baseURL: unknown key "baseURL"; did you mean/,
      ),
    });
  });
});

describe('serve --check-config', () => {
  it('prints what would be used, and makes nothing', async () => {
    const data = at('not-there');
    const { status, stdout, stderr } = await runCli([
      ...['serve', '--check-config', '--listen', '0.0.0.0:443', '--data', data],
      ...[
        '--tls-cert',
        at('chain.pem'),
        '--tls-key',
        at('key.pem'),
        '--base-url',
        'https://checks.example.com',
      ],
      ...['--trusted-proxy', '10.0.0.0/8', '--trusted-proxy', '2001:db8::/32'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'listen         0.0.0.0:443',
      `data           ${data}`,
      `TLS            ${at('chain.pem')}, ${at('key.pem')}`,
      'base URL       https://checks.example.com',
      'trusted proxy  10.0.0.0/8, 2001:db8::/32',
      'mail           mail.json of the data folder, if it is there',
      'sign-in        oidc.json of the data folder, if it is there',
      'reminders      every 4h',
      'private        are not probed',
      '',
    ]);
    expect(readdirSync(folder)).not.toContain('not-there');
  });

  it('names each problem in one line, and ends with 64', async () => {
    const open = at('open');
    mkdirSync(open, { mode: 0o755 });
    writeFileSync(join(open, 'notes.txt'), '');
    const { status, stderr } = await runCli([
      ...['serve', '--check-config', '--listen', '0.0.0.0:443', '--data', open, '--base-url', 'nowhere'],
    ]);
    expect(status).toBe(64);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^inbound-check: --base-url: expected an address/),
      expect.stringMatching(/^inbound-check: --listen: "0\.0\.0\.0" is not of this machine alone/),
      expect.stringMatching(/^inbound-check: --data: others may look into /),
    ]);
  });

  it('takes an option before the file', async () => {
    writeFileSync(at('loopback.yaml'), `listen: 127.0.0.1:9000\ndata: ${at('from-file')}\n`);
    const { status, stdout } = await runCli([
      'serve',
      '--check-config',
      '--config',
      at('loopback.yaml'),
      '--listen',
      '[::1]:9001',
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^listen {9}\[::1\]:9001\ndata {11}.*from-file\n/);
  });
});

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { profiles } from '../../lib/input/profiles/index.ts';
import { CAUSE_CODES } from '../../lib/model/cause-codes.ts';
import { Profile } from '../../lib/model/profile.ts';
import { reportTextOf } from '../../lib/report/signature/page.ts';
import manifest from '../../package.json' with { type: 'json' };
import { unrenderedIn } from '../report/unrendered.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { listenSsh } from './listeners.ts';
import { collect, ENTRY, runCli, startCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-commands-'));

describe('--version and --help', () => {
  it('--version prints the version of package.json', async () => {
    expect(await runCli(['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('--version loads the entry alone: everything else is imported when needed', () => {
    const entry = readFileSync(ENTRY, 'utf8');
    const statics = [...entry.matchAll(/import\s*(?:[\w{},*\s]+from)?\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    const chunks = statics.filter((name) => name?.startsWith('./'));
    const bytes = chunks.reduce((sum, name) => sum + readFileSync(join(ENTRY, '..', name ?? '')).length, 0);
    expect(bytes + entry.length).toBeLessThan(10_000);
  });

  it.each(['check', 'profiles', 'explain', 'doctor', 'diff', 'verify', 'history', 'listen', 'join', 'demo'])(
    '%s --help',
    async (command) => {
      const { status, stdout, stderr } = await runCli([command, '--help']);
      expect(stdout).toContain(`Usage: inbound-check ${command}`);
      expect([status, stderr]).toEqual([0, '']);
    },
  );
});

describe('profiles', () => {
  it('lists every profile', async () => {
    const { stdout } = await runCli(['profiles']);
    for (const { id, title } of profiles) expect(stdout).toContain(`${id}  ${title}`);
  });

  it.each(profiles.map(({ id }) => id))('%s prints every row with nothing cut off', async (id) => {
    const { status, stdout } = await runCli(['profiles', id], { env: { COLUMNS: '100' } });
    const words = stdout.replace(/[│\s]+/g, ' ');
    for (const { reason } of profiles.find((profile) => profile.id === id)?.rows ?? [])
      for (const word of reason.split(' ')) expect(words).toContain(word);
    expect(stdout).not.toContain('…');
    for (const line of stdout.split('\n').filter((text) => text.startsWith('│')))
      expect(line.length).toBeLessThanOrEqual(100);
    expect(status).toBe(0);
  });

  it('--json gives a start for a profile of one’s own, which is read again', async () => {
    const { stdout } = await runCli(['profiles', 'web', '--json']);
    const own = { ...Profile.parse(JSON.parse(stdout)), id: 'own' };
    const path = join(folder, 'own.json');
    writeFileSync(path, JSON.stringify(own));
    expect((await runCli(['profiles', path])).stdout).toContain('own  A public web site');
  });
});

describe('explain', () => {
  it.each(['tcp.filtered', 'SMTP.BANNER-MASKED'])('%s', async (code) => {
    const { status, stdout, stderr } = await runCli(['explain', code]);
    expect(stdout).toMatch(new RegExp(`^${code.toLowerCase()}\n=+\n`));
    expect(stdout).toContain('What proves it');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('without a code lists them all', async () => {
    const lines = (await runCli(['explain'])).stdout.split('\n');
    for (const code of CAUSE_CODES) expect(lines).toContain(code);
  });

  it('a reader that goes away is no fault', async () => {
    const child = startCli(['explain']);
    child.stdout.destroy();
    const { seen, ended } = collect(child);
    await ended;
    expect(seen.stderr).toBe('');
  });
});

describe('doctor', () => {
  it('--offline knows the machine and contacts nobody', async () => {
    const { stdout } = await runCli(['doctor', '--offline', '--json']);
    const topics = (JSON.parse(stdout) as { topic: string }[]).map(({ topic }) => topic);
    expect(topics).toEqual(['node', 'IPv4', 'IPv6', 'DNS servers', 'EHLO name', 'kernel evidence']);
  });

  it('proves a port by the control named for it, and says where there is none', async () => {
    const args = ['doctor', '--no-default-controls', '--allow-private', '--dns', '127.0.0.1'];
    const port = await listenSsh();
    const good = await runCli([...args, '--control', `22=127.0.0.1:${port}`]);
    expect(good.stdout).toMatch(/ok +port 22 over IPv4 +127\.0\.0\.1:\d+: 127\.0\.0\.1 connected/);
    expect(good.status).toBe(0);
    const bad = await runCli([...args, '--control', `22=127.0.0.1:${await closedPort()}`]);
    expect(bad.stdout).toMatch(/not ok +port 22 over IPv4 .*ECONNREFUSED/);
    expect(bad.status).toBe(2);
    const none = await runCli([...args, '--port', '443']);
    expect(none.stdout).toContain('no control: name one with --control 443=HOST:443');
    expect(none.status).toBe(2);
  });

  it('finds a network that answers for everyone', async () => {
    const port = await listenSsh();
    const { status, stdout } = await runCli([
      'doctor',
      '--no-default-controls',
      '--allow-private',
      '--control',
      `${port}=127.0.0.1:${port}`,
      '--negative-control',
      '127.0.0.1',
    ]);
    expect(stdout).toContain('this network answers for everyone');
    expect(status).toBe(2);
  });
});

describe('diff', () => {
  const endpoint = (id: string, changes: Partial<EndpointReport> = {}): EndpointReport => ({
    id,
    target: 'customer.example',
    kind: 'tls',
    host: 'customer.example',
    port: 443,
    expect: 'open',
    level: 'required',
    verdict: 'pass',
    summary: '',
    observations: [],
    ...changes,
  });
  const report = (id: string, endpoints: EndpointReport[]): string => {
    const at = '2026-01-01T00:00:00.000Z';
    const value: Report = {
      schema: 'inbound-check/report@1',
      id,
      startedAt: at,
      finishedAt: at,
      verdict: 'pass',
      summary: '',
      vantages: [],
      endpoints,
    };
    const path = join(folder, `${id}.json`);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const seen = (address: string, fingerprint256: string, notAfter: string): Partial<EndpointReport> => ({
    observations: [
      {
        vantage: 'local',
        address,
        state: 'open',
        summary: '',
        startedAt: '2026-01-01T00:00:00.000Z',
        timings: { total: 1 },
        attempt: 1,
        evidence: {
          kind: 'tls',
          tls: {
            handshake: { status: 'complete' },
            chain: [
              {
                subject: 'CN=customer.example',
                issuer: 'CN=Some CA',
                altNames: [],
                serial: '01',
                notBefore: '2026-01-01T00:00:00.000Z',
                notAfter,
                keyType: 'ec',
                keyBits: 256,
                signatureAlgorithm: 'ecdsa-with-SHA256',
                fingerprint256,
                selfSigned: false,
                isCa: false,
              },
            ],
          },
        },
      },
    ],
  });

  it('names what came, went and changed, and exits 1', async () => {
    const before = report('before', [
      endpoint('tls://gone.example:443'),
      endpoint('tls://a.example:443', seen('192.0.2.1', 'a'.repeat(64), '2026-02-01T00:00:00.000Z')),
      endpoint('tls://b.example:443'),
    ]);
    const after = report('after', [
      endpoint('tls://a.example:443', seen('192.0.2.2', 'b'.repeat(64), '2026-05-01T00:00:00.000Z')),
      endpoint('tls://b.example:443', { verdict: 'fail', cause: 'tcp.filtered' }),
      endpoint('tls://new.example:443', { verdict: 'fail', cause: 'tcp.refused' }),
    ]);
    const { status, stdout } = await runCli(['diff', before, after]);
    expect(stdout.split('\n')).toEqual([
      '~ tls://a.example:443: certificate renewed: valid until 2026-05-01, was 2026-02-01',
      '~ tls://a.example:443: address: 192.0.2.1 → 192.0.2.2',
      '~ tls://b.example:443: verdict: pass → fail',
      '~ tls://b.example:443: cause: none → tcp.filtered',
      '+ tls://new.example:443: new: fail (tcp.refused)',
      '- tls://gone.example:443: removed, was pass',
      '',
    ]);
    expect(status).toBe(1);
    const { differences } = JSON.parse((await runCli(['diff', before, after, '--format', 'json'])).stdout);
    expect(differences).toHaveLength(6);
    expect(differences[0]).toMatchObject({
      what: 'certificate',
      after: `sha256:${'b'.repeat(16)}… from CN=Some CA, until 2026-05-01T00:00:00.000Z`,
    });
  });

  it('of two runs that saw the same says so and exits 0', async () => {
    const port = await listenSsh();
    const args = ['check', `ssh://127.0.0.1:${port}`, '--allow-private', '--no-default-controls', '--output'];
    const paths = ['first.json', 'second.json'].map((name) => join(folder, name));
    for (const path of paths) await runCli([...args, path]);
    expect(await runCli(['diff', ...paths])).toEqual({ status: 0, stdout: 'nothing changed\n', stderr: '' });
  });
});

describe('demo', () => {
  it('finds the faults that were planted, writes the HTML report, says that it is a demo, and exits 0', async () => {
    const output = join(folder, 'demo.html');
    const { status, stdout, stderr } = await runCli(['demo', '--output', output]);
    expect(stdout).toMatch(/DEMO on loopback/);
    for (const cause of [
      'tls.cert-expired',
      'smtp.starttls-missing',
      'exposure.open-but-must-be-closed',
      'tcp.refused',
    ])
      expect(stdout).toContain(cause);
    expect(stdout).toContain('4 failed, 3 passed');
    expect(stdout).toContain(`HTML report: ${output}`);
    const html = readFileSync(output, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('DEMO on loopback');
    const report = Report.parse(JSON.parse(reportTextOf(html) ?? 'null'));
    expect(unrenderedIn(report)).toEqual([]);
    expect([status, stderr]).toEqual([0, '']);
  });
});

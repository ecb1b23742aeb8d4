/** Signed reports, history and the forms of a report, through the command line. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDnsServer } from '../servers/dns-server.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { listenSsh } from './listeners.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-reports-'));
const home = (name: string) => ({
  XDG_CONFIG_HOME: join(folder, name, 'config'),
  XDG_STATE_HOME: join(folder, name, 'state'),
});
const args = (uri: string) => [
  'check',
  uri,
  '--allow-private',
  '--no-default-controls',
  '--confirm-pause',
  '10',
];

describe('a signed report', async () => {
  const env = home('signed');
  const uri = `ssh://127.0.0.1:${await listenSsh(true)}`;
  const at = (name: string): string => join(folder, name);
  const run = await runCli([...args(uri), '-o', at('r.html'), '-o', at('r.json')], { env });
  const fingerprint = /<code>(SHA256:[^<]+)<\/code>/.exec(readFileSync(at('r.html'), 'utf8'))?.[1] ?? '';

  it('is written without a word', () => {
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(readdirSync(join(env.XDG_CONFIG_HOME, 'inbound-check'))).toEqual(['signing-key.pem']);
  });

  it.each(['r.html', 'r.json'])('%s is genuine, and signed by the key of this machine', async (name) => {
    const { status, stdout, stderr } = await runCli(['verify', at(name), '--key', 'own'], { env });
    expect(stdout).toMatch(/^GENUINE: /);
    expect(stdout).toContain(`${fingerprint} (your own, on this machine)`);
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(['r.html', 'r.json'])(
    '%s is not genuine by a key that nobody named, be it our own',
    async (name) => {
      const { status, stdout, stderr } = await runCli(['verify', at(name)], { env });
      expect(stdout).toMatch(/^INTACT, KEY NOT NAMED: /);
      expect(stdout).toContain(`${fingerprint} (this machine’s own, which you did not name)`);
      expect(stdout).toContain('--key own');
      expect(stdout).not.toContain('GENUINE');
      expect([status, stderr]).toEqual([3, '']);
    },
  );

  it('is genuine without a word more once the own key was pinned', async () => {
    const pinned = home('signed-and-pinned');
    cpSync(env.XDG_CONFIG_HOME, pinned.XDG_CONFIG_HOME, { recursive: true });
    expect(
      (await runCli(['verify', at('r.html'), '--key', 'own', '--pin', 'me'], { env: pinned })).status,
    ).toBe(0);
    expect(await runCli(['verify', at('r.json')], { env: pinned })).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^GENUINE: [\s\S]*\(pinned here: me\)/),
    });
  });

  it('--key own needs a key of this machine, and means no other', async () => {
    expect(await runCli(['verify', at('r.html'), '--key', 'own'], { env: home('other') })).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('no signing key'),
    });
    const another = home('another');
    await runCli([...args(uri), '-o', at('another.html')], { env: another });
    expect((await runCli(['verify', at('r.html'), '--key', 'own'], { env: another })).status).toBe(1);
  });

  it('is for another machine the work of a key that it does not know', async () => {
    const other = await runCli(['verify', at('r.html')], { env: home('other') });
    expect([other.status, other.stdout]).toEqual([
      3,
      expect.stringMatching(/^INTACT, KEY NOT KNOWN: [\s\S]*not known here/),
    ]);
    // Nothing is made where nothing is signed.
    expect(existsSync(home('other').XDG_CONFIG_HOME)).toBe(false);
  });

  it.each([
    ['its fingerprint', () => fingerprint],
    ['its PEM file', () => join(env.XDG_CONFIG_HOME, 'inbound-check', 'signing-key.pem')],
  ])('is accepted for the key by %s', async (_what, key) => {
    const { status, stdout } = await runCli(['verify', at('r.json'), '--key', key()]);
    expect([status, stdout]).toEqual([0, expect.stringContaining('the one that --key names')]);
  });

  it('is refused for another key, and with a key that is none', async () => {
    const other = await runCli(['verify', at('r.json'), '--key', `SHA256:${'A'.repeat(43)}`]);
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining('It was signed by the key')]);
    expect((await runCli(['verify', at('r.json'), '--key', 'nothing'])).status).toBe(64);
    expect((await runCli(['verify', at('r.json'), '--key', at('r.json')])).stderr).toContain(
      'no Ed25519 key',
    );
  });

  it('that was altered says so and exits 1', async () => {
    writeFileSync(at('x.html'), readFileSync(at('r.html'), 'utf8').replace('1 passed', '2 passed'));
    const { status, stdout } = await runCli(['verify', at('x.html')], { env });
    expect([status, stdout]).toEqual([1, expect.stringContaining('The page was altered')]);
  });

  it('gives its data out, which are genuine in turn and which diff reads', async () => {
    expect(
      (await runCli(['verify', at('r.html'), '--key', 'own', '--json', at('out.json')], { env })).status,
    ).toBe(0);
    const piped = await runCli(['verify', at('r.html'), '--json', '-'], { env });
    expect(piped.stdout).toBe(readFileSync(at('out.json'), 'utf8'));
    expect((await runCli(['verify', at('out.json'), '--key', 'own'], { env })).status).toBe(0);
    expect(readFileSync(at('out.json'), 'utf8').length).toBeGreaterThan(0);
    const diff = await runCli(['diff', at('r.html'), at('out.json')]);
    expect(diff).toEqual({ status: 0, stdout: 'nothing changed\n', stderr: '' });
  });

  it('is known once its key was pinned, by name', async () => {
    const own = home('pins');
    const known = join(own.XDG_CONFIG_HOME, 'inbound-check', 'known-keys');
    const pinned = await runCli(['verify', at('r.html'), '--key', fingerprint, '--pin', 'ACME fleet'], {
      env: own,
    });
    expect([pinned.status, pinned.stderr]).toEqual([0, '']);
    expect(readFileSync(known, 'utf8')).toBe(`${fingerprint} ACME fleet\n`);
    const { status, stdout } = await runCli(['verify', at('r.json')], { env: own });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^GENUINE: [\s\S]*\(pinned here: ACME fleet\)/),
    ]);
    chmodSync(known, 0o666);
    expect(await runCli(['verify', at('r.json')], { env: own })).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('others may write'),
    });
    expect((await runCli(['verify', at('r.json'), '--pin', 'x'], { env: own })).status).toBe(64);
  });

  it('is genuine by the key that a domain publishes', async () => {
    const dns = await startDnsServer({
      '_inbound-check-key.sender.example': { TXT: ['v=other', fingerprint] },
      '_inbound-check-key.stranger.example': { TXT: [`SHA256:${'A'.repeat(43)}`] },
      '_inbound-check-key.empty.example': { TXT: ['hello'] },
    });
    const by = (domain: string) =>
      runCli(['verify', at('r.html'), '--key', `dns:${domain}`, '--dns', dns.address], {
        env: home('other'),
      });
    expect(await by('sender.example')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('published at TXT _inbound-check-key.sender.example'),
    });
    expect((await by('stranger.example')).status).toBe(1);
    expect(await by('empty.example')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('no fingerprint'),
    });
    expect(await by('nowhere.example')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('NXDOMAIN'),
    });
    await dns.close();
  });

  it('what is no report is wrong input', async () => {
    writeFileSync(at('no.json'), '{}');
    expect(await runCli(['verify', at('no.json')])).toMatchObject({ status: 64, stdout: '' });
    expect((await runCli(['verify', at('nowhere.json')])).status).toBe(64);
  });

  it.skipIf(process.platform === 'win32')('a named pipe is waited for nowhere', async () => {
    execFileSync('mkfifo', [at('pipe.json')]);
    const told = { status: 64, stdout: '', stderr: expect.stringContaining('named pipe') };
    expect(await runCli(['verify', at('pipe.json')])).toEqual(told);
    expect(await runCli(['verify', at('r.json'), '--key', at('pipe.json')])).toEqual(told);
    expect(await runCli(['diff', at('r.json'), at('pipe.json')])).toEqual(told);
    expect(await runCli(['check', '-f', at('pipe.json')])).toEqual(told);
    expect(await runCli([...args(uri), '--ca', at('pipe.json')])).toEqual(told);
  });

  it('--no-sign signs nothing and makes no key', async () => {
    const unsigned = home('unsigned');
    await runCli([...args(uri), '--no-sign', '-o', at('u.html')], { env: unsigned });
    expect(readFileSync(at('u.html'), 'utf8')).toContain('This page is not signed.');
    expect(existsSync(unsigned.XDG_CONFIG_HOME)).toBe(false);
    expect((await runCli(['verify', at('u.html')])).status).toBe(1);
  });

  it('a key that others may read costs the signature, not the report', async () => {
    const open = home('open');
    await runCli([...args(uri), '-o', at('o.json')], { env: open });
    chmodSync(join(open.XDG_CONFIG_HOME, 'inbound-check', 'signing-key.pem'), 0o644);
    const { status, stderr } = await runCli([...args(uri), '-o', at('o.json')], { env: open });
    expect([status, stderr]).toEqual([0, expect.stringContaining('the report is not signed')]);
    expect(JSON.parse(readFileSync(at('o.json'), 'utf8'))).not.toHaveProperty('signature');
  });
});

describe('history', async () => {
  const env = home('history');
  const good = `ssh://127.0.0.1:${await listenSsh(true)}`;
  const bad = `tcp://127.0.0.1:${await closedPort()}`;

  it('is reported by the second run and listed by the command', async () => {
    expect((await runCli(['history'], { env })).stdout).toBe('no run is kept yet\n');
    for (const uri of [good, good, bad]) await runCli(args(uri), { env });
    const { stdout } = await runCli([...args(good), '--format', 'json'], { env });
    const [{ history }] = (JSON.parse(stdout) as { endpoints: [{ history: object }] }).endpoints;
    expect(history).toMatchObject({
      atLeast: true,
      runs: [{ verdict: 'pass' }, { verdict: 'pass' }],
      changes: [{ since: 'last-run', differences: [] }],
    });
    const all = (await runCli(['history'], { env })).stdout;
    expect(all).toContain(`✓✓✓  ${good}`);
    expect(all).toContain(`✗  ${bad}`);
    const one = await runCli(['history', bad], { env });
    expect(one.stdout).not.toContain(good);
    expect(one.stdout).toMatch(/✗ fail \(tcp\.refused\) {2}run [0-9a-f]{16}/);
  });

  it('--format json gives the records', async () => {
    const { stdout } = await runCli(['history', '127.0.0.1', '--format', 'json'], { env });
    const records = JSON.parse(stdout) as { endpoint: string }[];
    expect(records.map(({ endpoint }) => endpoint).sort()).toEqual([good, bad].sort());
  });

  it('of what was never checked is wrong input', async () => {
    expect(await runCli(['history', 'never.example'], { env })).toMatchObject({ status: 64, stdout: '' });
  });

  it('--no-history keeps nothing and says nothing', async () => {
    const before = (await runCli(['history', good], { env })).stdout;
    const { stdout } = await runCli([...args(good), '--no-history', '--format', 'json'], { env });
    expect(stdout).not.toContain('"history"');
    expect((await runCli(['history', good], { env })).stdout).toBe(before);
  });

  it('that can’t be kept is reported once and costs the check nothing', async () => {
    const blocked = home('blocked');
    writeFileSync(join(folder, 'blocked'), 'a file in the way');
    const { status, stderr } = await runCli([...args(good), good], { env: blocked });
    expect([status, stderr.match(/history is not kept/g)?.length]).toEqual([0, 1]);
  });
});

describe('a PDF', () => {
  it('needs a browser, and says so before the first probe', async () => {
    const output = join(folder, 'r.pdf');
    const { status, stderr, stdout } = await runCli([...args('tcp://127.0.0.1:1'), '-o', output], {
      env: { ...home('pdf'), PATH: folder, INBOUND_CHECK_CHROMIUM: '' },
    });
    expect([status, stdout, existsSync(output)]).toEqual([64, '', false]);
    expect(stderr).toContain('--format pdf: a PDF is printed by Chromium');
    const named = await runCli([...args('tcp://127.0.0.1:1'), '-o', output], {
      env: { INBOUND_CHECK_CHROMIUM: '/no/such/browser' },
    });
    expect([named.status, named.stderr]).toEqual([64, expect.stringContaining('/no/such/browser')]);
  });

  it('is what the browser prints; its fault is reported', async () => {
    const browser = join(folder, 'browser');
    const script = (body: string) => {
      writeFileSync(browser, `#!/bin/sh\n${body}\n`);
      chmodSync(browser, 0o755);
    };
    const env = { ...home('pdf'), INBOUND_CHECK_CHROMIUM: browser };
    const output = join(folder, 'printed.pdf');
    const check = () => runCli([...args(`tcp://127.0.0.1:1`), '-o', output], { env });
    script(`for a; do case $a in --print-to-pdf=*) printf '%%PDF-1.4 made' > "\${a#*=}";; esac; done`);
    expect((await check()).status).toBe(1);
    expect(readFileSync(output, 'utf8')).toBe('%PDF-1.4 made');
    script('echo "no display" >&2; exit 3');
    const failed = await check();
    expect([failed.status, failed.stderr]).toEqual([
      74,
      expect.stringContaining('printed no PDF: no display'),
    ]);
  });
});

it('the other forms are chosen by their extension', async () => {
  const paths = ['m.md', 'b.svg', 'e.eml'].map((name) => join(folder, name));
  await runCli([...args('tcp://127.0.0.1:1'), ...paths.flatMap((path) => ['-o', path])], {
    env: home('forms'),
  });
  const [markdown = '', badge = '', email = ''] = paths.map((path) => readFileSync(path, 'utf8'));
  expect(markdown).toMatch(/^# ✗ FAIL/);
  expect(badge).toMatch(/^<svg /);
  expect(email).toMatch(/^Subject: /m);
});

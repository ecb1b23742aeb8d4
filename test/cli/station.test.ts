/** The real command line against a station of its own, from the first start to the report. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { banner, closedPort, listen, type Peer } from '../servers/tcp-peers.ts';
import { cleanEnv, ENTRY, runCli } from './run-cli.ts';

const QUICK = ['--no-default-controls', '--confirm', '0', '--no-share'];
const folder = newFolder();
let station: RunningStation;
let peer: Peer;
let shut: number;
let operator: string;

const cli = (...args: string[]) => station.cli(operator, ...args);

beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
  shut = await closedPort();
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator', '--name', 'ada');
});
afterAll(async () => {
  await station?.end('SIGKILL');
  await peer?.close();
});

describe('a station', () => {
  it('keeps its folder to its owner', () => {
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'signing-key.pem')).mode & 0o077).toBe(0);
  });

  it('registers a target, for which its operator vouches on record', async () => {
    const added = await cli(
      'target',
      'add',
      'shop',
      '--check',
      `tcp://127.0.0.1:${peer.port}`,
      '--owner',
      'Ada',
    );
    expect(added).toEqual({ status: 0, stdout: 'shop is added: 127.0.0.1\n', stderr: '' });
    expect((await cli('target', 'list')).stdout).toContain(
      'station:operator/ada vouches: registered by an operator of this station',
    );
    await cli('target', 'add', 'broken', '--check', `tcp://127.0.0.1:${shut}`);
  });

  it('checks it, and says from where', async () => {
    const { status, stdout, stderr } = await cli('run', 'shop', '--wait', ...QUICK);
    expect(stdout).toMatch(/^✓ PASS {2}All expectations are met: 1 endpoint checked/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('Seen from one place: your network (local).');
    expect(stdout).not.toContain('places on the internet');
    expect(stderr).toMatch(/^inbound-check: run \d{8}T\d{6}Z-[0-9a-f]{8}\n$/);
    expect(status).toBe(0);
  });

  it('writes reports that its key has signed, and fails where an expectation does', async () => {
    const output = join(folder, 'report.html');
    const { status, stdout } = await cli('run', 'shop', 'broken', '--wait', ...QUICK, '--output', output);
    expect(stdout).toContain('tcp.refused');
    expect(status).toBe(1);
    const single = join(folder, 'single.html');
    await cli('run', 'broken', '--wait', ...QUICK, '--output', single);
    const report = Report.parse(JSON.parse(readFileSync(join(folder, 'single.json'), 'utf8')));
    expect(report).toMatchObject({
      verdict: 'fail',
      requestedBy: 'station:operator/ada',
      authorisation: { kind: 'vouched', by: 'station:operator/ada' },
      vantages: [{ id: 'local', kind: 'local' }],
    });
    const key = /key (SHA256:\S+)/.exec((await cli('fleet', 'status')).stdout)?.[1] ?? '';
    expect(await runCli(['verify', single, '--key', key])).toMatchObject({ status: 0 });
    expect(await runCli(['verify', join(folder, 'single.json'), '--key', key])).toMatchObject({ status: 0 });
  });

  it('says how to save the signed page, where a link would open for nobody', async () => {
    const { status, stderr } = await cli('run', 'shop', '--wait', '--no-default-controls', '--confirm', '0');
    const runId = /run (\S+)\n/.exec(stderr)?.[1] ?? '';
    expect(stderr).toContain(
      `inbound-check: Save signed page: inbound-check run --follow ${runId} --no-share --output report.html (a link would open for nobody: this station has no --base-url)\n`,
    );
    expect(status).toBe(0);
    const output = join(folder, 'saved.html');
    const saved = await cli('run', '--follow', runId, '--output', output);
    expect([saved.status, saved.stderr]).toEqual([0, expect.not.stringContaining('Save signed page')]);
    expect(await runCli(['verify', output])).toMatchObject({ status: 3 });
  });

  it('remembers the runs of a target', async () => {
    const { status, stdout } = await cli('history', '--cloud', 'shop');
    expect(stdout).toContain(`tcp://127.0.0.1:${peer.port}`);
    expect(status).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'asks the kernel about a failure, in the attempt that confirms it',
    async () => {
      const { stdout } = await cli(
        ...['validate', `tcp://127.0.0.1:${shut}`, '--ticket', 'T-9', '--no-share', '--no-default-controls'],
        ...['--confirm-pause', '0', '--format', 'json'],
      );
      const [endpoint] = Report.parse(JSON.parse(stdout)).endpoints;
      expect(endpoint?.observations).toMatchObject([
        { attempt: 1, evidence: expect.not.objectContaining({ kernel: expect.anything() }) },
        { attempt: 2, evidence: { kernel: { reset: true } } },
      ]);
    },
  );

  it('validates a host for a ticket, in words that promise no more than one network', async () => {
    const { status, stdout } = await cli(
      'validate',
      `tcp://127.0.0.1:${peer.port}`,
      '--ticket',
      'T-1',
      ...QUICK,
    );
    expect(stdout).toContain('from one place, our own network: local');
    expect(status).toBe(0);
  });

  it('stops everything, and goes on', async () => {
    expect(await cli('fleet', 'stop', '--reason', 'test')).toMatchObject({ status: 0 });
    const refused = await cli('run', 'shop', '--wait', ...QUICK);
    expect(refused.stderr).toMatch(/stopped at .* by station:operator\/ada: test/);
    expect(refused.status).toBe(69);
    expect(await cli('fleet', 'resume')).toMatchObject({ status: 0 });
    expect(await cli('run', 'shop', '--wait', ...QUICK)).toMatchObject({ status: 0 });
  });

  it('lets each role do what is its own', async () => {
    const [support, reader] = await Promise.all([makeToken(folder, 'support'), makeToken(folder, 'reader')]);
    expect(await station.cli(reader, 'target', 'list')).toMatchObject({ status: 0 });
    const refused = await station.cli(reader, 'run', 'shop');
    expect([refused.status, refused.stderr]).toEqual([
      64,
      'inbound-check: the role reader may not do that (startRun): ask an operator of this station to do it, or for a role that may\n',
    ]);
    expect(await station.cli(support, 'run', 'shop')).toMatchObject({ status: 64 });
    const uri = `tcp://127.0.0.1:${peer.port}`;
    expect(await station.cli(support, 'validate', uri, '--ticket', 'T-2', ...QUICK)).toMatchObject({
      status: 0,
    });
  });

  it('has a link in its start line, which signs in once, and makes more while it runs', async () => {
    expect(station.signInLink).toMatch(new RegExp(`^${station.url}/sign-in/link/[\\w-]{43}$`));
    const other = (await runCli(['serve', 'link', '--data', folder])).stdout.trim();
    expect(other).not.toBe(station.signInLink);
    for (const link of [station.signInLink, other]) {
      const page = await (await fetch(link)).text();
      expect(page).toContain('The button signs you in as operator, in this browser.');
    }
    const none = await runCli(['serve', 'link', '--data', newFolder()]);
    expect([none.status, none.stderr]).toEqual([64, expect.stringMatching(/no station ran in .* yet/)]);
  });

  it('invites a person, lists people and forgets one', async () => {
    const at = ['--data', folder];
    const invited = await runCli(['serve', 'invite', '--role', 'support', '--name', 'grace', ...at]);
    expect(invited.stdout).toMatch(new RegExp(`^${station.url}/invitation/[\\w-]{43}\\n$`));
    expect(await (await fetch(invited.stdout.trim())).text()).toContain(
      'You are invited as support, under the name grace.',
    );
    expect((await runCli(['serve', 'person', 'list', ...at])).stdout).toBe('nobody has signed in yet\n');
    const token = await makeToken(folder, 'operator', '--name', 'linus');
    await station.cli(token, 'target', 'add', 'his', '--check', `tcp://127.0.0.1:${peer.port}`);
    const forgotten = await runCli(['serve', 'person', 'forget', 'linus', ...at]);
    expect(forgotten.stdout).toMatch(
      /^the token of this name counts no more; in records its name is gone-[0-9a-f]{8} now\n$/,
    );
    const listed = (await cli('target', 'list')).stdout;
    expect(listed).toMatch(/station:operator\/gone-[0-9a-f]{8} vouches/);
    expect(listed).not.toContain('linus');
    expect(await station.cli(token, 'target', 'list')).toMatchObject({ status: 64 });
    const nobody = await runCli(['serve', 'person', 'forget', 'linus', ...at]);
    expect([nobody.status, nobody.stderr]).toEqual([
      64,
      'inbound-check: there is nobody "linus": see inbound-check serve person list\n',
    ]);
  });

  it('takes no issuer without the address from which its redirect address comes', async () => {
    const file = join(newFolder(), 'oidc.json');
    const { status, stderr } = await runCli(['serve', '--oidc', file, '--data', newFolder()]);
    expect([status, stderr]).toEqual([64, expect.stringMatching(/needs --base-url/)]);
  });

  it('knows a token no more once it is revoked', async () => {
    const token = await makeToken(folder, 'reader', '--name', 'guest');
    expect((await runCli(['serve', 'token', '--list', '--data', folder])).stdout).toMatch(
      /^guest {2}reader {2}until .* never used$/m,
    );
    expect(await station.cli(token, 'target', 'list')).toMatchObject({ status: 0 });
    expect(await runCli(['serve', 'token', '--revoke', 'guest', '--data', folder])).toMatchObject({
      status: 0,
    });
    expect((await station.cli(token, 'target', 'list')).stderr).toContain('one that was revoked');
  });

  it('is asked without a token in the environment after a login, which keeps it for this user alone', async () => {
    const config = newFolder();
    const env = { XDG_CONFIG_HOME: config };
    const wrong = await runCli(['login', station.url], { env, stdin: `ibc_${'x'.repeat(43)}\n` });
    expect([wrong.status, wrong.stderr]).toEqual([
      64,
      expect.stringContaining('send a token of this station'),
    ]);
    expect(existsSync(join(config, 'inbound-check', 'tokens.json'))).toBe(false);
    // It was shown once: a station that does not run yet must not lose it.
    const away = await runCli(['login', `http://127.0.0.1:${shut}`], { env, stdin: `${operator}\n` });
    expect([away.status, away.stderr]).toEqual([
      69,
      expect.stringMatching(/^inbound-check: the token is kept in .*tokens\.json, and was not tried\n/),
    ]);
    expect(readFileSync(join(config, 'inbound-check', 'tokens.json'), 'utf8')).toContain(operator);
    expect(await runCli(['login', station.url], { env, stdin: `${operator}\n` })).toMatchObject({
      status: 0,
    });
    expect(statSync(join(config, 'inbound-check', 'tokens.json')).mode & 0o777).toBe(0o600);
    const listed = await runCli(['target', 'list', '--api', station.url], { env });
    expect(listed.stdout).toContain('shop');
  });

  it.each([['--list'], ['--revoke', 'ada']])(
    'makes no folder for %j of a path that was mistyped',
    async (...asked) => {
      const nowhere = join(newFolder(), 'mistyped');
      const { status, stderr } = await runCli(['serve', 'token', ...asked.flat(), '--data', nowhere]);
      expect([status, stderr]).toEqual([
        64,
        `inbound-check: --data: there is no station in ${nowhere}: name the folder that serve has printed\n`,
      ]);
      expect(existsSync(nowhere)).toBe(false);
    },
  );

  it('runs once in a folder', async () => {
    const second = await runCli(['serve', '--listen', '127.0.0.1:0', '--data', folder]);
    expect([second.status, second.stderr]).toEqual([
      64,
      `inbound-check: --data: another station runs in ${folder}: end it first, or name another folder\n`,
    ]);
  });

  it.each([
    ['0.0.0.0:8025', /is not of this machine alone/],
    ['192.0.2.1:8025', /is not of this machine alone/],
    ['127.0.0.1', /expected an address and a port/],
    ['127.0.0.1:70000', /expected an address and a port/],
  ])('listens nowhere but on loopback: --listen %s', async (where, words) => {
    const { status, stderr } = await runCli(['serve', '--listen', where, '--data', newFolder()]);
    expect([stderr, status]).toEqual([expect.stringMatching(words), 64]);
  });

  it('says in one line that its optional package is missing', async () => {
    const elsewhere = newFolder();
    cpSync(dirname(ENTRY), join(elsewhere, 'dist'), { recursive: true });
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(elsewhere, 'dist', basename(ENTRY)), 'serve', '--data', join(elsewhere, 'data')],
      { env: cleanEnv(), encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([
      64,
      "inbound-check: the station can't start: the optional package libsql, which holds its data, is not installed\n",
    ]);
  });

  it('ends by SIGTERM, and has everything when it is started again', async () => {
    expect(await station.end('SIGTERM')).toMatchObject({ status: 0 });
    station = await startStation(folder);
    expect((await cli('target', 'list')).stdout).toContain('shop');
    expect((await cli('history', '--cloud', 'shop')).stdout).toContain(`tcp://127.0.0.1:${peer.port}`);
  });
});

import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readListenerCode, spellCode } from '../../lib/kinds/listener/code.ts';
import { readListenerLog } from '../../lib/kinds/listener/listener-log.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import { challengeText, judgeProof, readProof, runKey } from '../../lib/kinds/listener/proof.ts';
import { readListenerBlock } from '../../lib/kinds/listener/read-listener-block.ts';
import { sealKeysOf } from '../../lib/kinds/listener/seal-keys.ts';
import { listenerText } from '../../lib/report/listener-texts/index.ts';
import { exchange } from '../local/listen/started-listener.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { listenSilent } from './listeners.ts';
import { collect, runCli, startCli } from './run-cli.ts';

const code = newListenerCode();
const env = { INBOUND_CHECK_LISTENER_CODE: spellCode(code) };
const challenge = { run: '0123456789abcdef', nonce: '00112233445566778899aabbccddeeff' };
const folder = mkdtempSync(join(tmpdir(), 'inbound-check-listen-'));

/** A listener that runs until the test ends it, once its ports are open. */
async function running(
  args: readonly string[],
  options: { env?: Record<string, string>; stdin?: string } = { env },
) {
  const child = startCli(['listen', '--bind', '127.0.0.1', ...args], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(options.stdin ?? '');
  const { seen, ended } = collect(child);
  const printed = async (text: string | RegExp): Promise<void> => {
    while (!seen.stdout.match(text)) {
      await new Promise<void>((resolve) => {
        child.stdout.once('data', () => resolve());
        void ended.then(() => resolve());
      });
      if (child.exitCode !== null && !seen.stdout.match(text))
        throw new Error(`it ended without ${text}: ${seen.stdout}${seen.stderr}`);
    }
  };
  return { child, seen, ended, printed };
}

const proofFrom = async (port: number): Promise<string | undefined> => {
  const proof = readProof(await exchange(port, `${challengeText(challenge)}\n`));
  return proof && judgeProof(runKey(code, challenge.run), challenge, proof);
};

describe('listen', () => {
  it('proves, names the port that is taken, logs, and ends by Ctrl-C with a summary', async () => {
    const [port, taken] = [await closedPort(), await listenSilent()];
    const path = join(folder, 'whole.log');
    const { child, seen, ended, printed } = await running(['--ports', `${port},${taken}`, '--log', path]);
    await printed(`${port} WAITING  nothing has arrived\n`);
    await printed(new RegExp(`^${taken} TAKEN by `, 'm'));
    expect(await proofFrom(port)).toBe('proven');
    await printed(/ARRIVED/);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(seen.stdout).toMatch(
      new RegExp(
        `^${port} ARRIVED  \\d\\d:\\d\\d:\\d\\d from 127\\.0\\.0\\.1, read aloud: [A-Z]+ [A-Z]+ \\d\\d$`,
        'm',
      ),
    );
    expect(seen.stdout).toContain('(1 answered with a proof, 0 without our challenge)');
    expect(seen.stdout).toContain('A proof proves the path to this host, and not the rule for the product');
    expect(seen.stdout).not.toMatch(/firewall/i);
    expect(seen.stderr).toMatch(/^inbound-check: stopping[^\n]*\n$/);
    expect(seen.stdout + readFileSync(path, 'utf8')).not.toContain(code.slice(0, 4));
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readListenerLog(readFileSync(path, 'utf8'), sealKeysOf(code))).toMatchObject({
      ok: true,
      log: {
        start: {
          ports: [
            { port, state: 'listening' },
            { port: taken, state: 'taken' },
          ],
        },
        arrivals: [{ what: 'challenge', port, ...challenge }],
        end: { reason: 'signal', ports: [{ port, connections: 1, proofs: 1 }] },
      },
    });
  });

  it('prints at its end a block that join takes', async () => {
    const port = await closedPort();
    const path = join(folder, 'beside-the-block.log');
    const { child, seen, ended, printed } = await running(['--ports', `${port}`, '--block', '--log', path]);
    await printed('WAITING');
    expect(await proofFrom(port)).toBe('proven');
    await printed(/ARRIVED/);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(seen.stdout).toMatch(/\n-----END INBOUND CHECK LISTENER-----\n$/);
    expect(readListenerBlock(seen.stdout, sealKeysOf(code))).toMatchObject({
      ok: true,
      log: { arrivals: [{ what: 'challenge', port }], end: { reason: 'signal' } },
    });
    expect(readListenerLog(readFileSync(path, 'utf8'), sealKeysOf(code))).toMatchObject({ ok: true });
  });

  it('ends by itself, with 0', async () => {
    const { status, stdout, stderr } = await runCli(
      ['listen', '--bind', '127.0.0.1', '--ports', `${await closedPort()}`, '--for', '1s'],
      { env },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('as its time is over');
  });

  it('ends by SIGTERM with 143', async () => {
    const { child, ended, printed } = await running(['--ports', `${await closedPort()}`]);
    await printed('WAITING');
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });

  it('exits 1 when no port can be opened, with the line of each', async () => {
    const taken = await listenSilent();
    const { status, stdout, stderr } = await runCli(
      ['listen', '--bind', '127.0.0.1', '--ports', `${taken}`],
      { env },
    );
    expect([status, stderr]).toEqual([1, 'inbound-check: no port could be opened\n']);
    expect(stdout).toContain(`${taken} TAKEN by `);
  });

  it('answers a load balancer', async () => {
    const port = await closedPort();
    const { printed } = await running(['--ports', `${port}`, '--health', '/up']);
    await printed('WAITING');
    expect(await exchange(port, 'GET /up HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('the code of listen', () => {
  it.each(['--ports 80', '--block', '--print perl', '--code -'])(
    '--new-code takes no %s beside it',
    async (option) => {
      const { status, stdout, stderr } = await runCli(['listen', '--new-code', ...option.split(' ')]);
      expect([status, stdout]).toEqual([64, '']);
      expect(stderr).toMatch(/^inbound-check: --new-code prints a code and ends: leave --[a-z]+ away\n$/);
    },
  );

  it('--new-code prints one and ends', async () => {
    const { status, stdout, stderr } = await runCli(['listen', '--new-code']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\S{4}-\S{4}-\S{4}-\S{4}-\S\n$/);
    expect(readListenerCode(stdout)).toBeDefined();
  });

  it('--code - reads standard input', async () => {
    const port = await closedPort();
    const { printed, seen } = await running(['--ports', `${port}`, '--code', '-'], {
      stdin: `${spellCode(code).toLowerCase()}\n`,
    });
    await printed('WAITING');
    expect(await proofFrom(port)).toBe('proven');
    expect(seen.stdout).not.toContain(code.slice(0, 4));
  });

  it.each<[string, string[], { env?: Record<string, string>; stdin?: string }, RegExp]>([
    ['as an argument', ['--code', spellCode(code)], {}, /never the code itself/],
    ['misread', [], { env: { INBOUND_CHECK_LISTENER_CODE: '0000-0000-0000-0000-1' } }, /no listener code/],
    ['misread on standard input', ['--code', '-'], { stdin: 'hello\n' }, /no listener code/],
    ['nothing on standard input', ['--code', '-'], {}, /no listener code/],
    ['by a prompt without a terminal', ['--code', 'prompt'], {}, /needs a terminal/],
    [
      'not given, without a terminal',
      [],
      {},
      /give the code that both ends use: INBOUND_CHECK_LISTENER_CODE/,
    ],
  ])('is refused: %s', async (_, args, options, line) => {
    const { status, stdout, stderr } = await runCli(
      ['listen', '--bind', '127.0.0.1', '--ports', `${await closedPort()}`, ...args],
      options,
    );
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain(code.slice(0, 4));
  });
});

describe('listen --print', () => {
  it('prints a text with the ports and the time, and asks for no code', async () => {
    const { status, stdout, stderr } = await runCli([
      ...['listen', '--ports', '80,8025/smtp,25', '--for', '2h', '--health', '/up', '--print', 'python'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      listenerText('python', {
        ports: [80, 8025, 25],
        mailPorts: [8025, 25],
        minutes: 120,
        healthPath: '/up',
        sources: [],
      }),
    );
  });

  it('prints the sheet with the sources', async () => {
    const { status, stdout } = await runCli([
      ...[
        'listen',
        '--ports',
        '443',
        '--print',
        'sheet',
        '--source',
        '198.51.100.9',
        '--source',
        '2001:db8::/64',
      ],
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('| From | 198.51.100.9, 2001:db8::/64 |');
  });
});

describe('listen refuses with one line', () => {
  const there = join(folder, 'there.log');
  writeFileSync(there, '');

  it.each([
    [[], /say which ports: --ports 80,443,25/],
    [['--ports', ''], /--ports: a port is a whole number from 1 to 65535, not ''|""/],
    [['--ports', '80,http'], /--ports: a port is a whole number/],
    [['--ports', '0'], /--ports: a port is a whole number/],
    [['--ports', '8080,8080'], /--ports: 8080 is there twice/],
    [['--ports', '8080/ftp'], /may stand \/any, \/smtp, \/smtps/],
    [['--ports', '8080', '--for', '25h'], /--for: expected a duration from 1s to 24h/],
    [['--ports', '8080', '--bind', 'localhost'], /--bind: expected an address of this host/],
    [['--ports', '8080', '--bind', '192.0.2.1'], /--bind: this host has no address/],
    [['--ports', '8080', '--health', 'up'], /--health: expected a path/],
    [['--ports', '8080', '--print', 'ruby'], /--print: one of perl, python, powershell/],
    [['--print', 'perl'], /say which ports/],
    [['--ports', '8080', '--print', 'perl', '--bind', '127.0.0.1'], /--bind is no part of a text/],
    [['--ports', '8080', '--print', 'perl', '--pcap', 'x.pcapng'], /--pcap is no part of a text/],
    [['--ports', '8080', '--print', 'perl', '--source', '192.0.2.1'], /the other texts keep no source out/],
    [['--ports', '8080', '--print', 'perl', '--health', '/"'], /--health: in a text/],
    [['--ports', '8080', '--print', 'sheet', '--source', 'any'], /--source: expected an address or a block/],
    [['--ports', '8080', '--source', '198.51.100.9'], /--source goes with --print/],
    [['--ports', '8080', '--log', there], /--log: .* is there already/],
    [['--ports', '8080', '--log', join(folder, 'none', 'x')], /--log: .* can't be created \(ENOENT\)/],
  ])('%j', async (args, line) => {
    const { status, stdout, stderr } = await runCli(['listen', ...args], { env });
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
    expect(stderr).toMatch(line);
  });
});

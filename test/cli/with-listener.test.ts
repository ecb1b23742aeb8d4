/** `check --with-listener` by process, against scripted listeners on loopback. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { runKey } from '../../lib/kinds/listener/proof.ts';
import {
  CODE,
  CODE_TEXT,
  type ListenerScript,
  OTHER_CODE,
  type ScriptedListener,
  scriptedListener,
} from '../servers/scripted-listener.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { listenSsh } from './listeners.ts';
import { runCli } from './run-cli.ts';

const LOCAL = ['--allow-private', '--no-default-controls', '--confirm', '0'];
const env = { INBOUND_CHECK_LISTENER_CODE: CODE_TEXT };

const started: ScriptedListener[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});
async function listener(script: ListenerScript): Promise<number> {
  const one = await scriptedListener(script);
  started.push(one);
  return one.port;
}

const check = (args: readonly string[], more: Parameters<typeof runCli>[1] = { env }) =>
  runCli(['check', ...args, '--with-listener', ...LOCAL], more);

describe('check --with-listener', () => {
  it('says that all ports are proven, and writes the code into no report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inbound-check-'));
    const [web, mail, other] = [
      await listener({ speech: 'http' }),
      await listener({ speech: 'smtp' }),
      await listener({ speech: 'line' }),
    ];
    const formats = ['terminal', 'json', 'jsonl', 'html', 'markdown', 'junit', 'csv', 'prometheus'];
    const { status, stdout, stderr } = await check([
      `http://127.0.0.1:${web}/landing`,
      `smtp://127.0.0.1:${mail}`,
      `tcp://127.0.0.1:${other}`,
      '--closed',
      `tcp://127.0.0.1:${await closedPort()}`,
      '--verbose',
      ...formats.flatMap((format) => ['--format', format]),
      '--output',
      folder,
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThanOrEqual(formats.length - 1);
    const json = Report.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
    expect(json.summary).toMatch(/^Proven end to end: 3 ports\. 4 endpoints checked/);
    expect(json.remarks?.[0]).toContain('Check again');
    expect(json.endpoints.map(({ id }) => id)).toContain(`listener://127.0.0.1:${web}`);
    const spellings = [CODE_TEXT, CODE, CODE_TEXT.replaceAll('-', ''), runKey(CODE, json.id)];
    for (const text of [stdout, ...files.map((file) => readFileSync(join(folder, file), 'utf8'))])
      for (const secret of spellings) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it('fails where another host answers, and says how many ports are proven', async () => {
    const [own, other] = [
      await listener({ speech: 'line' }),
      await listener({ speech: 'line', code: OTHER_CODE }),
    ];
    const { status, stdout } = await check([`tcp://127.0.0.1:${own}`, `tcp://127.0.0.1:${other}`]);
    expect(status).toBe(1);
    expect(stdout).toContain('path.another-host');
    expect(stdout).toContain(`another machine or program answers on ${other}`);
    expect(stdout.replace(/\s+/g, ' ')).toContain('1 of 2 ports proven end to end');
    expect(stdout).not.toContain('Proven end to end: 2');
  });

  it('names what no listener can stand in for, on standard error', async () => {
    const port = await listener({ speech: 'http' });
    const { status, stderr, stdout } = await check([
      `http://127.0.0.1:${port}/`,
      'ntp://127.0.0.1',
      '--format',
      'json',
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('no listener can stand in for these, so they are left out: ntp://127.0.0.1:123');
    expect(Report.parse(JSON.parse(stdout)).endpoints).toHaveLength(1);
  });

  it('claims no proof without a code', async () => {
    const port = await listener({ speech: 'line' });
    const { status, stdout } = await check([`tcp://127.0.0.1:${port}`, '--they-read'], {});
    expect(status).toBe(0);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toContain('no port proven, as no code was given');
    expect(said).not.toContain('Proven end to end');
  });

  it.each([
    ['without a code and a terminal', {}, 'INBOUND_CHECK_LISTENER_CODE'],
    [
      'with a misread code',
      { INBOUND_CHECK_LISTENER_CODE: CODE_TEXT.replace(/^./, '0') },
      'no listener code',
    ],
  ])('is refused in one line %s', async (_name, environment, words) => {
    const { status, stdout, stderr } = await check(['tcp://127.0.0.1:9'], { env: environment });
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain(CODE_TEXT.slice(1));
  });

  it('takes targets from standard input and the code from the environment', async () => {
    const port = await listener({ speech: 'line' });
    const { status, stdout } = await check(['-f', '-'], { env, stdin: `tcp://127.0.0.1:${port}\n` });
    expect(status).toBe(0);
    expect(stdout).toContain('Proven end to end: 1 port.');
  });

  it('leaves --they-read to listeners, and other checks as they were', async () => {
    const port = await listenSsh();
    const alone = await runCli(['check', `ssh://127.0.0.1:${port}`, '--they-read', ...LOCAL], { env });
    expect([alone.status, alone.stderr]).toEqual([
      64,
      'inbound-check: --they-read goes with --with-listener\n',
    ]);
    const plain = await runCli(['check', `ssh://127.0.0.1:${port}`, ...LOCAL], { env });
    expect([plain.status, plain.stderr]).toEqual([0, '']);
  });
});

describe('read-back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-'));
  const report = join(folder, 'report.json');
  const wordsIn = (one: ScriptedListener): string => {
    const [words = ''] = /[a-z]+-[a-z]+-\d\d/.exec(one.heard[0] ?? '') ?? [];
    return words.replaceAll('-', ' ').toUpperCase();
  };

  it('says of each port whether the words are those that were sent to it', async () => {
    const scripts = [{ speech: 'http' }, { speech: 'smtp' }] as const;
    const [web, mail] = await Promise.all(scripts.map((script) => scriptedListener(script)));
    if (web === undefined || mail === undefined) throw new Error('no listeners');
    started.push(web, mail);
    const uris = [`http://127.0.0.1:${web.port}/`, `smtp://127.0.0.1:${mail.port}`];
    const checked = await check([...uris, '--they-read', '--output', report], {});
    expect(checked.status).toBe(0);
    for (const words of [wordsIn(web), wordsIn(mail)]) {
      expect(words).toMatch(/^[A-Z]+ [A-Z]+ \d\d$/);
      expect(readFileSync(report, 'utf8').toUpperCase()).not.toContain(words);
    }

    const right = await runCli([
      'read-back',
      report,
      `${web.port}=${wordsIn(web)}`,
      `127.0.0.1:${mail.port}=${wordsIn(mail).toLowerCase().replaceAll(' ', '-')}`,
    ]);
    expect([right.status, right.stderr]).toEqual([0, '']);
    expect(right.stdout).toContain(`${web.port}: read back: the challenge to 127.0.0.1 arrived`);
    expect(right.stdout).toContain(`127.0.0.1:${mail.port}: read back`);

    const crossed = await runCli([
      'read-back',
      report,
      `${web.port}=${wordsIn(mail)}`,
      `${mail.port}=ALFA 1`,
    ]);
    expect(crossed.status).toBe(1);
    expect(crossed.stdout).toContain(`${web.port}: wrong: these words were sent to port ${mail.port}`);
    expect(crossed.stdout).toContain(`${mail.port}: wrong: these words were not sent in this run`);

    const before = readFileSync(report, 'utf8');
    const output = join(folder, 'read.json');
    const words = [`${web.port}=${wordsIn(web)}`, `${mail.port}=ALFA 1`];
    const kept = await runCli(['read-back', report, ...words, '--output', output]);
    expect(kept.status).toBe(1);
    const read = Report.parse(JSON.parse(readFileSync(output, 'utf8')));
    expect(read.verdict).toBe('fail');
    expect(read.endpoints.map(({ verdict, cause }) => [verdict, cause])).toEqual([
      ['pass', undefined],
      ['fail', 'path.words-differ'],
    ]);
    expect(read.signature).toBeDefined();
    expect(await runCli(['read-back', report, ...words, '--output', report])).toMatchObject({ status: 64 });
    // Signed anew, what somebody had changed would look genuine.
    const altered = join(folder, 'altered.json');
    writeFileSync(altered, before.replaceAll('127.0.0.1', '127.0.0.2'));
    const laundered = join(folder, 'laundered.json');
    const refused = await runCli(['read-back', altered, ...words, '--output', laundered]);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^inbound-check: [^\n]*the report was altered[^\n]*\n$/);
    expect(() => readFileSync(laundered)).toThrow('ENOENT');
    expect(readFileSync(report, 'utf8')).toBe(before);
  });

  it.each([
    ['a port that was not asked', ['9=ALFA GOLF 12'], 'no challenge was sent to 9'],
    ['a host that was not asked', ['a.example:443=ALFA GOLF 12'], 'no challenge was sent to a.example:443'],
    ['words without a port', ['ALFA GOLF 12'], 'expected PORT="WORDS"'],
    ['a port without words', ['443='], 'expected PORT="WORDS"'],
    ['no port that there is', ['70000=ALFA GOLF 12'], 'expected PORT="WORDS"'],
  ])('refuses %s in one line', async (_name, typed, words) => {
    const port = await listener({ speech: 'line' });
    await check([`tcp://127.0.0.1:${port}`, '--output', report]);
    const { status, stdout, stderr } = await runCli(['read-back', report, ...typed]);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

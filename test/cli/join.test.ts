/** `join` by process: a report of `check` on loopback, and logs that are written here line by line. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import type { CaptureRecord } from '../../lib/kinds/listener/capture-record.ts';
import { spellCode } from '../../lib/kinds/listener/code.ts';
import { listenerBlock } from '../../lib/kinds/listener/listener-block.ts';
import {
  type ListenerPort,
  logLine,
  logMac,
  MAX_LOG_BYTES,
  readListenerLog,
} from '../../lib/kinds/listener/listener-log.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import { listenerKeyId, sealKeysOf } from '../../lib/kinds/listener/seal-keys.ts';
import { sha256 } from '../../lib/report/signature/canonical.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { runCli } from './run-cli.ts';

const code = newListenerCode();
const env = { INBOUND_CHECK_LISTENER_CODE: spellCode(code) };
const folder = mkdtempSync(join(tmpdir(), 'inbound-check-join-'));
const REPORT = join(folder, 'report.json');
let port = 0;
let report: Report;

beforeAll(async () => {
  port = await closedPort();
  const args = ['--allow-private', '--no-default-controls', '--no-history', '--confirm', '0'];
  await runCli(['check', `tcp://127.0.0.1:${port}`, ...args, '--output', REPORT]);
  report = Report.parse(JSON.parse(readFileSync(REPORT, 'utf8')));
});

interface Log {
  readonly packets?: readonly CaptureRecord[];
  /** The first line that a stranger sent. */
  readonly stranger?: string;
  readonly state?: Pick<ListenerPort, 'state' | 'by'>;
  /** Of the whole log, ms. */
  readonly shift?: number;
  readonly logPort?: number;
  readonly sealed?: boolean;
}

/** A log around the time of the check, sealed with the code. */
function logText({
  packets = [],
  stranger,
  state = { state: 'unavailable' },
  shift = 0,
  logPort = port,
  sealed = true,
}: Log): string {
  const at = (iso: string, ms: number): string => new Date(Date.parse(iso) + shift + ms).toISOString();
  const from = at(report.startedAt, -60_000);
  const lines = [
    logLine({
      what: 'start',
      version: 1,
      startedAt: from,
      endsAt: at(report.finishedAt, 600_000),
      keyId: listenerKeyId(code),
      addresses: ['127.0.0.1'],
      ports: [{ port: logPort, role: 'any', ...state }],
    }),
    logLine({ what: 'watching', at: from, ports: [logPort] }),
    ...packets.map(logLine),
    ...(stranger === undefined
      ? []
      : [
          logLine({
            what: 'no-challenge',
            at: report.startedAt,
            port: logPort,
            local: `127.0.0.1:${logPort}`,
            remote: '198.51.100.66:40000',
            first: stranger,
          }),
        ]),
    logLine({ what: 'end', at: at(report.finishedAt, 60_000), reason: 'time', ports: [], leftOut: 0 }),
  ];
  const mac = logMac(sealKeysOf(code));
  for (const line of lines) mac.update(line);
  return [...lines, ...(sealed ? [logLine({ what: 'seal', mac: mac.digest() })] : [])].join('');
}

/** What the host saw of the connection in the report. */
function seen(...kinds: readonly ('syn' | 'syn-ack' | 'rst')[]): CaptureRecord[] {
  const [{ startedAt = '', localPort = 40_000 } = {}] = report.endpoints[0]?.observations ?? [];
  const ends = { port, local: `127.0.0.1:${port}`, remote: `127.0.0.1:${localPort}` };
  return kinds.map((what) => ({ what, at: startedAt, ...ends }));
}

/** The same as a block, in a mail that quotes it. */
function blockMail(log: Log): string {
  const reading = readListenerLog(logText(log), sealKeysOf(code));
  if (!reading.ok) throw new Error(reading.message);
  return `Here it is:\r\n${listenerBlock(reading.log, code).replace(/^/gm, '> ').replaceAll('\n', '\r\n')}`;
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('join', () => {
  it('writes a signed report that names both files and says where the way breaks', async () => {
    const log = written('nothing-listens.log', logText({ packets: seen('syn', 'rst') }));
    const page = join(folder, 'joined.html');
    const { status, stdout, stderr } = await runCli(
      [
        'join',
        REPORT,
        log,
        '-o',
        page,
        '-o',
        join(folder, 'j.json'),
        '-o',
        join(folder, 'j.md'),
        '-o',
        join(folder, 'j.txt'),
      ],
      { env },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('[path.nothing-listens]');
    const joined = Report.parse(JSON.parse(readFileSync(join(folder, 'j.json'), 'utf8')));
    expect(joined.listeners).toMatchObject([
      {
        report: { sha256: sha256(readFileSync(REPORT)), keyId: expect.stringMatching(/./) },
        log: { sha256: sha256(readFileSync(log)), keyId: listenerKeyId(code) },
        decided: [
          {
            endpoint: `tcp://127.0.0.1:${port}`,
            cause: 'path.nothing-listens',
            side: 'host',
            tiedBy: expect.stringMatching(/^source/),
            packets: { syns: 1, synAcks: 0, rsts: 1, icmps: 0 },
          },
        ],
      },
    ]);
    expect(joined.endpoints).toEqual(report.endpoints);
    expect(joined.verdict).toBe(report.verdict);
    for (const name of ['joined.html', 'j.md', 'j.txt']) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text).toContain('What both ends know');
      expect(text).toContain('path.nothing-listens');
    }
    for (const name of ['joined.html', 'j.json']) {
      const verified = await runCli(['verify', join(folder, name), '--key', 'own']);
      expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('GENUINE')]);
    }
  });

  it('takes a joined report again, and keeps what earlier logs decided', async () => {
    const first = written('first.log', logText({ packets: seen('syn', 'rst') }));
    const second = written('second.log', logText({}));
    const once = join(folder, 'once.json');
    await runCli(['join', REPORT, first, '-o', once], { env });
    const twice = await runCli(['join', once, second, '--format', 'json'], { env });
    expect([twice.status, twice.stderr]).toEqual([0, '']);
    const joined = Report.parse(JSON.parse(twice.stdout));
    expect(joined.listeners?.map(({ decided }) => decided[0]?.found)).toEqual([
      'path.nothing-listens',
      'path.never-arrived',
    ]);
  });

  it('takes a block in a mail, from standard input or a file', async () => {
    const mail = blockMail({ packets: seen('syn', 'rst') });
    const args = ['--format', 'json'];
    for (const result of [
      await runCli(['join', REPORT, '-', ...args], { env, stdin: mail }),
      await runCli(['join', REPORT, written('mail.txt', mail), ...args], { env }),
    ]) {
      expect([result.status, result.stderr]).toEqual([0, '']);
      expect(Report.parse(JSON.parse(result.stdout)).listeners).toMatchObject([
        {
          log: { sha256: sha256(Buffer.from(mail)), keyId: listenerKeyId(code) },
          decided: [{ found: 'path.nothing-listens', packets: { syns: 1, rsts: 1 } }],
        },
      ]);
    }
  });

  it('refuses a block that was altered with 1, and standard input for both with 64', async () => {
    const mail = blockMail({ packets: seen('syn', 'rst') }).replace('1/0/1/0', '1/1/0/0');
    const altered = await runCli(['join', REPORT, '-'], { env, stdin: mail });
    expect([altered.status, altered.stdout]).toEqual([1, '']);
    expect(altered.stderr).toMatch(/^inbound-check: [^\n]*its block was altered or cut[^\n]*\n$/);
    const both = await runCli(['join', '-', '-'], { env, stdin: mail });
    expect([both.status, both.stdout]).toEqual([64, '']);
    expect(both.stderr).toMatch(/can be the report or the log, and not both/);
  });

  it('shows no control character and no markup of the log', async () => {
    const program = 'ng\u001b[31minx\u202e<script>alert(1)</script>`|[x](y)';
    const hostile = { state: 'taken', by: { program, pid: 7 } } as const;
    const log = written('hostile.log', logText({ packets: seen('syn', 'rst'), state: hostile }));
    for (const format of ['terminal', 'markdown', 'html', 'json']) {
      const { status, stdout } = await runCli(['join', REPORT, log, '--format', format], { env });
      expect(status).toBe(0);
      expect(stdout).toContain('PID 7');
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      if (format === 'html') expect(stdout).not.toContain('<script>alert');
    }
  });

  it.each<[string, () => string, RegExp]>([
    [
      'was altered',
      () => logText({ packets: seen('syn') }).replace('"what":"syn"', '"what":"rst"'),
      /altered\.log.*was altered after the listener had sealed it/,
    ],
    ['lost a line', () => logText({}).replace(/\{"what":"watching".*\n/, ''), /was altered/],
    ['has no seal', () => logText({ sealed: false }), /has no seal/],
    ['is of another time', () => logText({ shift: 86_400_000 }), /is of another time: the listener ran from/],
  ])('refuses with 1 a log that %s', async (name, text, line) => {
    const log = written(`${name.replaceAll(' ', '-')}-altered.log`, text());
    const output = join(folder, 'refused.json');
    const { status, stdout, stderr } = await runCli(['join', REPORT, log, '-o', output], { env });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
    expect(stderr).toMatch(line);
    expect(() => readFileSync(output)).toThrow('ENOENT');
  });

  it('refuses with 1 a log of another code, and a report that was altered', async () => {
    const log = written('good.log', logText({}));
    const other = { INBOUND_CHECK_LISTENER_CODE: spellCode(newListenerCode()) };
    const refused = await runCli(['join', REPORT, log], { env: other });
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/of a listener with another code/);
    const altered = written('altered.json', readFileSync(REPORT, 'utf8').replace('127.0.0.1', '127.0.0.2'));
    const second = await runCli(['join', altered, log], { env });
    expect([second.status, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(/the report was altered/);
  });

  it.each(['--api', '--region', '--target'])(
    'refuses %s beside a report, where it says nothing',
    async (option) => {
      const log = written('beside.log', logText({}));
      const { status, stdout, stderr } = await runCli(['join', REPORT, log, option, 'x'], { env });
      expect([status, stdout, stderr]).toEqual([
        64,
        '',
        `inbound-check: ${option} goes with the id of a run, not with a report\n`,
      ]);
    },
  );

  it('takes a report without a signature, and says that it has none', async () => {
    const {
      signature: _signature,
      writing: _writing,
      ...unsigned
    } = JSON.parse(readFileSync(REPORT, 'utf8'));
    const path = written('unsigned.json', JSON.stringify(unsigned));
    const log = written('for-unsigned.log', logText({}));
    const { status, stdout, stderr } = await runCli(['join', path, log, '--format', 'json'], { env });
    expect(status).toBe(0);
    expect(stderr).toMatch(/is not signed: whether it was altered is not known/);
    const [part] = Report.parse(JSON.parse(stdout)).listeners ?? [];
    expect(part?.report.keyId).toBeUndefined();
  });

  describe('of a Windows host', () => {
    const source = (): { address: string; port: number } => {
      const [{ localAddress = '', localPort = 0 } = {}] = report.endpoints[0]?.observations ?? [];
      return { address: localAddress, port: localPort };
    };
    /** The local time of the machine, 2 h ahead of UTC: the zone is in no line. */
    const stamp = (): string =>
      new Date(Date.parse(report.startedAt) + 2 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    const pfirewall = (action: string): string =>
      [
        '#Version: 1.5',
        '#Software: Microsoft Windows Firewall',
        '#Time Format: Local',
        '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid',
        '',
        `${stamp()} ${action} TCP ${source().address} 127.0.0.1 ${source().port} ${port} 52 S 1640769051 0 64240 - - - RECEIVE 4`,
        '',
      ].join('\r\n');
    const pktmon = (reason: string): string =>
      [
        `[30]0000.0000::${stamp()}.934020500 [Microsoft-Windows-PktMon] Drop: PktGroupId 844, PktNumber 1, Appearance 0, Direction Rx , Type IP , Component 49, Filter 1, DropReason ${reason} , DropLocation 0xE000460A, OriginalSize 52, LoggedSize 52`,
        `       Drop: ip: ${source().address}.${source().port} > 127.0.0.1.${port}: Flags [S], seq 1, win 64240, options [mss 1460,nop,nop,sackOK], length 0`,
        '',
      ].join('\n');
    const NETSTAT = () => `  TCP    0.0.0.0:${port}    0.0.0.0:0    ABHÖREN    4\r\n`;

    it('takes pktmon’s text without a code, and names it unsigned', async () => {
      const text = pktmon('INET: transport endpoint was not found');
      const page = join(folder, 'windows.html');
      const { status, stdout, stderr } = await runCli([
        ...['join', REPORT, written('pktmon.txt', text)],
        ...['-o', page, '-o', join(folder, 'windows.json'), '-o', join(folder, 'windows.md')],
      ]);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/unsigned text that a person sent \(pktmon\)/);
      const joined = Report.parse(JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8')));
      expect(joined.listeners).toMatchObject([
        {
          log: { sha256: sha256(Buffer.from(text)), unsigned: 'pktmon' },
          watched: [],
          decided: [{ cause: 'path.nothing-listens', side: 'host', tiedBy: 'source-and-port' }],
        },
      ]);
      expect(joined.listeners?.[0]?.log.keyId).toBeUndefined();
      expect(joined.listeners?.[0]?.startedAt).toBeUndefined();
      for (const name of ['windows.html', 'windows.md'])
        expect(readFileSync(join(folder, name), 'utf8')).toContain('not proven as by a sealed log');
      const verified = await runCli(['verify', page, '--key', 'own']);
      expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('GENUINE')]);
    });

    it('takes a log, pfirewall.log and netstat together, in UTF-16 as PowerShell writes it, each decided for itself', async () => {
      const log = written('taken.log', logText({ packets: seen('syn', 'rst'), state: { state: 'taken' } }));
      const table = join(folder, 'netstat.txt');
      writeFileSync(table, Buffer.from(`\uFEFF${NETSTAT()}`, 'utf16le'));
      const files = [written('pfirewall.log', pfirewall('ALLOW')), log, table];
      const { status, stdout, stderr } = await runCli(['join', REPORT, ...files, '--format', 'json'], {
        env,
      });
      expect([status, stderr]).toEqual([0, '']);
      const [first, second, ...none] = Report.parse(JSON.parse(stdout)).listeners ?? [];
      expect(none).toEqual([]);
      expect(first).toMatchObject({
        log: { keyId: listenerKeyId(code) },
        decided: [{ found: 'path.nothing-listens' }],
      });
      expect(first?.decided[0]?.summary).toContain('http.sys (PID 4) has the port');
      expect(second?.log.unsigned).toBe('pfirewall.log');
      // A refusal came back, and this text has no line for what the host sends.
      expect(second?.decided[0]).toMatchObject({ found: 'answered-on-the-way' });
    });

    it('takes a sealed log for what it is, whatever a stranger sent to the listener', async () => {
      const [packet = ''] = /Drop: ip: .*\[S\]/.exec(pktmon('x')) ?? [];
      const stranger = `Drop: PktGroupId 1, PktNumber 1, Direction Rx ${packet}`;
      const log = written('stranger.log', logText({ packets: seen('syn', 'rst'), stranger }));
      const { status, stdout, stderr } = await runCli(['join', REPORT, log, '--format', 'json'], { env });
      expect([status, stderr]).toEqual([0, '']);
      const parts = Report.parse(JSON.parse(stdout)).listeners ?? [];
      expect(parts.map((part) => [part.log.unsigned, part.decided.map(({ found }) => found)])).toEqual([
        [undefined, ['path.nothing-listens']],
      ]);
    });

    it('takes the block of a ticket that has a table of sockets, too', async () => {
      const ticket = written('ticket.txt', `${NETSTAT()}${blockMail({ packets: seen('syn', 'rst') })}`);
      const { status, stdout, stderr } = await runCli(['join', REPORT, ticket, '--format', 'json'], { env });
      expect([status, stderr]).toEqual([0, '']);
      expect(Report.parse(JSON.parse(stdout)).listeners?.[0]?.log.keyId).toBe(listenerKeyId(code));
    });

    it('refuses with 64 a text without the test’s source and port, and a table of sockets alone', async () => {
      const foreign = written(
        'foreign.log',
        pfirewall('DROP').replace(`${source().port} ${port}`, `1 ${port}`),
      );
      for (const [file, line] of [
        [foreign, /no line with the source address and port/],
        [written('alone.txt', NETSTAT()), /table of sockets alone decides nothing/],
      ] as const) {
        const { status, stdout, stderr } = await runCli(['join', REPORT, file]);
        expect([status, stdout]).toEqual([64, '']);
        expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
        expect(stderr).toMatch(line);
      }
    });

    it('lets no control character of a text through', async () => {
      const text = pktmon('INET: \u001b[31mtransport endpoint was not found\u202e<script>');
      const { status, stdout } = await runCli([
        'join',
        REPORT,
        written('hostile.txt', text),
        '--format',
        'json',
      ]);
      expect(status).toBe(0);
      expect(JSON.parse(stdout).listeners[0].decided[0].summary).toContain(
        'transport endpoint was not found',
      );
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    });
  });

  it.each<[string, () => readonly string[], Record<string, string>, RegExp]>([
    ['no log', () => [REPORT, written('x.log', 'hello\n')], env, /not the start of a listener/],
    ['no report', () => [written('x.json', '{}'), written('y.log', logText({}))], env, /no report of/],
    ['no such file', () => [REPORT, join(folder, 'none.log')], env, /there is no such file/],
    [
      'a file of 50 MB',
      () => [REPORT, written('large.log', logText({}) + 'x'.repeat(50 * MAX_LOG_BYTES))],
      env,
      /larger than 32 MB/,
    ],
    ['no code', () => [REPORT, written('z.log', logText({}))], {}, /needs the code of the listener/],
    [
      'a log of other ports',
      () => [REPORT, written('ports.log', logText({ logPort: port === 1 ? 2 : 1 }))],
      env,
      /has no connection to a port of/,
    ],
    [
      'its own input as output',
      () => [REPORT, written('o.log', logText({})), '-o', REPORT],
      env,
      /it stays; name another file/,
    ],
  ])('refuses with 64 and one line: %s', async (_name, args, settings, line) => {
    const { status, stdout, stderr } = await runCli(['join', ...args()], { env: settings });
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^inbound-check: [^\n]*\n$/);
    expect(stderr).toMatch(line);
  });
});

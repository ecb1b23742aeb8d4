/** `check --gate` and `check --watch` by process: servers on loopback that are wrong first and set right later. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { CODE_TEXT, scriptedListener } from '../../servers/scripted-listener.ts';
import { listen, listenSsh } from '../listeners.ts';
import { collect, startCli } from '../run-cli.ts';

const LOCAL = ['--allow-private', '--no-default-controls', '--confirm', '0'];

/** It says what no SSH server says, until it is healed. */
async function patient() {
  const state = { isWell: false, visits: 0 };
  const port = await listen((socket) => {
    state.visits += 1;
    socket.resume().write(state.isWell ? 'SSH-2.0-OpenSSH_9.2\r\n' : 'no service yet\r\n');
  });
  return { uri: `ssh://127.0.0.1:${port}`, state };
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'inbound-check-'));

/** Starts `check`, and does something once standard error has said something. */
function check(args: readonly string[], then: Readonly<Record<string, () => void>>, state = folder()) {
  const child = startCli(['check', ...args, ...LOCAL], {
    env: { XDG_STATE_HOME: state, INBOUND_CHECK_LISTENER_CODE: CODE_TEXT },
  });
  const { seen, ended } = collect(child);
  const waiting = new Map(Object.entries(then));
  child.stderr.on('data', () => {
    for (const [words, act] of waiting) {
      if (!seen.stderr.includes(words)) continue;
      waiting.delete(words);
      act();
    }
  });
  return { child, seen, ended };
}

const read = (path: string): Report => Report.parse(JSON.parse(readFileSync(path, 'utf8')));
const verdicts = ({ endpoints }: Report) => endpoints.map(({ verdict }) => verdict);
/** Files of the history, whose records have one entry for each change that was stored. */
const history = (state: string): string =>
  readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /histor/.test(one.parentPath))
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
    .join('\n');

describe('check --gate', () => {
  it('ends with 0 when what failed has been set right, and writes one report and one state', async () => {
    const [good, { uri, state }] = [await listenSsh(), await patient()];
    const [out, kept] = [folder(), folder()];
    const targets = join(out, 'targets.yaml');
    writeFileSync(targets, `targets:\n  - check: [ssh://127.0.0.1:${good}, ${uri}]\n`);
    const { seen, ended } = check(
      [
        '-f',
        targets,
        '--gate',
        '--every',
        '1s',
        '--for',
        '5m',
        '-o',
        join(out, 'report.json'),
        '--format',
        'json',
      ],
      {
        'not passing': () => {
          state.isWell = true;
        },
      },
      kept,
    );
    expect([await ended, seen.stderr]).toEqual([
      0,
      expect.stringContaining(`${uri} passes, was ssh.not-ssh`),
    ]);
    expect(seen.stderr).toContain(`1 of 2 endpoints not passing: ${uri} (ssh.not-ssh)`);
    expect(seen.stderr).toContain('everything passes; checking all of it once more');
    expect(seen.stdout.match(/All expectations are met: 2 endpoints checked/g)).toHaveLength(1);
    expect(verdicts(read(join(out, 'report.json')))).toEqual(['pass', 'pass']);
    expect(state.visits).toBe(3);
    expect(history(kept)).toContain(uri);
    expect(history(kept)).not.toContain('not-ssh');
  });

  it('ends with 1 when the time is over, and proofs of listeners stay those of the report', async () => {
    const listener = await scriptedListener({ speech: 'line' });
    const { uri } = await patient();
    const { seen, ended } = check(
      [
        `tcp://127.0.0.1:${listener.port}`,
        uri,
        '--with-listener',
        '--gate',
        '--every',
        '1s',
        '--for',
        '1s',
        '--format',
        'json',
      ],
      {},
    );
    expect(await ended).toBe(1);
    await listener.close();
    expect(seen.stderr).toContain('the time is over; still not passing');
    expect(verdicts(Report.parse(JSON.parse(seen.stdout)))).toEqual(['pass', 'fail']);
  });

  it('ends with 130 on Ctrl-C, with a report of what was seen', async () => {
    const { uri } = await patient();
    const { child, seen, ended } = check([uri, '--gate', '--every', '1h', '--format', 'json'], {
      'not passing': () => child.kill('SIGINT'),
    });
    expect(await ended).toBe(130);
    expect(verdicts(Report.parse(JSON.parse(seen.stdout)))).toEqual(['fail']);
  });
});

describe('check --watch', () => {
  it('tells each change on one line, writes the file anew, and ends with 130 on Ctrl-C', async () => {
    const { uri, state } = await patient();
    const file = join(folder(), 'report.json');
    const found: string[] = [];
    const { child, seen, ended } = check([uri, '--watch', '--every', '1s', '-o', file], {
      'not passing': () => {
        found.push(read(file).verdict);
        state.isWell = true;
      },
      'passes, was ssh.not-ssh': () => {
        state.isWell = false;
      },
      'fail: ssh.not-ssh, was pass': () => child.kill('SIGINT'),
    });
    expect(await ended).toBe(130);
    expect(found).toEqual(['fail']);
    expect(seen.stderr.match(/^inbound-check: .*UTC: /gm)).toHaveLength(3);
    expect(seen.stdout.match(/^✗ FAIL/gm)?.length).toBeGreaterThan(0);
    expect(readdirSync(join(file, '..'))).toEqual(['report.json']);
  });

  it('ends with the status of the last round when its time is over', async () => {
    const { uri, state } = await patient();
    const { seen, ended } = check([uri, '--watch', '--every', '1s', '--for', '1s', '--format', 'json'], {
      'not passing': () => {
        state.isWell = true;
      },
    });
    expect([await ended, state.visits]).toEqual([0, 2]);
    expect(verdicts(Report.parse(JSON.parse(seen.stdout)))).toEqual(['pass']);
  });
});

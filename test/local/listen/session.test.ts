import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readListenerLog } from '../../../lib/kinds/listener/listener-log.ts';
import { sealKeysOf } from '../../../lib/kinds/listener/seal-keys.ts';
import { createLogFile, type LogFile } from '../../../lib/local/listen/log-file.ts';
import type { Screen } from '../../../lib/local/listen/screen.ts';
import { runSession, type SessionOptions } from '../../../lib/local/listen/session.ts';
import { systemClock } from '../../../lib/net/clock.ts';
import { listenSilent } from '../../cli/listeners.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { closedPort } from '../../servers/tcp-peers.ts';
import { code, exchange } from './started-listener.ts';

const NOTHING: Screen = { begin: () => undefined, arrived: () => undefined, gone: () => undefined };
const options = (more: Partial<SessionOptions>): SessionOptions => ({
  code,
  ports: [{ port: 0, role: 'any' }],
  forMs: 60_000,
  bind: '127.0.0.1',
  hostName: 'host.test',
  clock: systemClock,
  screen: NOTHING,
  signal: new AbortController().signal,
  ...more,
});
const newPath = () => join(mkdtempSync(join(tmpdir(), 'inbound-check-session-')), 'listener.log');

describe('a session', () => {
  it('ends by itself, at its time', () =>
    inFakeTime(async () => {
      const begin = performance.now();
      const { reason, ports } = await runSession(options({ forMs: 5_000 }));
      expect(reason).toBe('time');
      expect(ports).toMatchObject([{ opening: { state: 'listening' }, proofs: 0, others: 0 }]);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(5_000);
      expect(performance.now() - begin).toBeLessThan(6_000);
    }));

  it('ends at once where the signal was before it', async () => {
    expect(await runSession(options({ signal: AbortSignal.abort() }))).toMatchObject({ reason: 'signal' });
  });

  it('waits for nothing when no port could be opened, and its log says so', async () => {
    const path = newPath();
    const taken = await listenSilent();
    const log = createLogFile(path, code);
    const result = await runSession(options({ ports: [{ port: taken, role: 'any' }], log }));
    expect(result).toMatchObject({
      reason: 'no-port',
      ports: [{ opening: { port: taken, state: 'taken' } }],
    });
    expect(readListenerLog(readFileSync(path, 'utf8'), sealKeysOf(code))).toMatchObject({
      ok: true,
      log: { arrivals: [], end: { reason: 'no-port' } },
    });
  });

  it('logs and shows each connection, also one that is open at the end', async () => {
    const written: Parameters<LogFile['write']>[0][] = [];
    const stop = new AbortController();
    const port = await closedPort();
    const shown: string[] = [];
    let opened = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => (opened = resolve));
    const session = runSession(
      options({
        ports: [{ port, role: 'any' }],
        signal: stop.signal,
        log: { write: (record) => void written.push(record), close: () => undefined },
        screen: { ...NOTHING, begin: () => opened(), arrived: (_, { what }) => void shown.push(what) },
      }),
    );
    await isOpen;
    await exchange(port, 'hello\n');
    stop.abort();
    expect(await session).toMatchObject({
      reason: 'signal',
      ports: [{ others: 1, other: { first: 'hello' } }],
    });
    expect(written.map(({ what }) => what)).toEqual(['start', 'no-challenge', 'end']);
    expect(written.at(-1)).toMatchObject({
      ports: [{ port, connections: 1, proofs: 0, refused: 0 }],
      leftOut: 0,
    });
    expect(shown).toEqual(['no-challenge']);
  });
});

it('leaves a log that can be read, whoever cut a connection off before it was accepted', async () => {
  const path = newPath();
  const port = await closedPort();
  const stop = new AbortController();
  let opened = (): void => undefined;
  const isOpen = new Promise<void>((resolve) => (opened = resolve));
  const session = runSession(
    options({
      ports: [{ port, role: 'any' }],
      signal: stop.signal,
      log: createLogFile(path, code),
      screen: { ...NOTHING, begin: () => opened() },
    }),
  );
  await isOpen;
  // This thread accepts nothing until that process has ended.
  const script = `require('net').connect(${port}, '127.0.0.1', function () { this.resetAndDestroy(); })`;
  expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0);
  await exchange(port, 'hello\n');
  stop.abort();
  expect(await session).toMatchObject({ leftOut: 1, ports: [{ others: 2, gone: { port } }] });
  expect(readListenerLog(readFileSync(path, 'utf8'), sealKeysOf(code))).toMatchObject({
    ok: true,
    log: { arrivals: [{ what: 'no-challenge' }], end: { leftOut: 1, ports: [{ connections: 2 }] } },
  });
});

describe('the log file', () => {
  it('replaces nothing', () => {
    const path = newPath();
    writeFileSync(path, 'evidence');
    expect(() => createLogFile(path, code)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(readFileSync(path, 'utf8')).toBe('evidence');
  });

  it('is not sealed when a line could not be written, and says why', async () => {
    const path = newPath();
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const log = createLogFile(path, code, () => {
      throw full;
    });
    expect((await runSession(options({ log, signal: AbortSignal.abort() }))).logFault).toBe(full);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is written whole where the system takes a part at a time', async () => {
    const path = newPath();
    const parts: Buffer[] = [];
    const log = createLogFile(path, code, (_, bytes, from) => {
      parts.push(bytes.subarray(from, from + 7));
      return Math.min(7, bytes.length - from);
    });
    await runSession(options({ log, signal: AbortSignal.abort() }));
    expect(readListenerLog(Buffer.concat(parts).toString(), sealKeysOf(code))).toMatchObject({ ok: true });
  });
});

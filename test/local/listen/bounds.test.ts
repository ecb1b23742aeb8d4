/** What hostile and broken clients can do to a listener: nothing. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { challengeText, judgeProof, readProof, runKey } from '../../../lib/kinds/listener/proof.ts';
import { BURST, MAX_CONNECTIONS, MAX_PER_SOURCE, PER_SECOND } from '../../../lib/local/listen/admission.ts';
import { MAX_BYTES, MAX_MS } from '../../../lib/local/listen/connection.ts';
import type { Clock } from '../../../lib/net/network-access.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { code, dial, dialTls, exchange, readAll, start } from './started-listener.ts';

const challenge = { run: '0123456789abcdef', nonce: '00112233445566778899aabbccddeeff' };
const text = challengeText(challenge);
const isProven = (answer: string): boolean => {
  const proof = readProof(answer);
  return proof !== undefined && judgeProof(runKey(code, challenge.run), challenge, proof) === 'proven';
};
/** A clock that stands until the test moves it. */
function standingClock(): Clock & { pass(ms: number): void } {
  let time = 1_796_038_698_000;
  return {
    now: () => time,
    monotonic: () => time,
    pass(ms) {
      time += ms;
    },
  };
}

describe('a flood of connections', () => {
  it('1,000 at once: a bounded number is answered, and afterwards the next is', async () => {
    const clock = standingClock();
    const { port, listener, arrivals } = await start('any', { clock });
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const socket = await dial(port);
        const answer = readAll(socket);
        socket.write(`${text}\n`);
        return answer;
      }),
    );
    const proven = answers.filter(isProven).length;
    // The clock stands: not one more than the first ones.
    expect(proven).toBeGreaterThan(0);
    expect(proven).toBeLessThanOrEqual(BURST);
    expect(arrivals.length).toBeLessThanOrEqual(BURST);
    expect(listener.counts()).toMatchObject([
      { connections: arrivals.length, refused: 1_000 - arrivals.length },
    ]);
    clock.pass(1_000);
    expect(isProven(await exchange(port, `${text}\n`))).toBe(true);
  });

  it('so many a second are answered, whatever the pause before was', async () => {
    const clock = standingClock();
    const { port, listener } = await start('any', { clock });
    clock.pass(3_600_000);
    for (let count = 0; count < BURST + 5; count += 1) await exchange(port, `${text}\n`);
    expect(listener.counts()).toMatchObject([{ proofs: BURST, refused: 5 }]);
    clock.pass(1_000);
    for (let count = 0; count < PER_SECOND + 5; count += 1) await exchange(port, `${text}\n`);
    expect(listener.counts()).toMatchObject([{ proofs: BURST + PER_SECOND, refused: 10 }]);
  });

  it('one source leaves room for others', async () => {
    const { port, listener } = await start('any', { bind: '::', clock: standingClock() });
    const silent: Socket[] = [];
    for (let count = 0; count < MAX_PER_SOURCE; count += 1) silent.push(await dial(port));
    // Accepted in their order: after this one was refused, all before it have their place.
    expect(await exchange(port, `${text}\n`)).toBe('');
    expect(listener.counts()).toMatchObject([{ connections: MAX_PER_SOURCE, refused: 1 }]);
    expect(isProven(await exchange(port, `${text}\n`, { host: '::1' }))).toBe(true);
    for (const socket of silent) socket.destroy();
    expect(MAX_PER_SOURCE).toBeLessThan(MAX_CONNECTIONS);
  });

  it('places are free again once connections have closed', async () => {
    const clock = standingClock();
    const { port, next } = await start('any', { clock });
    for (let round = 0; round < 3; round += 1) {
      const sockets = await Promise.all(Array.from({ length: MAX_PER_SOURCE }, () => dial(port)));
      for (const socket of sockets) socket.destroy();
      for (const _ of sockets) expect(await next()).toMatchObject({ what: 'silent' });
      clock.pass(10_000);
    }
  });
});

describe('one connection', () => {
  it('that says nothing is closed unanswered when its time is over, and told', () =>
    inFakeTime(async () => {
      const begin = performance.now();
      const { port, next } = await start();
      const socket = await dial(port);
      expect(await readAll(socket)).toBe('');
      expect(await next()).toMatchObject({ what: 'silent' });
      expect(performance.now() - begin).toBeGreaterThanOrEqual(MAX_MS);
      expect(performance.now() - begin).toBeLessThan(MAX_MS + 1_000);
    }));

  it('that sends a byte now and then has no more time', () =>
    inFakeTime(async () => {
      const begin = performance.now();
      const { port, next } = await start();
      const socket = await dial(port);
      const timer = setInterval(() => socket.write('x'), 500);
      expect(await readAll(socket)).toBe('');
      clearInterval(timer);
      expect(await next()).toMatchObject({ what: 'no-challenge', first: expect.stringMatching(/^x+$/) });
      expect(performance.now() - begin).toBeLessThan(MAX_MS + 1_000);
    }));

  it('that stops in the middle of its TLS handshake has no more time', () =>
    inFakeTime(async () => {
      const { port, next } = await start();
      const socket = await dial(port);
      socket.write(Buffer.from('160301', 'hex'));
      expect(await readAll(socket)).toBe('');
      expect(await next()).toMatchObject({ what: 'tls-failed' });
    }));

  it('with a line without end is closed at the bound', async () => {
    const { port, next } = await start();
    expect(await exchange(port, 'x'.repeat(MAX_BYTES + 1))).toBe('');
    const { what, first } = await next();
    expect(what).toBe('no-challenge');
    expect(first).toMatch(/^x+…$/);
    expect(first?.length).toBeLessThanOrEqual(200);
  });

  it('with a head without end is closed at the bound', async () => {
    const { port, next } = await start();
    const request = `GET /${text} HTTP/1.1\r\n${'X-A: b\r\n'.repeat(2_000)}`;
    expect(await exchange(port, request)).toBe('');
    expect(await next()).toMatchObject({ what: 'no-challenge' });
  });

  it('in TLS has the same bound', async () => {
    const { port } = await start();
    const socket = await dialTls(port);
    socket.write('x'.repeat(MAX_BYTES + 1));
    expect(await readAll(socket)).toBe('');
  });

  it('of SMTP has a bounded number of commands', async () => {
    const { port } = await start('smtp');
    const answer = await exchange(port, 'NOOP\r\n'.repeat(50));
    expect(answer.match(/^250 /gm)).toHaveLength(20);
    expect(answer).toMatch(/\r\n421 [^\r\n]*\r\n$/);
  });

  it('that goes on after its answer is read and dropped, and gets no second one', async () => {
    const { port, listener } = await start();
    const answer = await exchange(port, `${text}\n`.repeat(20));
    expect(answer.match(/icl1 /g)).toHaveLength(1);
    expect(listener.counts()).toMatchObject([{ connections: 1, proofs: 1 }]);
  });

  it('that resets at once is no fault', async () => {
    const { port, arrivals } = await start();
    const socket = await dial(port);
    socket.write('GET ');
    socket.resetAndDestroy();
    expect(isProven(await exchange(port, `${text}\n`))).toBe(true);
    expect(arrivals.map(({ remote }) => remote)).not.toContain(':0');
  });

  it('that was reset before it is accepted has no address, so no line in the log, and is counted', async () => {
    const { port, listener, arrivals, gone } = await start();
    // The client is in this thread, which accepts nothing meanwhile.
    const client = spawnSync(process.execPath, [
      '-e',
      `require('net').connect(${port}, '127.0.0.1', function () { this.resetAndDestroy(); })`,
    ]);
    expect(client.status).toBe(0);
    expect(isProven(await exchange(port, `${text}\n`))).toBe(true);
    expect([gone(), arrivals.map(({ what }) => what)]).toEqual([1, ['challenge']]);
    expect(listener.counts()).toMatchObject([{ connections: 2, proofs: 1 }]);
  });

  it('with control characters is printable where it is told', async () => {
    const { port, next } = await start();
    await exchange(port, 'GET /\u001B[2J\u0007\u0000\u009B31m\u00E9 HTTP/1.1\r\n\r\n');
    const { first } = await next();
    expect(first).toBe('GET /\\x1b[2J\\x07\\x00\\x9b31m\u00E9 HTTP/1.1');
  });
});

describe('the end', () => {
  it('closes what is open', async () => {
    const { port, listener, arrivals } = await start();
    const socket = await dial(port);
    const closed = once(socket, 'close');
    socket.resume().on('end', () => socket.end());
    // Accepted for certain, since a later one was answered.
    await exchange(port, `${text}\n`);
    await listener.close();
    await closed;
    expect(arrivals.map(({ what }) => what).sort()).toEqual(['challenge', 'silent']);
  });

  it('nothing is answered after the time, also if the machine slept over it', async () => {
    const clock = standingClock();
    const { port, listener } = await start('any', { clock, endsAt: clock.now() + 1_000 });
    expect(isProven(await exchange(port, `${text}\n`))).toBe(true);
    clock.pass(1_000);
    expect(await exchange(port, `${text}\n`)).toBe('');
    expect(listener.counts()).toMatchObject([{ proofs: 1, refused: 1 }]);
  });
});

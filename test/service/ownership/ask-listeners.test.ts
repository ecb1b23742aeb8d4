/** Challenges to real sockets on loopback: what comes back, and what a hostile peer can't do. */
import { afterEach, describe, expect, it } from 'vitest';
import { judgeProof, runKey } from '../../../lib/kinds/listener/proof.ts';
import { askListeners } from '../../../lib/service/ownership/ask-listeners.ts';
import { createOwnership } from '../../../lib/service/ownership/handler.ts';
import type { AskedListener, ListenerAsk } from '../../../lib/service/ports/listener-asker.ts';
import { startDnsServer } from '../../servers/dns-server.ts';
import { testContext } from '../../servers/probe-context.ts';
import { CODE, scriptedListener } from '../../servers/scripted-listener.ts';
import { closedPort, listen } from '../../servers/tcp-peers.ts';
import { invocation, memoryTelemetry } from '../runs/ports.ts';

const RUN = '0123456789abcdef';
const NONCES = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const ask = (port: number, given: Partial<ListenerAsk> = {}): ListenerAsk => ({
  host: '127.0.0.1',
  port,
  speech: 'line',
  run: RUN,
  nonces: NONCES,
  ...given,
});

async function asked(
  one: ListenerAsk,
  { allowPrivate = true, dnsServers = ['127.0.0.1:9'], ms = 5_000 } = {},
): Promise<readonly AskedListener[]> {
  const context = testContext({ allowPrivate, dnsServers, timeoutMs: 400 });
  const [answer] = await askListeners([one], context, ms);
  return answer !== undefined && 'asked' in answer ? answer.asked : [];
}

async function peer(serve: Parameters<typeof listen>[0]): Promise<number> {
  const server = await listen(serve);
  closing.push(() => server.close());
  return server.port;
}

describe('a listener', () => {
  it.each(['http', 'smtp', 'line'] as const)(
    'is asked in %s once, and its proof comes back whole',
    async (speech) => {
      const listener = await scriptedListener({ speech });
      closing.push(listener.close);
      const [one, ...others] = await asked(ask(listener.port, { speech }));
      expect(others).toEqual([]);
      expect(one).toMatchObject({ address: '127.0.0.1', nonce: NONCES[0], seen: 'a proof' });
      expect(
        one?.proof && judgeProof(runKey(CODE, RUN), { run: RUN, nonce: NONCES[0] ?? '' }, one.proof),
      ).toBe('proven');
      expect(listener.heard).toHaveLength(1);
    },
  );

  it('is asked at each address of its name, four at most, with a challenge for each', async () => {
    const addresses = [1, 2, 3, 4, 5].map((last) => `127.0.0.${last}`);
    const dns = await startDnsServer({ 'many.example.com': { A: addresses } });
    closing.push(dns.close);
    const port = await closedPort();
    const all = await asked(ask(port, { host: 'many.example.com' }), { dnsServers: [dns.address] });
    expect(all.map(({ nonce }) => nonce)).toEqual(NONCES);
    expect(new Set(all.map(({ address }) => address)).size).toBe(4);
    expect(all.every(({ proof, seen }) => proof === undefined && seen.includes('refused'))).toBe(true);
  });

  it('on an address that is not on the internet gets no packet', async () => {
    const listener = await scriptedListener({ speech: 'line' });
    closing.push(listener.close);
    const [one] = await asked(ask(listener.port), { allowPrivate: false });
    expect(one?.seen).toBe(`no packet was sent to 127.0.0.1:${listener.port}: loopback`);
    expect(listener.heard).toEqual([]);
  });
});

describe('a peer that', () => {
  it('sends a byte now and then is left when the time is up', async () => {
    const port = await peer((socket) => {
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    const [one] = await asked(ask(port), { ms: 300 });
    expect(one?.proof).toBeUndefined();
    expect(one?.seen).toMatch(/^an answer without a proof: "x+"$/);
  });

  it('sends without end is read for some kilobytes', async () => {
    let sent = 0;
    const port = await peer((socket) => {
      const fill = (): void => {
        while (!socket.destroyed && socket.write('y'.repeat(10_000))) sent += 10_000;
      };
      socket.on('drain', fill).on('error', () => undefined);
      fill();
    });
    const [one] = await asked(ask(port));
    expect(one?.seen.length).toBeLessThan(100);
    expect(one?.proof).toBeUndefined();
    expect(sent).toBeLessThan(50_000_000);
  });

  it('repeats the challenge and control characters gets neither into the words', async () => {
    const port = await peer((socket) => {
      socket.on('data', (chunk: Buffer) => socket.end(`\u001b[31m${chunk.toString('latin1')}`));
    });
    const [one] = await asked(ask(port));
    expect(one?.seen).not.toContain(NONCES[0]);
    expect(one?.seen).not.toContain('\u001b');
  });
});

describe('the function', () => {
  const handler = createOwnership({
    allowPrivate: true,
    dnsServers: ['127.0.0.1:9'],
    telemetry: memoryTelemetry(),
  });

  it.each([
    ['a port from 1024 on', [ask(1_024)]],
    ['a TLS session', [ask(443, { speech: 'https' })]],
    ['more than eight hosts', Array.from({ length: 9 }, () => ask(443))],
    ['more than four challenges', [ask(443, { nonces: [...NONCES, 'e'.repeat(32)] })]],
    ['a line of the caller’s own', [ask(443, { nonces: ['x\r\nHELO y'] })]],
    ['nobody', []],
  ])('refuses to ask %s', async (_, listeners) => {
    await expect(handler({ listeners }, invocation())).rejects.toThrow('no listeners to challenge');
  });

  it('says what came of each', async () => {
    const answer = await handler({ listeners: [ask(1, { host: 'nowhere.invalid' })] }, invocation());
    expect(answer).toEqual({
      hosts: [],
      listeners: [{ host: 'nowhere.invalid', seen: 'nowhere.invalid has no address' }],
    });
  });
});

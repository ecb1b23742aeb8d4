import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnoseSsh } from '../../lib/diagnose/ssh.ts';
import { SshObservation } from '../../lib/model/observation.ts';
import type { ProbeSpec } from '../../lib/model/plan.ts';
import { identificationIn, probeSsh } from '../../lib/probe/ssh.ts';
import { testContext, testSpec, testVantage } from '../servers/probe-context.ts';
import {
  banner,
  closedPort,
  drip,
  endless,
  finAtOnce,
  listen,
  type Peer,
  resetAfter,
  silent,
} from '../servers/tcp-peers.ts';

let peer: Peer | undefined;
afterEach(async () => {
  await peer?.close();
  peer = undefined;
});

async function check(port: number, spec: Partial<ProbeSpec> = {}) {
  const observation = await probeSsh(testSpec('ssh', { port, ...spec }), testContext());
  expect(SshObservation.parse(observation)).toEqual(observation);
  const { state, faults } = diagnoseSsh(observation, {
    endpoint: {
      id: observation.endpointId,
      target: '127.0.0.1',
      kind: 'ssh',
      host: '127.0.0.1',
      port,
      expect: 'open',
      level: 'required',
    },
    vantage: testVantage(),
    now: 0,
  });
  return { observation, state, cause: faults[0]?.cause, summary: faults[0]?.summary };
}
async function checkPeer(serve: Parameters<typeof listen>[0], spec: Partial<ProbeSpec> = {}) {
  peer = await listen(serve);
  return check(peer.port, spec);
}

describe('the ssh probe', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', 'SSH-2.0-OpenSSH_9.2p1 Debian-2'],
    ['SSH-1.99-Cisco-1.25\n', 'SSH-1.99-Cisco-1.25'],
    ['Authorised users only\r\nand no others\r\nSSH-2.0-x\r\n', 'SSH-2.0-x'],
    ['SSH-2.0-\x1b]0;evil\x07\r\n', 'SSH-2.0-\\x1b]0;evil\\x07'],
  ])('reads the identification in %j', async (text, identification) => {
    const { observation, state, cause } = await checkPeer(banner(text));
    expect(observation.ssh?.identification).toBe(identification);
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
    expect(peer?.received()).toHaveLength(0);
  });

  it('waits for an identification that comes byte by byte', async () => {
    const { observation, state } = await checkPeer(drip('SSH-2.0-slow\r\n', 3));
    expect(observation.ssh?.identification).toBe('SSH-2.0-slow');
    expect(state).toBe('open');
  });

  it.each([
    ['another protocol', '220 mx ESMTP\r\n', 'fin'],
    ['an identification without end', `SSH-2.0-${'x'.repeat(300)}`, 'complete'],
    ['too many lines before it', `${'hello\r\n'.repeat(60)}SSH-2.0-x\r\n`, 'complete'],
  ])('takes %s for no ssh', async (_name, text, end) => {
    const { observation, state, cause } = await checkPeer((socket) => {
      socket.write(text);
      socket.end();
    });
    expect(observation.ssh?.identification).toBeUndefined();
    expect(observation.ssh?.read.end).toBe(end);
    expect({ state, cause }).toEqual({ state: 'broken', cause: 'ssh.not-ssh' });
  });

  it('stops at its bound when the banner has no end and no line', async () => {
    const { observation, state, cause, summary } = await checkPeer(endless('spam '));
    expect(observation.ssh?.read).toMatchObject({ end: 'too-large', bytes: 8_192 });
    expect({ state, cause }).toEqual({ state: 'broken', cause: 'ssh.not-ssh' });
    expect(summary).toContain('spam spam');
  });

  it('stops at its time when the peer drips', async () => {
    const { observation, cause } = await checkPeer(drip('x', 100), { timeoutMs: 350 });
    expect(observation.ssh?.read.end).toBe('timeout');
    expect(cause).toBe('ssh.not-ssh');
  });

  it.each([
    ['silence', silent, 'tcp.accepts-then-silent'],
    ['a FIN', finAtOnce, 'tcp.accepts-then-resets'],
    ['a RST', resetAfter(20), 'tcp.accepts-then-resets'],
  ] as const)('takes %s for a middlebox or a dead server', async (_name, serve, cause) => {
    expect(await checkPeer(serve, { timeoutMs: 200 })).toMatchObject({ state: 'broken', cause });
  });

  it('finds a closed port closed', async () => {
    expect(await check(await closedPort())).toMatchObject({ state: 'closed', cause: 'tcp.refused' });
  });

  it('finds the same identification however the bytes are cut', () => {
    const whole = Buffer.from('Welcome\r\nSSH-2.0-OpenSSH_9.2\r\nrest');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (cut) => {
        const found = identificationIn(whole.subarray(0, cut));
        if (found.status === 'found') expect(found.line.toString()).toBe('SSH-2.0-OpenSSH_9.2');
        else expect(cut).toBeLessThan(30);
      }),
    );
  });
});

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { LOCAL_HEADER, UNKNOWN_HEADER } from '../../../lib/kinds/connection/proxy-header.ts';
import { diagnoseSsh } from '../../../lib/kinds/ssh/diagnosis.ts';
import { SshObservation } from '../../../lib/kinds/ssh/observation.ts';
import { identificationIn, probeSsh } from '../../../lib/kinds/ssh/probe.ts';
import { sshReading } from '../../../lib/kinds/ssh/reading.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';
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
} from '../../servers/tcp-peers.ts';

let peer: Peer | undefined;
afterEach(async () => {
  await peer?.close();
  peer = undefined;
});

async function check(port: number, spec: Partial<ProbeSpec> = {}) {
  const observation = await inFakeTime(() => probeSsh(testSpec('ssh', { port, ...spec }), testContext()));
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

  it.each([
    'Exceeded MaxStartups\r\n',
    'Not allowed at this time\r\n',
    'Too many connections from your address\r\n',
    'Connection refused: try again later\n',
  ])('takes a server that turns the client away for SSH: %j', async (text) => {
    const { observation, state, cause, summary } = await checkPeer((socket) => socket.end(text));
    expect({ state, cause }).toEqual({ state: 'open', cause: 'ssh.turns-away' });
    expect(summary).toContain(text.trim());
    expect(sshReading.peerAnswered(observation)).toBe(true);
    expect(sshReading.restsOnConnect(observation)).toBe(false);
  });

  it.each([
    ['Too many connections', 'Too many connections'],
    ['', 'disconnect, reason 12'],
  ])('takes a server for SSH that disconnects by a message before any keys: %j', async (words, says) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(words.length);
    const payload = Buffer.concat([
      Buffer.from([1, 0, 0, 0, 12]),
      length,
      Buffer.from(words),
      Buffer.alloc(4),
    ]);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(1 + payload.length + 8);
    head[4] = 8;
    const { observation, state, cause, summary } = await checkPeer((socket) =>
      socket.end(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), head, payload, Buffer.alloc(8)])),
    );
    expect({ state, cause }).toEqual({ state: 'open', cause: 'ssh.turns-away' });
    expect(summary).toContain(`"${says}"`);
    expect(observation.ssh?.after?.text).toBe(says);
  });

  it.each(['421 4.7.0 too many connections\r\n', 'HTTP/1.1 403 Forbidden\r\n\r\n', '-ERR not allowed\r\n'])(
    'takes a refusal of another protocol for no ssh: %j',
    async (text) => {
      const { state, cause } = await checkPeer((socket) => socket.end(text));
      expect({ state, cause }).toEqual({ state: 'broken', cause: 'ssh.not-ssh' });
    },
  );

  it.each([
    ['in one piece', 0],
    ['in two', 50],
  ])('finds a PROXY header too many by what the server says unasked, %s', async (_name, pause) => {
    const { observation, state, cause } = await checkPeer((socket) => {
      socket.write('SSH-2.0-OpenSSH_9.2\r\n');
      setTimeout(() => socket.end('Invalid SSH identification string.\r\n'), pause);
    });
    expect(observation.ssh?.identification).toBe('SSH-2.0-OpenSSH_9.2');
    expect({ state, cause }).toEqual({ state: 'open', cause: 'tcp.proxy-header-unexpected' });
  });

  it.each([
    [
      'version 1',
      'PROXY TCP4 192.0.2.1 192.0.2.2 40000 22\r\nSSH-2.0-OpenSSH_9.2\r\n',
      'open',
      /"PROXY TCP4 192\.0\.2\.1 /,
    ],
    ['version 1 without addresses', 'PROXY UNKNOWN\r\nSSH-2.0-OpenSSH_9.2\r\n', 'open', /"PROXY UNKNOWN"/],
    ['version 2', Buffer.concat([LOCAL_HEADER, Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')]), 'broken', /QUIT/],
  ])('names a PROXY header of %s that the server begins with', async (_name, words, expected, says) => {
    const { state, cause, summary } = await checkPeer(banner(words));
    expect({ state, cause }).toEqual({ state: expected, cause: 'tcp.proxy-header-unexpected' });
    expect(summary).toMatch(says);
  });

  it('accepts a line that only mentions a proxy', async () => {
    const { state, cause } = await checkPeer(banner('PROXY of the company\r\nSSH-2.0-OpenSSH_9.2\r\n'));
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
  });

  it('warns of a server that closes right after its identification', async () => {
    const { observation, state, cause } = await checkPeer((socket) => socket.end('SSH-2.0-dropbear\r\n'));
    expect(observation.ssh?.after).toMatchObject({ end: 'fin', bytes: 0 });
    expect({ state, cause }).toEqual({ state: 'open', cause: 'ssh.turns-away' });
  });

  it('lets a key exchange at once pass', async () => {
    const { state, cause } = await checkPeer(banner('SSH-2.0-x\r\n\0\0\x04\x1c\x0a\x14'));
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
  });

  it('claims no PROXY header where every other client is dropped', async () => {
    let clients = 0;
    const { observation, cause } = await checkPeer((socket) => {
      clients += 1;
      if (clients === 1) socket.end();
      else socket.write('SSH-2.0-OpenSSH_9.2\r\n');
    });
    expect(observation.ssh?.proxyHeader).toBeUndefined();
    expect(cause).toBe('tcp.accepts-then-resets');
  });

  it.each([
    ['closes', 100, LOCAL_HEADER],
    ['waits', 5_000, LOCAL_HEADER],
    ['closes', 100, UNKNOWN_HEADER],
    ['waits', 5_000, UNKNOWN_HEADER],
  ])('finds a server that wants a PROXY header and %s without one', async (_name, pause, header) => {
    const { observation, state, cause } = await checkPeer(
      (socket) => {
        const end = setTimeout(() => socket.end(), pause);
        socket.on('close', () => clearTimeout(end));
        socket.on('data', (bytes) => {
          clearTimeout(end);
          if (bytes.equals(header)) socket.write('SSH-2.0-OpenSSH_9.2\r\n');
        });
      },
      { timeoutMs: 1_500 },
    );
    expect(observation.ssh?.proxyHeader).toMatchObject({ status: 'expected' });
    expect({ state, cause }).toEqual({ state: 'broken', cause: 'tcp.proxy-header-expected' });
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

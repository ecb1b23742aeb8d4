/** Peers whose words can't be held against what was asked: replies out of step, tarpits. Nothing is claimed of them. */
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { LOCAL_HEADER, UNKNOWN_HEADER } from '../../../../lib/kinds/connection/proxy-header.ts';
import type { Assertions } from '../../../../lib/model/endpoint.ts';
import { inFakeTime } from '../../../servers/fake-time.ts';
import { listen, type Peer } from '../../../servers/tcp-peers.ts';
import { faultsOf, probeAndDiagnose, smtpSpec } from '../scenario.ts';

const ASK: Assertions = { recipient: 'info@customer.example', relayTest: true };

/** A mail server that answers `unasked` to something that no client sent, `pause` ms after its greeting. */
function outOfStep(socket: Socket, unasked: string, pause: number, ehlo: string) {
  socket.write('220 mx.example ESMTP\r\n');
  const more = () => socket.write(`${unasked}\r\n`);
  if (pause === 0) more();
  let asked = 0;
  socket.on('data', (bytes) => {
    for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
      asked += 1;
      if (asked === 1 && pause > 0) more();
      if (/^EHLO|^HELO/.test(line)) socket.write(`${ehlo}\r\n`);
      else if (/^RCPT TO:<inbound/.test(line)) socket.write('554 5.7.1 Relay access denied\r\n');
      else if (line === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
      else socket.write('250 2.1.0 Ok\r\n');
    }
  });
}

async function checkNow(
  serve: Parameters<typeof listen>[0],
  timeoutMs = 10_000,
  assertions: Assertions = ASK,
) {
  const peer: Peer = await listen(serve);
  try {
    return await probeAndDiagnose(smtpSpec(peer.port, { assertions, timeoutMs }));
  } finally {
    await peer.close();
  }
}

/** For peers that pause. Whether a reply was asked for is seen by what the socket holds, which is nothing for fake time. */
const check = (...args: Parameters<typeof checkNow>) => inFakeTime(() => checkNow(...args));

describe('replies out of step', () => {
  test.each([
    ['with the greeting', 0, '250-mx.example\r\n250 PIPELINING'],
    ['behind EHLO', 1, '250-mx.example\r\n250 PIPELINING'],
    ['behind EHLO of a server without extensions', 1, '250 mx.example'],
  ])(
    'a complaint unasked, %s, is a PROXY header too many, and nothing else is claimed',
    async (_name, pause, ehlo) => {
      const { finding, observation } = await checkNow((socket) =>
        outOfStep(socket, '500 5.5.2 Error: bad syntax', pause, ehlo),
      );
      expect(faultsOf(finding)).toEqual(['tcp.proxy-header-unexpected fail host']);
      expect(finding.state).toBe('open');
      expect(finding.summary).toContain('500 5.5.2 Error: bad syntax');
      expect(observation.smtp?.relay).toBeUndefined();
    },
  );

  test('a header in binary (version 2) holds lines of its own, QUIT among them', async () => {
    const { finding } = await checkNow((socket) => {
      socket.write('220 mx.example ESMTP\r\n');
      socket.end('500 5.5.2 Error: bad syntax\r\n500 5.5.2 Error: bad syntax\r\n221 2.0.0 Bye\r\n');
    });
    expect(faultsOf(finding)).toEqual(['tcp.proxy-header-unexpected fail host']);
  });

  test('a second greeting is out of step, and no PROXY header', async () => {
    const { finding } = await checkNow((socket) => outOfStep(socket, '220 again', 0, '250 mx.example'));
    expect(faultsOf(finding)).toEqual(['smtp.out-of-step fail service']);
  });

  test('one reply too many in the middle shows when QUIT is answered by 250', async () => {
    const { finding } = await checkNow((socket) => {
      socket.write('220 mx.example ESMTP\r\n');
      // From MAIL on each command is answered by the reply to the one before it.
      let held: string | undefined;
      socket.on('data', (bytes) => {
        for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
          if (line === 'QUIT') socket.end(`${held}221 2.0.0 Bye\r\n`);
          else socket.write(held ?? '250 2.1.0 Ok\r\n');
          if (held !== undefined || line.startsWith('MAIL')) held = '250 2.1.0 Ok\r\n';
        }
      });
    });
    expect(faultsOf(finding)).toEqual(['smtp.out-of-step fail service']);
  });

  test('421 may come unasked', async () => {
    const { finding } = await checkNow((socket) => {
      socket.end('220 mx.example ESMTP\r\n421 4.3.2 shutting down\r\n');
    });
    expect(faultsOf(finding)).toEqual(['smtp.temporarily-unavailable fail service']);
  });
});

describe('a mail server that waits for a PROXY header', () => {
  test.each([
    ['421 4.3.0 mx.example Server local error\r\n', LOCAL_HEADER],
    ['', LOCAL_HEADER],
    ['', UNKNOWN_HEADER],
  ])('is recognised by its greeting behind one, where it gave up with %j', async (last, header) => {
    const { finding, observation } = await check((socket) => {
      const giveUp = setTimeout(() => socket.end(last), 1_000);
      socket.on('close', () => clearTimeout(giveUp));
      socket.on('data', (bytes) => {
        if (bytes.equals(header)) socket.write('220 mx.example ESMTP\r\n');
      });
    });
    expect(observation.smtp?.proxyHeader).toEqual({
      status: 'expected',
      text: expect.stringContaining('220 mx'),
    });
    expect(faultsOf(finding)).toEqual(['tcp.proxy-header-expected fail host']);
  });

  test('is not called again where it turns clients away at once', async () => {
    let clients = 0;
    await check((socket) => {
      clients += 1;
      socket.end('421 4.3.0 mx.example Server local error\r\n');
    });
    expect(clients).toBe(1);
  });
});

describe('tarpits', () => {
  test('a greeting byte by byte is one, seen long before its end', async () => {
    const { finding, observation } = await check((socket) => {
      const bytes = [...'220 mx.example ESMTP tarpit for unwanted senders\r\n'];
      const timer = setInterval(() => {
        const byte = bytes.shift();
        if (byte === undefined || socket.destroyed) clearInterval(timer);
        else socket.write(byte);
      }, 450);
      socket.on('close', () => clearInterval(timer));
    });
    expect(faultsOf(finding)).toEqual(['smtp.tarpit fail service']);
    expect(finding.state).toBe('inconclusive');
    expect(observation.smtp?.stutter?.bytes).toBeGreaterThan(4);
    expect(observation.smtp?.unfinished).toMatch(/^220 /);
  });

  test('the port is open all the same where nothing else was asked', async () => {
    const { finding } = await check(
      (socket) => {
        const bytes = [...'220 mx.example ESMTP'];
        const timer = setInterval(() => socket.write(bytes.shift() ?? '-'), 450);
        socket.on('close', () => clearInterval(timer));
      },
      10_000,
      {},
    );
    expect(finding.state).toBe('open');
    expect(faultsOf(finding)).toEqual(['smtp.tarpit warn service']);
  });

  test('one that says the same to every command is one, however fast', async () => {
    const { finding } = await check((socket) => {
      socket.write('220 mx.example ESMTP\r\n');
      socket.on('data', () => socket.write('250 ok, slowly\r\n'));
    });
    expect(faultsOf(finding)).toEqual(['smtp.tarpit fail service']);
    expect(finding.summary).toMatch(/answers every command, QUIT too/);
  });

  test('a byte now and then within a flowing reply is none', async () => {
    const { finding } = await check(
      (socket) => {
        socket.write('2');
        setTimeout(() => socket.write('20 mx.example ESMTP\r\n'), 50);
        socket.on('data', (bytes) =>
          socket.write(bytes.toString().startsWith('QUIT') ? '221 bye\r\n' : '250 Ok\r\n'),
        );
      },
      10_000,
      {},
    );
    expect(faultsOf(finding)).toEqual(['smtp.starttls-missing warn service']);
  });
});

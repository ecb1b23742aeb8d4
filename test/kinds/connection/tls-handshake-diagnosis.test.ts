import type { Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { clientHello } from '../../../lib/kinds/connection/client-hello.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { answer, banner, drip, finAtOnce, listen, resetAtOnce, silent } from '../../servers/tcp-peers.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from '../tls/scenario.ts';

const root = await createAuthority();
const { key, chain: cert } = await root.issue({ names: ['www.test'] });
const anchors = [root.root];

/** Reads the ClientHello, then does its worst. */
const afterHello =
  (act: (socket: Socket) => void) =>
  (socket: Socket): void => {
    socket.once('data', () => act(socket));
  };
const record = (type: number, ...content: number[]): Buffer =>
  Buffer.of(type, 3, 3, 0, content.length, ...content);

const peers: readonly {
  readonly name: string;
  readonly serve: (socket: Socket) => void;
  readonly handshake: object;
  readonly faults: readonly string[];
  readonly says: RegExp;
}[] = [
  {
    name: 'plain HTTP on the TLS port',
    serve: answer(
      'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\nThe plain HTTP request was sent to HTTPS port',
    ),
    handshake: {
      status: 'not-tls',
      firstBytes: expect.stringMatching(/^HTTP\/1\.1 400 Bad Request\\r\\nServer/),
    },
    faults: ['tls.not-tls fail'],
    says: /speaks plain HTTP, not TLS; its first bytes are "HTTP\/1\.1 400/,
  },
  {
    name: 'an SSH server, which speaks first',
    serve: banner('SSH-2.0-OpenSSH_9.6\r\n'),
    handshake: { status: 'not-tls', firstBytes: 'SSH-2.0-OpenSSH_9.6\\r\\n' },
    faults: ['tls.not-tls fail'],
    says: /speaks SSH/,
  },
  {
    name: 'a mail server, which speaks first',
    serve: banner('220 mx.test ESMTP\r\n'),
    handshake: { status: 'not-tls', firstBytes: '220 mx.test ESMTP\\r\\n' },
    faults: ['tls.not-tls fail'],
    says: /SMTP or FTP in clear/,
  },
  {
    name: 'a byte that is no record, then the end',
    serve: afterHello((socket) => socket.end('x')),
    handshake: { status: 'not-tls', firstBytes: 'x' },
    faults: ['tls.not-tls fail'],
    says: /first bytes are "x"/,
  },
  {
    name: 'control characters and escape sequences are shown, not sent on',
    serve: answer('\x1b[31mred\x00\r\n'),
    handshake: { status: 'not-tls', firstBytes: '\\x1b[31mred\\x00\\r\\n' },
    faults: ['tls.not-tls fail'],
    says: /x1b\[31mred/,
  },
  {
    name: 'a TLS record of garbage',
    serve: afterHello((socket) =>
      socket.write(Buffer.concat([Buffer.of(22, 3, 3, 0x40, 0), Buffer.alloc(0x4000, 7)])),
    ),
    handshake: { status: 'failed', code: expect.stringMatching(/^ERR_SSL_/) },
    faults: ['tls.handshake-failed fail'],
    says: /records that OpenSSL rejects \(ERR_SSL_[A-Z_]+: [a-z ]+\)\.$/,
  },
  {
    name: 'a record longer than TLS permits',
    serve: afterHello((socket) =>
      socket.write(Buffer.concat([Buffer.of(22, 3, 3, 0xff, 0xff), Buffer.alloc(99)])),
    ),
    handshake: { status: 'failed', code: expect.stringMatching(/LENGTH_TOO_LONG/) },
    faults: ['tls.handshake-failed fail'],
    says: /LENGTH_TOO_LONG/,
  },
  {
    name: 'a FIN after the ClientHello',
    serve: afterHello((socket) => socket.end()),
    handshake: { status: 'closed', by: 'fin' },
    faults: ['tls.handshake-reset fail', 'tcp.accepts-then-resets info'],
    says: /closed the connection after the ClientHello, without a byte/,
  },
  {
    name: 'a FIN at once',
    serve: finAtOnce,
    handshake: { status: 'closed', by: 'fin' },
    faults: ['tls.handshake-reset fail', 'tcp.accepts-then-resets info'],
    says: /closed the connection/,
  },
  {
    name: 'an RST after the ClientHello',
    serve: afterHello(resetAtOnce),
    handshake: { status: 'closed', by: 'reset' },
    faults: ['tls.handshake-reset fail', 'tcp.accepts-then-resets info'],
    says: /reset the connection \(RST\)/,
  },
  {
    name: 'silence',
    serve: silent,
    handshake: { status: 'timeout' },
    faults: ['tls.handshake-timeout fail', 'tcp.accepts-then-silent info'],
    says: /does not answer the ClientHello: a middlebox/,
  },
  {
    name: 'a stall after the first packet hints at the path MTU',
    serve: afterHello((socket) =>
      socket.write(Buffer.concat([Buffer.of(22, 3, 3, 9, 0, 2, 0, 8, 0xfc), Buffer.alloc(90)])),
    ),
    handshake: { status: 'timeout' },
    faults: ['tls.handshake-timeout fail'],
    says: /stalled after 99 bytes.*path MTU/,
  },
  {
    name: 'one byte at a time ends with the probe’s time',
    serve: afterHello(drip('\x16\x03\x03\x09\x00\x02\x00', 20)),
    handshake: { status: 'timeout' },
    faults: ['tls.handshake-timeout fail'],
    says: /stalled after \d+ bytes/,
  },
  {
    name: 'an alert that OpenSSL has no name for',
    serve: afterHello((socket) => socket.end(record(21, 2, 200))),
    handshake: { status: 'alert', number: 200, name: 'alert 200' },
    faults: ['tls.alert fail'],
    says: /alert 200/,
  },
  {
    name: 'an unknown name as a warning, then the end',
    serve: afterHello((socket) => socket.end(record(21, 1, 112))),
    handshake: { status: 'alert', number: 112, name: 'unrecognized_name' },
    faults: ['tls.alert fail'],
    says: /alert 112 \(unrecognized_name\): it has no site for the name www\.test/,
  },
  ...(
    [
      [10, 'unexpected_message', /alert 10/],
      [40, 'handshake_failure', /no cipher, key or version in common/],
      [42, 'bad_certificate', /client certificate/],
      [47, 'illegal_parameter', /alert 47/],
      [48, 'unknown_ca', /client certificate/],
      [49, 'access_denied', /may not/],
      [50, 'decode_error', /alert 50/],
      [70, 'protocol_version', /none of TLS 1\.0 to 1\.3/],
      [71, 'insufficient_security', /alert 71/],
      [80, 'internal_error', /fault of its own/],
      [86, 'inappropriate_fallback', /alert 86/],
      [109, 'missing_extension', /alert 109/],
      [110, 'unsupported_extension', /alert 110/],
      [112, 'unrecognized_name', /no site for the name www\.test/],
      [116, 'certificate_required', /client certificate/],
      [120, 'no_application_protocol', /ALPN/],
    ] as const
  ).map(([number, name, says]) => ({
    name: `alert ${number}`,
    serve: afterHello((socket) => socket.end(record(21, 2, number))),
    handshake: { status: 'alert', number, name },
    faults: ['tls.alert fail'],
    says,
  })),
];

describe('a handshake that fails is broken, and named', () => {
  test.each(peers)('$name', async ({ serve, handshake, faults, says }) => {
    const peer = await listen(serve);
    const seen = await observeTls(peer.port, { spec: { timeoutMs: 400 } });
    await peer.close();
    expect(seen.tls.handshake).toMatchObject(handshake);
    expect(seen.state).toBe('broken');
    expect(seen.faults).toEqual(faults);
    expect(seen.finding.faults[0]?.summary).toMatch(says);
  });
});

test('silence proves nothing where the own network answers for everyone', async () => {
  const peer = await listen(silent);
  const negative = {
    address: '240.0.0.1',
    port: 443,
    clean: false,
    detail: 'connected',
    at: '2026-01-01T00:00:00Z',
  };
  const seen = await observeTls(peer.port, { spec: { timeoutMs: 200 }, vantage: { negative } });
  await peer.close();
  expect(seen.state).toBe('inconclusive');
  expect(seen.faults).toEqual(['prober.network-answers-for-all fail']);
});

describe('a server that demands a client certificate', () => {
  test.each([
    ['TLSv1.2', 40],
    ['TLSv1.3', 116],
  ] as const)('in %s refuses with alert %i', async (version, number) => {
    const port = await tlsServer({
      key,
      cert,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    });
    const seen = await observeTls(port, { anchors });
    expect(seen.tls.handshake).toMatchObject({ status: 'alert', number });
    expect(seen.state).toBe('broken');
    expect(seen.faults).toEqual(['tls.alert fail']);
    expect(seen.finding.summary).toMatch(/demands a client certificate/);
  });
});

test('a server that refuses a missing client certificate late is not taken for an open one', async () => {
  const { connect } = await import('node:net');
  const real = await tlsServer({
    key,
    cert,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  });
  // Holds the client's second flight (its Finished) back, as a busy server or a long way does.
  const front = await listen((socket) => {
    const behind = connect(real, '127.0.0.1');
    behind.on('error', () => {});
    behind.pipe(socket);
    socket.once('data', (hello: Buffer) => {
      behind.write(hello);
      socket.on('data', (flight: Buffer) => setTimeout(() => behind.write(flight), 400));
    });
  });
  const seen = await observeTls(front.port, { anchors });
  await front.close();
  expect(seen.tls.handshake).toMatchObject({ status: 'alert', number: 116 });
  expect(seen.state).toBe('broken');
});

test('a server that asks for a client certificate and does without is open', async () => {
  const port = await tlsServer({ key, cert, requestCert: true, rejectUnauthorized: false });
  const seen = await observeTls(port, { anchors });
  expect(seen.tls.handshake).toEqual({ status: 'complete' });
  expect(seen.state).toBe('open');
});

describe('protocol versions', () => {
  const cases = [
    ['TLSv1.2', 'TLSv1.3', undefined, 'TLSv1.3', 'TLSv1.2', []],
    ['TLSv1.3', 'TLSv1.3', undefined, 'TLSv1.3', 'TLSv1.3', []],
    ['TLSv1.2', 'TLSv1.2', undefined, 'TLSv1.2', 'TLSv1.2', []],
    ['TLSv1', 'TLSv1.3', undefined, 'TLSv1.3', 'TLSv1', ['tls.protocol-too-old warn']],
    ['TLSv1.1', 'TLSv1.2', undefined, 'TLSv1.2', 'TLSv1.1', ['tls.protocol-too-old warn']],
    ['TLSv1', 'TLSv1.2', 'TLSv1.2', 'TLSv1.2', 'TLSv1', ['tls.protocol-too-old fail']],
    ['TLSv1.2', 'TLSv1.3', 'TLSv1.3', 'TLSv1.3', 'TLSv1.2', ['tls.protocol-too-old fail']],
    ['TLSv1', 'TLSv1.2', 'TLSv1', 'TLSv1.2', 'TLSv1', []],
    ['TLSv1', 'TLSv1', undefined, 'TLSv1', 'TLSv1', ['tls.protocol-too-old fail']],
    ['TLSv1.1', 'TLSv1.1', undefined, 'TLSv1.1', 'TLSv1.1', ['tls.protocol-too-old fail']],
  ] as const;
  test.each(cases)(
    'a server of %s to %s under minimum %s: negotiated %s, oldest %s',
    async (minVersion, maxVersion, minimum, protocol, oldestProtocol, faults) => {
      const port = await tlsServer({ key, cert, minVersion, maxVersion });
      const assertions = minimum === undefined ? {} : { tlsMinVersion: minimum };
      const seen = await observeTls(port, { anchors, assertions, spec: { oldProtocols: true } });
      expect(seen.tls).toMatchObject({ handshake: { status: 'complete' }, protocol, oldestProtocol });
      expect(seen.faults).toEqual(faults);
      expect(seen.state).toBe('open');
    },
  );

  test('no further connection is made where the oldest protocol is not asked for', async () => {
    let hellos = 0;
    const port = await tlsServer({
      key,
      cert,
      minVersion: 'TLSv1',
      SNICallback: (_, done) => {
        hellos += 1;
        done(null);
      },
    });
    const seen = await observeTls(port, { anchors });
    expect(seen.tls.oldestProtocol).toBeUndefined();
    expect(hellos).toBe(1);
  });

  // A ServerHello: version, random, no session, a cipher suite, no compression.
  const serverHello = (minor: number): Buffer => {
    const body = Buffer.concat([
      Buffer.of(2, 0, 0, 38, 3, minor),
      Buffer.alloc(32, 1),
      Buffer.of(0, 0, 0x35, 0),
    ]);
    return Buffer.concat([Buffer.of(22, 3, minor, 0, body.length), body]);
  };
  const ssl3Hello = serverHello(0);

  test.each([
    ['picks it from every offer', () => ssl3Hello],
    [
      'refuses all newer offers',
      (hello: Buffer) => (hello.subarray(9, 11).equals(Buffer.of(3, 0)) ? ssl3Hello : record(21, 2, 70)),
    ],
  ])('a server that knows SSL 3.0 only and %s is too old', async (_, reply) => {
    const peer = await listen((socket) => {
      socket.once('data', (hello: Buffer) => socket.end(reply(hello)));
    });
    const seen = await observeTls(peer.port, { spec: { oldProtocols: true } });
    await peer.close();
    expect(seen.state).toBe('broken');
    expect(seen.tls).toMatchObject({ oldestProtocol: 'SSLv3', tls12Refused: true });
    expect(seen.faults).toEqual(['tls.protocol-too-old fail']);
    expect(seen.observation.exchange.at(-1)?.text).toMatch(/SSLv3, and TLS 1\.2 is refused/);
  });

  /** Accepts every version by itself, but our main ClientHello (the longest offer) gets `alert`, as does TLS 1.2 if asked for. */
  const picky =
    (alert: number, tls12: 'accepted' | 'refused') =>
    (socket: Socket): void => {
      socket.once('data', (hello: Buffer) => {
        const minor = hello[10] ?? 0;
        const isMain = hello.includes(Buffer.of(0, 0x2b, 0));
        const refused = isMain || (minor === 3 && tls12 === 'refused');
        socket.end(refused ? record(21, 2, alert) : serverHello(Math.max(1, minor)));
      });
    };

  test.each([
    [116, 'accepted', 'tls.alert fail'],
    [120, 'accepted', 'tls.alert fail'],
    [40, 'accepted', 'tls.alert fail'],
    [70, 'accepted', 'tls.alert fail'],
    [40, 'refused', 'tls.alert fail'],
    [116, 'refused', 'tls.alert fail'],
    [80, 'refused', 'tls.alert fail'],
    [70, 'refused', 'tls.protocol-too-old fail'],
  ] as const)(
    'alert %i of a server that speaks TLS 1.0 too, TLS 1.2 %s by itself: %s',
    async (number, tls12, expected) => {
      const peer = await listen(picky(number, tls12));
      const seen = await observeTls(peer.port, { spec: { oldProtocols: true } });
      await peer.close();
      expect(seen.tls.handshake).toMatchObject({ status: 'alert', number });
      expect(seen.tls.oldestProtocol).toBe('TLSv1');
      expect(seen.tls.tls12Refused ?? false).toBe(number === 70 && tls12 === 'refused');
      expect(seen.faults).toEqual([expected]);
      if (expected.startsWith('tls.alert')) expect(seen.finding.summary).toContain(`alert ${number} `);
    },
  );

  test.each([
    ['TLSv1.3', 116],
    ['TLSv1.2', 40],
  ] as const)(
    'a server of TLS 1.0 to %s that demands a client certificate says so, and is not called old',
    async (maxVersion, number) => {
      const port = await tlsServer({
        key,
        cert,
        minVersion: 'TLSv1',
        maxVersion,
        requestCert: true,
        rejectUnauthorized: true,
      });
      const seen = await observeTls(port, { anchors, spec: { oldProtocols: true } });
      expect(seen.tls).toMatchObject({ handshake: { status: 'alert', number }, oldestProtocol: 'TLSv1' });
      expect(seen.faults).toEqual(['tls.alert fail']);
      expect(seen.finding.summary).toMatch(/demands a client certificate/);
    },
  );
});

test('a server that drops the old ClientHello without a word accepts nothing old', async () => {
  const hello = clientHello('TLSv1.1', undefined, Buffer.alloc(32));
  expect(hello.subarray(9, 11)).toEqual(Buffer.of(3, 2));
  const real = await tlsServer({ key, cert, maxVersion: 'TLSv1.2' });
  const { connect } = await import('node:net');
  const front = await listen((socket) => {
    socket.once('data', (first: Buffer) => {
      if (first.subarray(9, 11).equals(Buffer.of(3, 2))) return socket.resetAndDestroy();
      const behind = connect(real, '127.0.0.1');
      behind.on('error', () => {});
      behind.write(first);
      socket.pipe(behind).pipe(socket);
    });
  });
  const seen = await observeTls(front.port, { anchors, spec: { oldProtocols: true } });
  await front.close();
  expect(seen.tls.oldestProtocol).toBe('TLSv1.2');
  expect(seen.faults).toEqual([]);
});

test('one of Mozilla’s roots, sent by a stranger without its key, proves nothing', async () => {
  const stranger = await createAuthority({ subject: 'Stranger Root' });
  const issued = await stranger.issue({ names: ['www.test'] });
  const seen = await observeTls(
    await tlsServer({ key: issued.key, cert: issued.cert + rootCertificates[0] }),
  );
  expect(seen.faults).toEqual(['tls.chain-incomplete fail']);
});

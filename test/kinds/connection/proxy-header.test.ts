/** The PROXY protocol between a client and its server: one header too many, or one that is missing. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LOCAL_HEADER, UNKNOWN_HEADER } from '../../../lib/kinds/connection/proxy-header.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { listen, type Peer } from '../../servers/tcp-peers.ts';
import * as http from '../http/scenario.ts';
import { faultsOf, probeAndDiagnose, smtpSpec } from '../smtp/scenario.ts';
import * as tls from '../tls/scenario.ts';

/** A probe asks again where a first answer fits, and gives each question a part of its time. */
const observeTls: typeof tls.observeTls = (...args) => inFakeTime(() => tls.observeTls(...args));
const observeHttp: typeof http.observeHttp = (...args) => inFakeTime(() => http.observeHttp(...args));

let peer: Peer | undefined;
afterEach(async () => {
  await peer?.close();
  peer = undefined;
});
const serve = async (on: (socket: Socket) => void): Promise<number> => {
  peer = await listen(on);
  return peer.port;
};

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
/** A fatal alert (RFC 8446 §6). */
const ALERT = (number: number): Buffer => Buffer.of(21, 3, 3, 0, 2, 2, number);
/** The head of a ServerHello's record; no more is waited for. */
const SERVER_HELLO = Buffer.of(22, 3, 3, 0, 4, 2, 0, 0, 0);

describe('a PROXY header that the server does not expect', () => {
  it.each([
    ['an alert', ALERT(10)],
    ['nginx, that takes it for plain HTTP', Buffer.from(BAD_REQUEST)],
  ])('is proven on a TLS port by %s where nothing was sent', async (_name, complaint) => {
    const { faults, state, tls } = await observeTls(await serve((socket) => socket.end(complaint)));
    expect(tls.proxyHeader?.status).toBe('unexpected');
    expect(state).toBe('broken');
    expect(faults[0]).toBe('tcp.proxy-header-unexpected fail');
    expect(faults.slice(1).every((fault) => fault.endsWith(' info'))).toBe(true);
  });

  it('is not claimed where the server complains of our own hello', async () => {
    const { faults, tls } = await observeTls(
      await serve((socket) => socket.once('data', () => socket.end(ALERT(10)))),
    );
    expect(tls.proxyHeader).toBeUndefined();
    expect(faults).toEqual(['tls.alert fail']);
  });

  it('is proven on a web port by a 400 where nothing was sent', async () => {
    const { faults, observation } = await observeHttp(await serve((socket) => socket.end(BAD_REQUEST)));
    expect(observation.http?.hops[0]?.proxyHeader).toMatchObject({ status: 'unexpected' });
    expect(faults).toEqual(['tcp.proxy-header-unexpected fail']);
  });

  it('is not claimed for a 400 to our own request', async () => {
    const { faults } = await observeHttp(
      await serve((socket) => socket.once('data', () => socket.end(BAD_REQUEST))),
    );
    expect(faults).toEqual(['http.status-unexpected fail']);
  });
});

describe('a PROXY header that the server sends to its clients', () => {
  const headers = [
    ['version 1', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n')],
    ['version 2', LOCAL_HEADER],
  ] as const;

  it.each(headers)('is named on a TLS port, %s', async (_version, header) => {
    const { faults } = await observeTls(
      await serve((socket) => socket.end(Buffer.concat([header, SERVER_HELLO]))),
    );
    expect(faults).toEqual(['tcp.proxy-header-unexpected fail']);
  });

  it.each(headers)('is named on a web port, %s', async (_version, header) => {
    const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const { faults } = await observeHttp(
      await serve((socket) => socket.once('data', () => socket.end(Buffer.concat([header, answer])))),
    );
    expect(faults).toEqual(['tcp.proxy-header-unexpected fail']);
  });

  it.each(headers)('is named on a mail port, %s', async (_version, header) => {
    const port = await serve((socket) =>
      socket.write(Buffer.concat([header, Buffer.from('220 mx.example ESMTP\r\n')])),
    );
    const { finding } = await probeAndDiagnose(smtpSpec(port));
    expect(faultsOf(finding)).toEqual(['tcp.proxy-header-unexpected fail host']);
  });
});

/** Closes a connection that does not begin with a header. */
const wantsHeader =
  (answer: string | Buffer, wanted: (rest: string) => boolean, bytes = LOCAL_HEADER) =>
  (socket: Socket): void => {
    let heard = '';
    const header = bytes.toString('latin1');
    socket.on('data', (more) => {
      heard += more.toString('latin1');
      if (!heard.startsWith(header.slice(0, heard.length))) return void socket.end();
      const rest = heard.slice(header.length);
      if (wanted(rest)) socket.end(answer);
    });
  };

describe('a PROXY header that the server waits for', () => {
  describe.each([
    ['version 2', LOCAL_HEADER],
    ['version 1 alone', UNKNOWN_HEADER],
  ])('of %s', (_version, header) => {
    it('is proven on a TLS port by an answer behind one', async () => {
      const port = await serve(wantsHeader(SERVER_HELLO, (rest) => rest.startsWith('\x16\x03'), header));
      const { faults, state, tls } = await observeTls(port);
      expect(tls.proxyHeader?.status).toBe('expected');
      expect(state).toBe('broken');
      expect(faults[0]).toBe('tcp.proxy-header-expected fail');
    });

    it('is proven on a web port by an answer behind one', async () => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
      const port = await serve(wantsHeader(answer, (rest) => rest.endsWith('\r\n\r\n'), header));
      const { faults, observation } = await observeHttp(port);
      expect(observation.http?.hops[0]?.proxyHeader).toMatchObject({ status: 'expected' });
      expect(faults).toEqual(['tcp.proxy-header-expected fail']);
    });
  });

  it('is not claimed where a plain connection is answered the next time', async () => {
    let clients = 0;
    const port = await serve((socket) => {
      clients += 1;
      const answers = clients > 2;
      socket.once('data', () => socket.end(answers ? 'HTTP/1.1 404 Not Found\r\n\r\n' : ''));
    });
    const { observation } = await observeHttp(port);
    expect(clients).toBe(4);
    expect(observation.http?.hops[0]?.proxyHeader).toBeUndefined();
  });

  it('is not claimed where the header itself is refused', async () => {
    const closesOnHttp = (refusal: string | Buffer) => (socket: Socket) =>
      socket.once('data', (bytes) => socket.end(bytes[0] === 0x0d ? refusal : ''));
    const { tls } = await observeTls(await serve(closesOnHttp(ALERT(70))));
    expect(tls.proxyHeader).toBeUndefined();
    await peer?.close();
    const { observation } = await observeHttp(await serve(closesOnHttp(BAD_REQUEST)));
    expect(observation.http?.hops[0]?.proxyHeader).toBeUndefined();
  });

  it('is not claimed where the connection is closed behind one too', async () => {
    const closes = (socket: Socket): void => {
      socket.once('data', () => socket.end());
    };
    const { tls } = await observeTls(await serve(closes));
    expect(tls.proxyHeader).toBeUndefined();
    await peer?.close();
    const { observation } = await observeHttp(await serve(closes));
    expect(observation.http?.hops[0]?.proxyHeader).toBeUndefined();
  });
});

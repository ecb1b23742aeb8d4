import { describe, expect, it } from 'vitest';
import { readIcmp } from '../../../lib/net/kernel/error-queue.ts';
import { decodeAddress, encodeAddress, sameAddress } from '../../../lib/net/kernel/socket-address.ts';
import { awaitsAck, retransmissionsIn, streamCounters } from '../../../lib/net/kernel/tcp-info.ts';

/** As Linux 6.18 gave it: port 82 of 127.0.0.1 was rejected with "administratively prohibited". */
const CONTROL_4 = Buffer.from(
  '3000000000000000000000000b0000007100000002030d000000000000000000020000007f0000010000000000000000',
  'hex',
);

/** struct cmsghdr, struct sock_extended_err and the sender's address. */
function control6({ origin = 3, from = '2001:db8::5' } = {}): Buffer {
  const error = Buffer.alloc(16);
  error.writeUInt8(origin, 4);
  error.writeUInt8(1, 5);
  error.writeUInt8(4, 6);
  const data = Buffer.concat([error, encodeAddress({ address: from, port: 0 })]);
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(BigInt(16 + data.length));
  head.writeInt32LE(41, 8);
  head.writeInt32LE(25, 12);
  return Buffer.concat([head, data]);
}

describe('the error queue', () => {
  it('has type, code and sender of an ICMP error', () => {
    expect(readIcmp(CONTROL_4)).toEqual({ version: 4, type: 3, code: 13, from: '127.0.0.1' });
    expect(readIcmp(control6())).toEqual({ version: 6, type: 1, code: 4, from: '2001:db8::5' });
  });

  it('finds it behind other control messages', () => {
    const other = Buffer.alloc(24);
    other.writeBigUInt64LE(20n);
    other.writeInt32LE(1, 8);
    expect(readIcmp(Buffer.concat([other, CONTROL_4]))?.code).toBe(13);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['an error of this machine itself', control6({ origin: 1 })],
    ['a message that says it is longer than what came', CONTROL_4.subarray(0, 40)],
    ['a message of no length, which would be read for ever', Buffer.alloc(64)],
  ])('has none in %s', (_, control) => {
    expect(readIcmp(control)).toBeUndefined();
  });
});

describe('socket addresses', () => {
  it.each([
    ['192.0.2.7', 443, '020001bbc00002070000000000000000'],
    ['2001:db8::7', 25, '0a0000190000000020010db800000000000000000000000700000000'],
  ])('%s port %i is written and read as the kernel does', (address, port, hex) => {
    expect(encodeAddress({ address, port }).toString('hex')).toBe(hex);
    expect(decodeAddress(Buffer.from(hex, 'hex'))).toEqual({ address, port });
  });

  it('that are cut off, or of another family, are none', () => {
    expect(decodeAddress(Buffer.from('0a000019000000002001', 'hex'))).toBeUndefined();
    expect(decodeAddress(Buffer.from('0100000000000000', 'hex'))).toBeUndefined();
    expect(decodeAddress(Buffer.alloc(0))).toBeUndefined();
  });

  it('are compared whatever their spelling', () => {
    expect(sameAddress('2001:DB8:0:0::7', '2001:db8::7')).toBe(true);
    expect(sameAddress('192.0.2.7', '192.0.2.8')).toBe(false);
  });
});

/** struct tcp_info with these fields. */
function tcpInfo(fields: {
  state?: number;
  acked?: bigint;
  sent?: bigint;
  again?: bigint;
  received?: bigint;
}): Buffer {
  const { state = 1, acked = 1n, sent = 0n, again = 0n, received = 0n } = fields;
  const info = Buffer.alloc(232);
  info.writeUInt8(state);
  info.writeUInt8(3, 2);
  info.writeUInt32LE(1448, 16);
  info.writeUInt32LE(1440, 84);
  info.writeUInt32LE(4, 100);
  info.writeBigUInt64LE(acked, 120);
  info.writeBigUInt64LE(received, 128);
  info.writeUInt32LE(3, 140);
  info.writeBigUInt64LE(sent, 200);
  info.writeBigUInt64LE(again, 208);
  return info;
}

describe('struct tcp_info', () => {
  it('tells payload that was sent, acknowledged and received, without SYN and FIN', () => {
    expect(streamCounters(tcpInfo({ sent: 1_000n, again: 800n, acked: 101n, received: 7n }))).toEqual({
      sentBytes: 200,
      ackedBytes: 100,
      retransmissions: 4,
      unanswered: 3,
      receivedBytes: 7,
      receivedSegments: 3,
      sendMss: 1448,
      receiveMss: 1440,
      ended: false,
    });
    expect(streamCounters(tcpInfo({ state: 5, sent: 200n, acked: 202n }))).toMatchObject({
      sentBytes: 200,
      ackedBytes: 200,
    });
  });

  it.each([
    [1, false],
    [4, false],
    [5, false],
    [7, true],
    [8, true],
  ])('state %i: ended by the peer is %s', (state, ended) => {
    expect(streamCounters(tcpInfo({ state }))?.ended).toBe(ended);
    expect(awaitsAck(tcpInfo({ state }))).toBe(state === 4);
  });

  it('of an old kernel has no counters', () => {
    expect(streamCounters(tcpInfo({}).subarray(0, 192))).toBeUndefined();
    expect(retransmissionsIn(tcpInfo({}).subarray(0, 104))).toBe(4);
    expect(retransmissionsIn(Buffer.alloc(0))).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { endText, readPacket } from '../../../../lib/local/listen/capture/packet.ts';
import { createRandom } from '../../../fuzz/random.ts';
import { FLAG, icmp, ip, mssOption, tcp } from './packets.ts';

const SIX = { source: '2001:db8::9', destination: '2001:db8::4' } as const;
const SYN = { flags: FLAG.syn, options: [1, 1, ...mssOption(1_440), 0, 0], sequence: 77 } as const;

describe('a packet', () => {
  it.each([
    ['IPv4', {}, '198.51.100.9:50412', '10.0.3.4:443'],
    ['IPv6', SIX, '[2001:db8::9]:50412', '[2001:db8::4]:443'],
  ])('over %s is a SYN with both ends and its MSS', (_name, ends, source, destination) => {
    const read = readPacket(tcp({ ...ends, ...SYN }));
    if (read?.protocol !== 'tcp') throw new Error('no TCP packet');
    expect(read).toMatchObject({ syn: true, ack: false, rst: false, mss: 1_440, sequence: 77 });
    expect(endText(read.source, read.sourcePort)).toBe(source);
    expect(endText(read.destination, read.destinationPort)).toBe(destination);
  });

  it('has the beginning of its data, without the padding of a short frame', () => {
    const packet = tcp({ flags: FLAG.ack | FLAG.psh, data: 'GET / HTTP/1.1' });
    const read = readPacket(Buffer.concat([packet, Buffer.alloc(6)]));
    expect(read).toMatchObject({ payload: Buffer.from('GET / HTTP/1.1') });
  });

  it('is read although the card cuts it into segments and leaves its length at 0', () => {
    const packet = tcp({ flags: FLAG.ack | FLAG.psh, data: 'GET /' });
    packet.writeUInt16BE(0, 2);
    expect(readPacket(packet)).toMatchObject({ payload: Buffer.from('GET /') });
  });

  it.each([
    ['IPv4', {}, 3, 13],
    ['IPv6', SIX, 1, 1],
  ])('over %s with an ICMP error names the connection that it is about', (_name, ends, type, code) => {
    expect(readPacket(icmp(type, code, tcp({ ...ends, ...SYN })))).toMatchObject({
      protocol: 'icmp',
      type,
      code,
      about: { sourcePort: 50_412, destinationPort: 443, ...ends },
    });
  });

  const later = tcp(SYN);
  later.writeUInt16BE(0x2010, 6);
  const short = tcp(SYN);
  short.writeUInt8(0x44, 0);
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another version of IP', Buffer.alloc(60, 0x55)],
    ['a later fragment', later],
    ['an IP header that is too short', short],
    ['UDP', ip('198.51.100.9', '10.0.3.4', 17, Buffer.alloc(20))],
    ['an echo request', icmp(8, 0, tcp(SYN))],
    ['an error about UDP', icmp(3, 3, ip('198.51.100.9', '10.0.3.4', 17, Buffer.alloc(20)))],
    ['an error within an error', icmp(3, 3, icmp(3, 3, tcp(SYN)))],
  ])('is nothing where it is %s', (_name, bytes) => {
    expect(readPacket(bytes)).toBeUndefined();
  });

  it('has no MSS where its options are malformed', () => {
    for (const options of [
      [2, 0, 0, 0],
      [2, 3, 5, 0],
      [8, 200, 0, 0],
      [1, 1, 1, 2],
    ])
      expect(readPacket(tcp({ flags: FLAG.syn, options }))).not.toHaveProperty('mss');
  });

  it('never throws, cut off anywhere', () => {
    for (const packet of [tcp(SYN), tcp({ ...SIX, ...SYN }), icmp(3, 3, tcp(SYN))])
      for (let length = 0; length <= packet.length; length += 1)
        expect(() => readPacket(packet.subarray(0, length))).not.toThrow();
  });

  it('never throws, whatever its bytes are, and its ports are ports', () => {
    const random = createRandom('packets 1');
    const models = [
      tcp(SYN),
      tcp({ ...SIX, ...SYN }),
      icmp(3, 3, tcp(SYN)),
      icmp(1, 4, tcp({ ...SIX, ...SYN })),
    ];
    let read = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Buffer.from(models[round % models.length] ?? Buffer.alloc(0));
      for (let change = 0; change <= round % 6; change += 1)
        bytes.writeUInt8(random.below(256), random.below(bytes.length));
      const packet = readPacket(
        bytes.subarray(0, random.chance(0.5) ? bytes.length : random.below(bytes.length)),
      );
      if (packet === undefined) continue;
      read += 1;
      const ends = packet.protocol === 'tcp' ? packet : packet.about;
      expect(ends.sourcePort).toBeLessThan(65_536);
      expect(ends.destination).toMatch(/^[0-9a-f.:]+$/);
    }
    expect(read).toBeGreaterThan(1_000);
  });
});

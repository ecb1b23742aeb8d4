import { describe, expect, it } from 'vitest';
import { createPcapng } from '../../../../lib/local/listen/capture/pcapng.ts';
import { FLAG, tcp } from './packets.ts';
import { readPcapng } from './read-pcapng.ts';

const AT = Date.parse('2026-11-30T10:14:03.120Z');

describe('a pcapng file', () => {
  it('holds the packets, their times and how long they were before they were cut', () => {
    const pcapng = createPcapng(64);
    const whole = tcp({ flags: FLAG.ack | FLAG.psh, data: 'x'.repeat(101) });
    const six = tcp({ source: '2001:db8::9', destination: '2001:db8::4', flags: FLAG.syn });
    const file = Buffer.concat([
      pcapng.header,
      pcapng.packet(whole.subarray(0, 61), AT) ?? Buffer.alloc(0),
      pcapng.packet(six, AT + 1.5) ?? Buffer.alloc(0),
    ]);
    expect(readPcapng(file)).toEqual({
      linkType: 101,
      snapBytes: 64,
      packets: [
        { bytes: whole.subarray(0, 61), length: 141, at: AT },
        { bytes: six, length: 60, at: AT + 1.5 },
      ],
    });
  });

  it('never gets larger than its limit, and then takes no smaller packet either', () => {
    const pcapng = createPcapng(64, 300);
    const packet = tcp({ flags: FLAG.syn });
    let size = pcapng.header.length;
    for (let count = 0; count < 10; count += 1) size += pcapng.packet(packet, AT)?.length ?? 0;
    expect(size).toBeLessThanOrEqual(300);
    expect(size).toBeGreaterThan(200);
    expect(pcapng.packet(Buffer.from([0x45]), AT)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { CaptureRecord } from '../../../../lib/kinds/listener/capture-record.ts';
import { createPacketRecords } from '../../../../lib/local/listen/capture/packet-records.ts';
import { FLAG, icmp, mssOption, tcp } from './packets.ts';

const AT = Date.parse('2026-11-30T10:14:03.120Z');
const BACK = {
  source: '10.0.3.4',
  destination: '198.51.100.9',
  sourcePort: 443,
  destinationPort: 50_412,
} as const;
const ENDS = { port: 443, local: '10.0.3.4:443', remote: '198.51.100.9:50412' } as const;
const RUN = '0123456789abcdef';
const NONCE = '00112233445566778899aabbccddeeff';
const syn = tcp({ flags: FLAG.syn, options: mssOption(1_440) });

describe('a record', () => {
  it.each([
    ['syn', syn, { what: 'syn', mss: 1_440 }],
    ['syn-ack', tcp({ ...BACK, flags: FLAG.syn | FLAG.ack }), { what: 'syn-ack' }],
    ['rst', tcp({ ...BACK, flags: FLAG.rst | FLAG.ack }), { what: 'rst' }],
    ['icmp', icmp(3, 13, syn), { what: 'icmp', version: 4, type: 3, code: 13 }],
    [
      'tagged',
      tcp({ flags: FLAG.ack | FLAG.psh, data: `EHLO icl1-${RUN}-${NONCE}.example\r\n` }),
      { what: 'tagged', run: RUN, nonce: NONCE },
    ],
  ])('%s names the ends of the connection, whoever sent the packet', (_name, packet, expected) => {
    const record = createPacketRecords([443]).take(packet, AT);
    expect(record).toEqual({ ...expected, ...ENDS, at: '2026-11-30T10:14:03.120Z' });
    expect(CaptureRecord.parse(record)).toEqual(record);
  });

  it('of IPv6 has its addresses in brackets', () => {
    const packet = tcp({ source: '2001:db8::9', destination: '2001:db8::4', flags: FLAG.syn });
    const record = createPacketRecords([443]).take(packet, AT);
    expect(CaptureRecord.parse(record)).toMatchObject({ local: '[2001:db8::4]:443' });
  });

  it('is not made of other ports, of data without a challenge, and of what can’t be read', () => {
    const records = createPacketRecords([80]);
    for (const packet of [syn, icmp(3, 13, syn), Buffer.from('?'), tcp({ ...BACK, flags: FLAG.rst })])
      expect(records.take(packet, AT)).toBeUndefined();
    const plain = tcp({ flags: FLAG.ack | FLAG.psh, data: 'GET /icl1-0123 HTTP/1.1' });
    expect(createPacketRecords([443]).take(plain, AT)).toBeUndefined();
    expect(records.lost).toBe(0);
  });

  it('is made once where two interfaces show one packet, and again when its sender repeats it', () => {
    const records = createPacketRecords([443]);
    expect(records.take(syn, AT)).toBeDefined();
    expect(records.take(syn, AT + 1)).toBeUndefined();
    expect(records.take(syn, AT + 1_000)).toBeDefined();
    expect(records.lost).toBe(0);
  });

  it('is counted as lost when it is too much, within a second or in all', () => {
    const records = createPacketRecords([443], { records: 5, perSecond: 3 });
    const packets = Array.from({ length: 8 }, (_, index) =>
      tcp({ flags: FLAG.syn, sourcePort: 1_000 + index }),
    );
    expect(packets.map((packet, index) => records.take(packet, AT + index) !== undefined)).toEqual([
      ...[true, true, true],
      ...[false, false, false, false, false],
    ]);
    expect(packets.map((packet, index) => records.take(packet, AT + 2_000 + index) !== undefined)).toEqual([
      ...[true, true],
      ...[false, false, false, false, false, false],
    ]);
    expect(records.lost).toBe(11);
  });
});

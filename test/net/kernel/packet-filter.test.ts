import { describe, expect, it } from 'vitest';
import { MAX_FILTER_PORTS, packetFilter, SNAP_BYTES } from '../../../lib/net/kernel/packet-filter.ts';
import { FLAG, icmp, ip, tcp } from '../../local/listen/capture/packets.ts';
import { type Arrival, runFilter } from './bpf.ts';

const ARRIVES: Arrival = { device: 2, type: 0 };
const LEAVES: Arrival = { device: 2, type: 4 };
const FOR_OTHERS: Arrival = { device: 2, type: 3 };
const LOOPBACK_IN: Arrival = { device: 1, type: 0 };
const LOOPBACK_OUT: Arrival = { device: 1, type: 4 };

const SIX = { source: '2001:db8::9', destination: '2001:db8::4' } as const;
/** From the watched port. */
const BACK = { sourcePort: 443, destinationPort: 50_412 } as const;

const syn = tcp({ flags: FLAG.syn });
const synAck = tcp({ ...BACK, flags: FLAG.syn | FLAG.ack });
const rst = tcp({ ...BACK, flags: FLAG.rst | FLAG.ack });
const data = tcp({ flags: FLAG.ack | FLAG.psh, data: 'GET /' });
const error = icmp(3, 13, syn);
const later = tcp({ flags: FLAG.syn });
later.writeUInt16BE(0x2010, 6);

const handshakes = packetFilter('handshakes', [80, 443]);
const dataOnly = packetFilter('data', [80, 443]);

describe('the filter for handshakes', () => {
  it.each([
    ['a SYN that arrives', syn, ARRIVES],
    ['a SYN with ECN', tcp({ flags: FLAG.syn | 0xc0 }), ARRIVES],
    ['a SYN over IPv6', tcp({ ...SIX, flags: FLAG.syn }), ARRIVES],
    ['a SYN to the other port', tcp({ flags: FLAG.syn, destinationPort: 80 }), ARRIVES],
    ['a SYN over loopback', syn, LOOPBACK_IN],
    ['a SYN-ACK that leaves', synAck, LEAVES],
    ['a SYN-ACK over loopback', synAck, LOOPBACK_IN],
    ['a RST that leaves', rst, LEAVES],
    ['a RST over IPv6', tcp({ ...BACK, ...SIX, flags: FLAG.rst }), LEAVES],
    ['an ICMP error that leaves', error, LEAVES],
    ['an ICMPv6 error that leaves', icmp(1, 1, tcp({ ...SIX, flags: FLAG.syn })), LEAVES],
  ])('keeps %s', (_name, packet, arrival) => {
    expect(runFilter(handshakes, packet, arrival)).toBe(SNAP_BYTES.handshakes);
  });

  it.each([
    ['a SYN of this machine to the same port elsewhere', syn, LEAVES],
    ['the SYN-ACK that answers it', synAck, ARRIVES],
    ['a SYN to a port that is not watched', tcp({ flags: FLAG.syn, destinationPort: 22 }), ARRIVES],
    ['a SYN to another machine', syn, FOR_OTHERS],
    ['the second sight of a packet over loopback', syn, LOOPBACK_OUT],
    ['a later fragment', later, ARRIVES],
    ['data', data, ARRIVES],
    ['an ICMP error that arrives', error, ARRIVES],
    ['an echo reply', icmp(0, 0, syn), LEAVES],
    ['UDP', ip('198.51.100.9', '10.0.3.4', 17, Buffer.alloc(20)), ARRIVES],
    ['what is not IP', Buffer.alloc(60), ARRIVES],
    ['a packet that is cut off', syn.subarray(0, 30), ARRIVES],
    ['a packet of no length', Buffer.alloc(0), ARRIVES],
  ])('drops %s', (_name, packet, arrival) => {
    expect(runFilter(handshakes, packet, arrival)).toBe(0);
  });

  it('finds each of many ports, and lets all pass when they are more than a jump can span', () => {
    const ports = Array.from({ length: MAX_FILTER_PORTS }, (_, index) => 1_000 + index);
    const many = packetFilter('handshakes', ports);
    for (const destinationPort of ports)
      expect(runFilter(many, tcp({ flags: FLAG.syn, destinationPort }), ARRIVES)).toBeGreaterThan(0);
    expect(runFilter(many, tcp({ flags: FLAG.syn, destinationPort: 999 }), ARRIVES)).toBe(0);
    const more = packetFilter('handshakes', [...ports, 5_000]);
    expect(runFilter(more, tcp({ flags: FLAG.syn, destinationPort: 999 }), ARRIVES)).toBeGreaterThan(0);
  });
});

describe('the filter for data', () => {
  it('keeps data that arrives, and nothing else', () => {
    expect(runFilter(dataOnly, data, ARRIVES)).toBe(SNAP_BYTES.data);
    expect(runFilter(dataOnly, data, LOOPBACK_IN)).toBe(SNAP_BYTES.data);
    for (const [packet, arrival] of [
      [data, LEAVES],
      [data, LOOPBACK_OUT],
      [syn, ARRIVES],
      [tcp({ flags: FLAG.ack }), ARRIVES],
      [error, LEAVES],
    ] as const)
      expect(runFilter(dataOnly, packet, arrival)).toBe(0);
  });
});

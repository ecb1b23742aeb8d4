/** Middleboxes that let the handshake through, or make it themselves, and spoil what follows. */
import type { Site } from '../case.ts';
import { from, toward } from './packets.ts';

/** A SYN has 40 bytes of TCP, later segments 32 and their data; IPv4's length counts its own header of 20. */
const WITH_DATA = { ip: 'ip length > 60', ip6: 'ip6 length > 40' } as const;

const withData = (packets: string): string =>
  `${packets} meta l4proto tcp ${packets.startsWith('ip6') ? WITH_DATA.ip6 : WITH_DATA.ip}`;

/**
 * SYNPROXY: the firewall completes the handshake itself with SYN cookies, and only then calls the server. What the
 * server is, is up to the rest of the site: `behind` says what happens to the firewall's own SYN.
 */
export const synProxy = (behind: 'drop' | 'server'): Site => ({
  made: behind === 'drop' ? 'nft synproxy, and nothing behind it' : 'nft synproxy',
  firewall: (place) => ({
    raw: toward(place).map((packets) => `${packets} tcp flags syn notrack`),
    forward: [
      ...toward(place).map(
        (packets) =>
          `${packets} meta l4proto tcp ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm`,
      ),
      ...toward(place).map((packets) => `${packets} ct state invalid drop`),
    ],
    ...(behind === 'drop' && {
      // SYNPROXY's own SYN leaves by the output hook.
      output: toward(place).map((packets) => `${packets} tcp flags & (syn | ack) == syn drop`),
    }),
  }),
});

/** The handshake passes, and no segment with data does, in either direction: broken inspection. */
export const dropData = (): Site => ({
  made: 'handshake passes, nft drops every segment with data',
  firewall: (place) => ({
    forward: [...toward(place), ...from(place)].map((packets) => `${withData(packets)} drop`),
  }),
});

/** The handshake passes, and the first segment of the client with data is answered with RST to both: an IPS. */
export const resetOnData = (): Site => ({
  made: 'handshake passes, nft resets on the client’s first data',
  firewall: (place) => ({
    forward: toward(place).map((packets) => `${withData(packets)} reject with tcp reset`),
  }),
});

/** Once a connection has carried this many bytes in both directions, the rest is dropped. */
export const dropAfter = (bytes: number): Site => ({
  made: `nft drop after ${bytes} bytes of a connection`,
  firewall: (place) => ({
    forward: [...toward(place), ...from(place)].map((packets) => `${packets} ct bytes > ${bytes} drop`),
  }),
});

/** TCP's header with timestamps, in bits: the payload begins behind it. */
const HEADER = 32 * 8;
/** The first bytes of a ClientHello's record (RFC 8446 §5.1), and its length behind them. */
const HELLO = `@th,${HEADER},24 0x160301`;
const RECORD_LENGTH = `@th,${HEADER + 24},16`;
/** Content type and major version of each record that a client sends. */
const RECORDS = '{ 0x1403, 0x1503, 0x1603, 0x1703 }';

/** Inspection that does not take a ClientHello of more than so many bytes. */
export const dropLargeHello = (bytes: number, how: 'drop' | 'reject with tcp reset' = 'drop'): Site => ({
  made: `nft ${how} of a ClientHello over ${bytes} bytes`,
  firewall: (place) => ({
    forward: toward(place).map(
      (packets) => `${withData(packets)} ${HELLO} ${RECORD_LENGTH} > ${bytes} ${how}`,
    ),
  }),
});

/** Inspection that knows only segments which begin with a TLS record: the second one of a large ClientHello does not. */
export const dropSecondOfHello = (): Site => ({
  made: 'nft drop of segments that begin with no TLS record',
  firewall: (place) => ({
    forward: toward(place).map((packets) => `${withData(packets)} @th,${HEADER},16 != ${RECORDS} drop`),
  }),
});

/** Large packets of the server, of the client, or of both vanish, small ones pass: a tunnel on the way whose ICMP is filtered. */
export const dropLarge = (bytes: number, whose: 'server' | 'client' | 'both' = 'server'): Site => ({
  made: `nft drop of ${WHOSE[whose]} packets over ${bytes} bytes (MTU black hole)`,
  firewall: (place) => ({
    forward: [...(whose === 'client' ? [] : from(place)), ...(whose === 'server' ? [] : toward(place))].map(
      (packets) => `${packets} meta length > ${bytes} drop`,
    ),
  }),
});

const WHOSE = { server: 'the server’s', client: 'the client’s', both: 'both sides’' } as const;

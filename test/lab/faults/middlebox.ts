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

/** Large packets of the server vanish, small ones pass: a tunnel on the way whose ICMP is filtered. */
export const dropLarge = (bytes: number): Site => ({
  made: `nft drop of the server’s packets over ${bytes} bytes (MTU black hole)`,
  firewall: (place) => ({ forward: from(place).map((packets) => `${packets} meta length > ${bytes} drop`) }),
});

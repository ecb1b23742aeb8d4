/** Black holes: packets over a size are lost without a word, in one direction or in both. */
import type { LabCase } from '../case.ts';
import { site } from '../case.ts';
import { dropLarge } from '../faults/middlebox.ts';
import { secureWebsite } from '../faults/scripted-peers.ts';
import { SILENCE } from './under-loss.ts';

/** Beside those that network.ts has. */
const HOLES: readonly (readonly [bytes: number, whose: 'server' | 'client' | 'both'])[] = [
  [1400, 'server'],
  [1400, 'client'],
  [1280, 'both'],
  [600, 'both'],
];

const LATE = ['tls.handshake-timeout', 'tcp.accepts-then-silent'] as const;

export const pathMtuCases: readonly LabCase[] = HOLES.map(([bytes, whose]) => ({
  id: `mtu-${bytes}-${whose}`,
  title: `Packets over ${bytes} bytes are lost: those of ${whose === 'both' ? 'both sides' : `the ${whose}`}`,
  // The certificates fit into packets of 1,400 bytes, and a page does not.
  site: site(dropLarge(bytes, whose), secureWebsite(443, 20_000)),
  endpoint: { kind: 'https' },
  expected: {
    verdict: 'fail',
    state: 'broken',
    cause: 'tcp.path-mtu',
    side: 'network',
    // With the key share of Node 24 the server's own part of the handshake is larger than 1,400 bytes, too.
    alsoFound: whose === 'server' ? 'any' : LATE,
  },
  underLoss: {
    // Large packets of the client are its data, and its large hello is lost with them.
    orElse: [
      ...SILENCE,
      ...(whose === 'server' ? [] : (['tcp.data-dropped', 'tls.large-hello-dropped'] as const)),
    ],
    // Small segments do bring it through.
    neverSays: /in small ones neither/,
  },
}));

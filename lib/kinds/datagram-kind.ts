import type { Kind } from '../model/vocabulary.ts';
import { descriptors } from './descriptors.ts';

// From the registry, not from the list of kinds: that file also loads schemas, which the prober's bundle must not contain.
const KNOWN = Object.keys(descriptors) as Kind[];

/** The kind of request that a control on this UDP port needs: UDP has no handshake that every service answers. */
export const datagramKind = (port: number): Kind | undefined =>
  KNOWN.find((kind) => {
    const { transport, dialsHost, defaultPort } = descriptors[kind];
    return transport === 'udp' && dialsHost && defaultPort === port;
  });

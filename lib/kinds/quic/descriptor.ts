import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const quic: KindDescriptor = {
  title: 'QUIC',
  transport: 'udp',
  defaultPort: 443,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: [],
  pacing: NO_PACING,
  tls: 'none',
  answer: 'a datagram',
  silence: 'control-decides',
};

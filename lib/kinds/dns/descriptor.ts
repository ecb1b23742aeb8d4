import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const dns: KindDescriptor = {
  title: 'DNS',
  transport: 'udp',
  defaultPort: 53,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'question',
  dialsHost: false,
  assertions: ['addresses', 'issuer'],
  pacing: NO_PACING,
  tls: 'none',
  answer: 'an answer without an error code (NOERROR)',
  silence: 'resolver-decides',
};

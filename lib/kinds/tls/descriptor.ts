import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const tls: KindDescriptor = {
  title: 'TLS',
  transport: 'tcp',
  defaultPort: 443,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: ['certDaysWarn', 'certDaysFail', 'tlsMinVersion'],
  pacing: NO_PACING,
  tls: 'implicit',
  standIn: 'https',
  answer: 'a TLS record, an alert too',
  silence: 'control-decides',
};

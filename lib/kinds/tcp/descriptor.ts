import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const tcp: KindDescriptor = {
  title: 'TCP',
  transport: 'tcp',
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'send',
  dialsHost: true,
  assertions: ['send'],
  pacing: NO_PACING,
  tls: 'none',
  standIn: 'usual',
  answer: 'one byte',
  silence: 'control-decides',
};

import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const ssh: KindDescriptor = {
  title: 'SSH',
  transport: 'tcp',
  defaultPort: 22,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: [],
  pacing: NO_PACING,
  tls: 'none',
  standIn: 'line',
  answer: 'one byte',
  silence: 'control-decides',
};

import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const listener: KindDescriptor = {
  title: 'Listener',
  transport: 'tcp',
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: [],
  pacing: NO_PACING,
  tls: 'usual',
  standIn: 'usual',
  isStarted: true,
  provesHost: true,
  answer: 'one byte; which machine answers, only a proof made with the code shows',
  silence: 'control-decides',
};

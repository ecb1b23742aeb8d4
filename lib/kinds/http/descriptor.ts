import type { KindDescriptor } from '../contract/descriptor.ts';
import { DEFAULT_TIMEOUT_MS, NO_PACING } from '../contract/descriptor-defaults.ts';

export const http: KindDescriptor = {
  title: 'HTTP',
  transport: 'tcp',
  defaultPort: 80,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'path',
  browsed: 'http:',
  dialsHost: true,
  assertions: ['status', 'redirectToHttps', 'titleContains', 'bodyContains', 'acmePath'],
  pacing: NO_PACING,
  tls: 'none',
  standIn: 'http',
  answer: 'bytes of an answer',
  silence: 'control-decides',
};

export const https: KindDescriptor = {
  title: 'HTTPS',
  transport: 'tcp',
  defaultPort: 443,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  uri: 'path',
  browsed: 'https:',
  dialsHost: true,
  assertions: ['status', 'titleContains', 'bodyContains', 'certDaysWarn', 'certDaysFail', 'tlsMinVersion'],
  pacing: NO_PACING,
  tls: 'implicit',
  standIn: 'https',
  answer: 'bytes of an answer, or a TLS record',
  silence: 'control-decides',
};

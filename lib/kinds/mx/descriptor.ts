import type { KindDescriptor } from '../contract/descriptor.ts';
import { smtp } from '../smtp/descriptor.ts';

/** The route of a domain's mail: its MX records with the servers behind them, and what the domain tells senders about TLS. */
export const mx: KindDescriptor = {
  title: 'Mail route of a domain',
  transport: 'tcp',
  defaultPort: 25,
  // Half of it for each session: the addresses of a server wait for each other.
  timeoutMs: 2 * smtp.timeoutMs,
  uri: 'host',
  dialsHost: false,
  findsPeers: true,
  assertions: ['certDaysWarn', 'certDaysFail', 'tlsMinVersion'],
  pacing: smtp.pacing,
  tls: 'starttls',
  answer: 'a byte of the greeting of one of its mail servers',
  silence: 'control-decides',
};

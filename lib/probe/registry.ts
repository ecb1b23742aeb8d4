import { probeDns } from './dns.ts';
import { probeHttp } from './http.ts';
import { probeNtp } from './ntp.ts';
import type { ProbeRegistry } from './probe.ts';
import { probeSmtp } from './smtp.ts';
import { probeSsh } from './ssh.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';

/** The one registry: adding a kind is a line here, a file, its schema and its causes. */
export const probes: ProbeRegistry = {
  dns: probeDns,
  tcp: probeTcp,
  tls: probeTls,
  http: probeHttp,
  https: probeHttp,
  smtp: probeSmtp,
  smtps: probeSmtp,
  ssh: probeSsh,
  ntp: probeNtp,
};

import type { Kind } from '../model/vocabulary.ts';
import type { Probe } from './contract/probe.ts';
import { probeDns } from './dns/probe.ts';
import { probeHttp } from './http/probe.ts';
import { probeListener } from './listener/probe.ts';
import { probeMx } from './mx/probe.ts';
import { probeNtp } from './ntp/probe.ts';
import type { ObservationOf } from './observation.ts';
import { probeQuic } from './quic/probe.ts';
import { probeSmtp } from './smtp/probe.ts';
import { probeSsh } from './ssh/probe.ts';
import { probeTcp } from './tcp/probe.ts';
import { probeTls } from './tls/probe.ts';

export type ProbeRegistry = { readonly [K in Kind]: Probe<ObservationOf[K]> };

/** One line a kind. */
export const probes: ProbeRegistry = {
  dns: probeDns,
  tcp: probeTcp,
  tls: probeTls,
  http: probeHttp,
  https: probeHttp,
  smtp: probeSmtp,
  smtps: probeSmtp,
  mx: probeMx,
  ssh: probeSsh,
  ntp: probeNtp,
  quic: probeQuic,
  listener: probeListener,
};

import type { Kind } from '../model/vocabulary.ts';
import type { KindDescriptor } from './contract/descriptor.ts';
import { dns } from './dns/descriptor.ts';
import { http, https } from './http/descriptor.ts';
import { listener } from './listener/descriptor.ts';
import { mx } from './mx/descriptor.ts';
import { ntp } from './ntp/descriptor.ts';
import { quic } from './quic/descriptor.ts';
import { smtp, smtps } from './smtp/descriptor.ts';
import { ssh } from './ssh/descriptor.ts';
import { tcp } from './tcp/descriptor.ts';
import { tls } from './tls/descriptor.ts';

/** One line a kind. */
export const descriptors: { readonly [K in Kind]: KindDescriptor } = {
  dns,
  tcp,
  tls,
  http,
  https,
  smtp,
  smtps,
  mx,
  ssh,
  ntp,
  quic,
  listener,
};

export const descriptorOf = (kind: Kind): KindDescriptor => descriptors[kind];

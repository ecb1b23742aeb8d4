import type { CauseCode } from '../model/vocabulary.ts';
import type { Cause, CauseGroup } from './contract/cause.ts';
import { dnsCauses } from './dns/causes.ts';
import { httpCauses } from './http/causes.ts';
import { pathCauses } from './listener/causes.ts';
import { ntpCauses } from './ntp/causes.ts';
import { quicCauses } from './quic/causes.ts';
import { exposureCauses } from './run-causes/exposure.ts';
import { proberCauses } from './run-causes/prober.ts';
import { smtpCauses } from './smtp/causes.ts';
import { sshCauses } from './ssh/causes.ts';
import { tcpCauses } from './tcp/causes.ts';
import { tlsCauses } from './tls/causes.ts';

/** The part of a code before the dot. */
type Layer = CauseCode extends `${infer Before}.${string}` ? Before : never;

/** One line a kind; the type makes the compiler name a layer, and a code, that has no documentation. */
export const causeGroups: { readonly [L in Layer]: CauseGroup<L> } = {
  dns: dnsCauses,
  tcp: tcpCauses,
  path: pathCauses,
  tls: tlsCauses,
  http: httpCauses,
  smtp: smtpCauses,
  ssh: sshCauses,
  ntp: ntpCauses,
  quic: quicCauses,
  exposure: exposureCauses,
  prober: proberCauses,
};

/** Documentation of every cause code. */
export const causes = Object.assign(
  {},
  ...Object.values(causeGroups).map((group) => group.causes),
) as Readonly<Record<CauseCode, Cause>>;

/** The documentation of a cause of a report; undefined: only a later version knows it. */
export const causeOf = (code: string): Cause | undefined =>
  Object.hasOwn(causes, code) ? causes[code as CauseCode] : undefined;

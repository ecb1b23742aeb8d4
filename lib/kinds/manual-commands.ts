/**
 * How to repeat the observation: command lines with exactly this address and name, for a network team that prefers its own
 * tools. A report may come from anywhere, so no part of it gets into a command unless it has the form of an address, a
 * host name, a port or a path; characters that are special in a shell are quoted.
 */

import { isKind, type Kind } from '../model/vocabulary.ts';
import {
  bounded,
  isDialled,
  isHost,
  isPort,
  type ManualCommand,
  type ManualTarget,
} from './connection/manual-commands.ts';
import type { EvidenceOf } from './contract/evidence.ts';
import { descriptorOf } from './descriptors.ts';
import { lookupCommands } from './dns/manual-commands.ts';
import type { Evidence } from './evidence.ts';
import { httpCommands, httpsCommands } from './http/manual-commands.ts';
import { listenerCommands } from './listener/manual-commands.ts';
import { mxCommands } from './mx/manual-commands.ts';
import { ntpCommands } from './ntp/manual-commands.ts';
import type { ObservationOf } from './observation.ts';
import { quicCommands } from './quic/manual-commands.ts';
import { smtpCommands, smtpsCommands } from './smtp/manual-commands.ts';
import { sshCommands } from './ssh/manual-commands.ts';
import { tcpCommands } from './tcp/manual-commands.ts';
import { tlsCommands } from './tls/manual-commands.ts';

/** @param evidence undefined: it is of another kind, as that of a look-up */
type Commands<E> = (target: ManualTarget, evidence: E | undefined) => ManualCommand[];

/** One line a kind. */
const commands: { readonly [K in Kind]: Commands<EvidenceOf<ObservationOf[K]>> } = {
  dns: ({ host }, evidence) => lookupCommands(host, evidence),
  tcp: tcpCommands,
  tls: tlsCommands,
  http: httpCommands,
  https: httpsCommands,
  smtp: smtpCommands,
  smtps: smtpsCommands,
  mx: ({ host }, evidence) => mxCommands(host, evidence),
  ssh: sshCommands,
  ntp: ntpCommands,
  quic: quicCommands,
  listener: listenerCommands,
};

interface CommandTarget {
  /** None is known for a kind of another version. */
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
}

/** The commands for one observation: for its address, or for the look-up of a name without an address. */
export function manualCommands(
  { kind, host, port, path }: CommandTarget,
  { address, evidence }: { readonly address: string; readonly evidence: Evidence },
): ManualCommand[] {
  if (!isHost(host) || !isPort(port)) return [];
  const known = isKind(kind) ? kind : undefined;
  if (known !== undefined && descriptorOf(known).findsPeers)
    return mxCommands(host, evidence.kind === 'mx' ? evidence : undefined).map(bounded);
  if (address === '' || (known !== undefined && !descriptorOf(known).dialsHost))
    return lookupCommands(host, evidence.kind === 'dns' ? evidence : undefined).map(bounded);
  if (known === undefined || !isDialled(address)) return [];
  // The registry's type makes sure that the function takes the kind's own evidence.
  const own = commands[known] as Commands<Evidence>;
  return own({ host, port, path, address }, evidence.kind === known ? evidence : undefined).map(bounded);
}

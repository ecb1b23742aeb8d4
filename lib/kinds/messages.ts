/** The English sentences of all kinds by their keys, for code that has a message without its text. */
import { fill, type Message } from '../model/message.ts';
import type { Kind } from '../model/vocabulary.ts';
import { certificateCatalogue } from './connection/certificate-messages.ts';
import { clientCatalogue } from './connection/client-messages.ts';
import { helloCatalogue } from './connection/hello-messages.ts';
import { kernelCatalogue } from './connection/kernel-messages.ts';
import { connectCatalogue } from './connection/messages.ts';
import { tlsCatalogue } from './connection/tls-messages.ts';
import type { Catalogue } from './contract/sentences.ts';
import { caaCatalogue } from './dns/caa-messages.ts';
import { delegationCatalogue } from './dns/delegation-messages.ts';
import { dnssecCatalogue } from './dns/dnssec-messages.ts';
import { dnsCatalogue } from './dns/messages.ts';
import { httpCatalogue } from './http/messages.ts';
import { listenerCatalogue } from './listener/messages.ts';
import { mxCatalogue } from './mx/messages.ts';
import { ntpCatalogue } from './ntp/messages.ts';
import { quicCatalogue } from './quic/messages.ts';
import { headlineCatalogue } from './run-causes/headline-messages.ts';
import { runCatalogue } from './run-causes/messages.ts';
import { verdictCatalogue } from './run-causes/verdict-messages.ts';
import { smtpCatalogue } from './smtp/messages.ts';
import { sshCatalogue } from './ssh/messages.ts';
import { tcpCatalogue } from './tcp/messages.ts';

type AnyCatalogue = Catalogue<Readonly<Record<string, string>>>;

/** One line a kind. */
const ofKinds: { readonly [K in Kind]: AnyCatalogue } = {
  dns: dnsCatalogue,
  tcp: tcpCatalogue,
  tls: tlsCatalogue,
  http: httpCatalogue,
  https: httpCatalogue,
  smtp: smtpCatalogue,
  smtps: smtpCatalogue,
  mx: mxCatalogue,
  ssh: sshCatalogue,
  ntp: ntpCatalogue,
  quic: quicCatalogue,
  listener: listenerCatalogue,
};

/** What several kinds say, and what runs and verdicts say. */
const shared: readonly AnyCatalogue[] = [
  connectCatalogue,
  delegationCatalogue,
  caaCatalogue,
  dnssecCatalogue,
  helloCatalogue,
  kernelCatalogue,
  certificateCatalogue,
  clientCatalogue,
  runCatalogue,
  verdictCatalogue,
  headlineCatalogue,
];

/** Every pattern by its key; a translation has the same keys and placeholders. */
export const patterns: ReadonlyMap<string, string> = new Map(
  [...Object.values(ofKinds), ...shared].flatMap(({ area, patterns: own }) =>
    Object.entries(own).map(([name, pattern]) => [`${area}.${name}`, pattern] as const),
  ),
);

/** The English sentence; undefined when a key or a parameter is not known here. */
export function englishOf({ key, params }: Message): string | undefined {
  const pattern = patterns.get(key);
  return pattern === undefined ? undefined : fill(pattern, params, englishOf);
}

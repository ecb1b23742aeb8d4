/** The German sentences of all kinds by their keys. Only what shows a report to people loads them: no prober does. */
import { fill, type Message } from '../model/message.ts';
import { certificateGerman } from './connection/certificate-messages-de.ts';
import { clientGerman } from './connection/client-messages-de.ts';
import { helloGerman } from './connection/hello-messages-de.ts';
import { kernelGerman } from './connection/kernel-messages-de.ts';
import { connectGerman } from './connection/messages-de.ts';
import { tlsGerman } from './connection/tls-messages-de.ts';
import { caaGerman } from './dns/caa-messages-de.ts';
import { delegationGerman } from './dns/delegation-messages-de.ts';
import { dnssecGerman } from './dns/dnssec-messages-de.ts';
import { dnsGerman } from './dns/messages-de.ts';
import { httpGerman } from './http/messages-de.ts';
import { listenerGerman } from './listener/messages-de.ts';
import { mxGerman } from './mx/messages-de.ts';
import { ntpGerman } from './ntp/messages-de.ts';
import { quicGerman } from './quic/messages-de.ts';
import { headlineGerman } from './run-causes/headline-messages-de.ts';
import { runGerman } from './run-causes/messages-de.ts';
import { verdictGerman } from './run-causes/verdict-messages-de.ts';
import { smtpGerman } from './smtp/messages-de.ts';
import { sshGerman } from './ssh/messages-de.ts';
import { tcpGerman } from './tcp/messages-de.ts';

/** By the area of the key. */
const areas: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  caa: caaGerman,
  certificate: certificateGerman,
  client: clientGerman,
  connect: connectGerman,
  delegation: delegationGerman,
  dns: dnsGerman,
  dnssec: dnssecGerman,
  headline: headlineGerman,
  hello: helloGerman,
  http: httpGerman,
  kernel: kernelGerman,
  listener: listenerGerman,
  mx: mxGerman,
  ntp: ntpGerman,
  quic: quicGerman,
  run: runGerman,
  smtp: smtpGerman,
  ssh: sshGerman,
  tcp: tcpGerman,
  tls: tlsGerman,
  verdict: verdictGerman,
};

/** Every pattern by its key. */
export const germanPatterns: ReadonlyMap<string, string> = new Map(
  Object.entries(areas).flatMap(([area, own]) =>
    Object.entries(own).map(([name, pattern]) => [`${area}.${name}`, pattern] as const),
  ),
);

/** Parameters that may be words of ours which have no key: never what a peer said. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  'detail',
  'fault',
  'icmp',
  'range',
  'reason',
  'seen',
  'state',
]);

/**
 * The German sentence; undefined when a key or a parameter is not known here.
 *
 * @param phrase the German for such words; the same text where there is none
 */
export function germanOf(
  { key, params }: Message,
  phrase: (text: string) => string = (text) => text,
): string | undefined {
  const pattern = germanPatterns.get(key);
  if (pattern === undefined) return undefined;
  const told = Object.fromEntries(
    Object.entries(params).map(([name, param]) => [
      name,
      typeof param === 'string' && OUR_WORDS.has(name) ? phrase(param) : param,
    ]),
  );
  return fill(pattern, told, (message) => germanOf(message, phrase));
}

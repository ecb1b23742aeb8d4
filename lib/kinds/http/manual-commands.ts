import { bracketed } from '../../net/host-port.ts';
import {
  curlPin,
  isDialled,
  isHost,
  isPort,
  type ManualCommand,
  type ManualTarget,
  openssl,
  shellWord,
  testNetConnection,
  WAIT,
} from '../connection/manual-commands.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { hostOf, portOf } from './measure/redirect.ts';
import type { HttpObservation } from './observation.ts';

/** Printable ASCII without space, backslash and backquote. */
const PATH = /^\/[!-[\]^_a-~]{0,1000}$/;

type HttpEvidence = EvidenceOf<HttpObservation>;

export const httpCommands = (target: ManualTarget, evidence?: HttpEvidence): ManualCommand[] => [
  ...ofRedirect(target, evidence),
  curl('http', target),
  testNetConnection(target),
];

export const httpsCommands = (target: ManualTarget, evidence?: HttpEvidence): ManualCommand[] => [
  ...ofRedirect(target, evidence),
  curl('https', target),
  openssl(target),
  testNetConnection(target),
];

/**
 * The same for the URL at which a chain of redirects ended, if that is another endpoint: what went wrong there can't be seen by
 * asking the first one. A redirect's target is text of a server: it is used only if it has the form of a host and a path.
 */
function ofRedirect(first: ManualTarget, evidence: HttpEvidence | undefined): ManualCommand[] {
  const hops = evidence?.http?.hops ?? [];
  const last = hops.at(-1);
  if (last === undefined || hops.length < 2 || !URL.canParse(last.url) || !isDialled(last.address)) return [];
  const url = new URL(last.url);
  const target: ManualTarget = {
    host: hostOf(url),
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    address: last.address,
  };
  if (!isHost(target.host) || !isPort(target.port)) return [];
  if (target.host === first.host && target.port === first.port) return [];
  return url.protocol === 'https:'
    ? [curl('https', target), openssl(target), testNetConnection(target)]
    : [curl('http', target), testNetConnection(target)];
}

function curl(scheme: 'http' | 'https', target: ManualTarget): ManualCommand {
  const { host, port, path = '/' } = target;
  const url = `${scheme}://${bracketed(host)}:${port}${PATH.test(path) ? path : '/'}`;
  return {
    tool: 'curl',
    shell: 'sh',
    // -g: brackets and braces in a path are not a pattern.
    command: `curl -gsv -o /dev/null --max-time ${WAIT} ${curlPin(target)}${shellWord(url)}`,
    shows: 'the certificate, the status line and the headers',
  };
}

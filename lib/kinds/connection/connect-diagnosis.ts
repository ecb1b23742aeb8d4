/** The first step of every diagnosis over TCP: what the connect shows before any protocol is looked at. */

import type { Finding } from '../../model/finding.ts';
import type { ConnectResult, Timings } from '../../model/observed.ts';
import type { CauseCode, Family } from '../../model/vocabulary.ts';
import { NO_SUCH_FAMILY } from '../../net/family-dial.ts';
import { addressScope } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import type { DiagnosisContext } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { connectSentence as say } from './messages.ts';

/** What the connect step looks at; every observation except dns has it. */
export interface DialledObservation {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family?: Family | undefined;
  readonly timings: Timings;
}

/** The finding for a connect that failed; `undefined` when it succeeded and the protocol's own diagnosis continues. */
export function diagnoseConnect(
  connect: ConnectResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerOf(observation);
  switch (connect.status) {
    case 'connected':
      return undefined;
    case 'refused':
      return finding('closed', [
        fault(
          'tcp.refused',
          say.refused({
            peer,
            code: connect.code,
            ms: observation.timings.connect ?? observation.timings.total,
          }),
        ),
      ]);
    case 'timeout':
      return judgeSilence(observation, context, 'tcp');
    case 'unreachable':
      return connect.local
        ? localFailure(connect.code, observation)
        : finding('closed', [fault('tcp.unreachable', say.unreachable({ peer, code: connect.code }))]);
    case 'reset':
      return silentOrReset('reset-at-once', observation, context);
    case 'refused-by-guard':
      return refusedByGuard(connect.range, observation);
    case 'deadline':
      return deadlineReached(observation);
    default:
      return connect satisfies never;
  }
}

/** How a connection that was accepted ended without a byte. */
export type EndWithoutBytes = 'silent' | 'fin' | 'reset' | 'reset-at-once';

/**
 * The peer completed the handshake and sent no byte. That proves no service: SYN proxies and other middleboxes
 * complete handshakes for servers that are down, and a network whose negative control connects does so for every address.
 */
export function silentOrReset(
  how: EndWithoutBytes,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding {
  const peer = peerOf(observation);
  const negative = context.vantage.negative;
  if (negative !== undefined && !negative.clean) {
    return finding('inconclusive', [
      fault('prober.network-answers-for-all', say.answersForAll({ peer, reserved: negative.address })),
    ]);
  }
  switch (how) {
    case 'silent':
      return finding('broken', [
        fault('tcp.accepts-then-silent', say.silent({ peer, ms: observation.timings.total })),
      ]);
    case 'fin':
      return finding('broken', [fault('tcp.accepts-then-resets', say.closes({ peer }))]);
    case 'reset':
      return finding('broken', [fault('tcp.accepts-then-resets', say.resets({ peer }))]);
    case 'reset-at-once':
      return finding('broken', [fault('tcp.accepts-then-resets', say.resetsAtOnce({ peer }))]);
    default:
      return how satisfies never;
  }
}

/**
 * Silence on a port, judged by the vantage's controls for that port and family: only a vantage that is proven to reach
 * other hosts on this port can say that the target drops packets.
 *
 * @param transport whose silence: a TCP connect, or a UDP request without an answer
 * @param silence the cause to give where a control answered
 */
export function judgeSilence(
  observation: DialledObservation,
  context: DiagnosisContext,
  transport: 'tcp' | 'udp',
  silence: CauseCode = 'tcp.filtered',
): Finding {
  const peer = peerOf(observation, transport);
  const family = observation.family ?? (isIP(observation.address) === 6 ? 6 : 4);
  if (!context.vantage.families.includes(family)) return noIpv6(observation, family);

  const controls = context.vantage.controls.filter(
    (control) =>
      control.port === observation.port &&
      control.family === family &&
      (control.transport ?? 'tcp') === transport,
  );
  const working = controls.find((control) => control.ok);
  if (working !== undefined) {
    const filling = {
      peer,
      ms: observation.timings.total,
      control: working.target,
      port: working.port,
    };
    return finding('filtered', [
      fault(silence, transport === 'tcp' ? say.filtered(filling) : say.datagramLost(filling)),
    ]);
  }
  const failed = controls[0];
  if (failed !== undefined) {
    return finding('inconclusive', [
      fault(
        'prober.egress-blocked',
        say.egressBlocked({
          peer,
          control: failed.target,
          detail: failed.detail,
          port: observation.port,
          family,
        }),
      ),
    ]);
  }
  return finding('inconclusive', [
    fault(
      'prober.no-control',
      say.noControl({ peer, ms: observation.timings.total, port: observation.port, family }),
    ),
  ]);
}

/** The run's deadline came before the answer: nothing is blamed on the target. */
export function deadlineReached(observation: DialledObservation): Finding {
  return finding('inconclusive', [
    fault('prober.deadline', say.deadline({ ms: observation.timings.total, peer: peerOf(observation) })),
  ]);
}

/** `www.example.com (192.0.2.1) port 443/tcp`. */
export function peerOf(observation: DialledObservation, transport: 'tcp' | 'udp' = 'tcp'): Sentence {
  const { host, address, port } = observation;
  return host === address || address === ''
    ? say.peer({ host, port, transport })
    : say.peerAt({ host, address, port, transport });
}

/** Our own kernel refused before any packet: no route, no such family, a local firewall, no sockets left. */
function localFailure(code: string, observation: DialledObservation): Finding {
  const family = observation.family ?? (isIP(observation.address) === 6 ? 6 : 4);
  if (code === NO_SUCH_FAMILY) return noIpv6(observation, family);
  if (family === 6 && NO_ROUTE.has(code)) return noIpv6(observation, family, code);
  return finding('inconclusive', [
    fault('prober.unavailable', say.ownStackRefused({ peer: peerOf(observation), code })),
  ]);
}

const NO_ROUTE: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
]);

/** @param code of the failed connect; absent: the vantage said before that it has no such address */
function noIpv6(observation: DialledObservation, family: Family, code?: string): Finding {
  const cause = family === 6 ? 'prober.no-ipv6' : 'prober.unavailable';
  return finding('inconclusive', [
    fault(
      cause,
      code === undefined
        ? say.noAddressOfFamily({ family, peer: peerOf(observation) })
        : say.noFamily({ family, code, peer: peerOf(observation) }),
    ),
  ]);
}

/**
 * An address that is not publicly reachable. If the customer named it, the request is at fault; if a public name leads
 * to it, the name is: nobody on the internet can connect to it.
 */
function refusedByGuard(range: string, observation: DialledObservation): Finding {
  const { host, address } = observation;
  const isName = isIP(host) === 0 && host !== 'localhost' && !host.endsWith('.localhost');
  if (isName && addressScope(address) !== 'public') {
    return finding('broken', [fault('dns.private-address', say.privateAddress({ host, address, range }))]);
  }
  return finding('inconclusive', [
    fault(
      'prober.address-refused',
      host === address ? say.addressRefused({ address, range }) : say.nameRefused({ host, address, range }),
    ),
  ]);
}

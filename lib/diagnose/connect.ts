/** The first rung of every ladder over TCP: what the connect says before any protocol is looked at. */
import { isIP } from 'node:net';
import type { Finding } from '../model/finding.ts';
import type { ConnectResult, Timings } from '../model/observation.ts';
import type { Family } from '../model/vocabulary.ts';
import { addressScope } from '../net/guard.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';

/** What the connect rung looks at; every observation but dns has it. */
export interface DialledObservation {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family?: Family | undefined;
  readonly timings: Timings;
}

/** The finding for a connect that failed; `undefined` when it succeeded and the protocol's own ladder goes on. */
export function diagnoseConnect(
  connect: ConnectResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerName(observation);
  switch (connect.status) {
    case 'connected':
      return undefined;
    case 'refused':
      return finding('closed', [
        fault(
          'tcp.refused',
          `${peer} refuses connections (${connect.code}, after ${observation.timings.connect ?? observation.timings.total} ms): no service listens there, or a firewall rejects.`,
        ),
      ]);
    case 'timeout':
      return judgeSilence(observation, context, 'tcp');
    case 'unreachable':
      return connect.local
        ? localFailure(connect.code, observation)
        : finding('closed', [
            fault(
              'tcp.unreachable',
              `A router or firewall on the way answered that ${peer} cannot be reached (${connect.code}).`,
            ),
          ]);
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

/** How a connection that was accepted gave no byte. */
export type Wordless = 'silent' | 'fin' | 'reset' | 'reset-at-once';

/**
 * The peer completed the handshake and gave no byte. That proves no service: SYN proxies and other middleboxes
 * complete handshakes for dead servers, and a network whose negative control connects does so for everyone.
 */
export function silentOrReset(
  how: Wordless,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding {
  const peer = peerName(observation);
  const negative = context.vantage.negative;
  if (negative !== undefined && !negative.clean) {
    return finding('inconclusive', [
      fault(
        'prober.network-answers-for-all',
        `The connection to ${peer} gave no byte, and this vantage also connects to the reserved address ${negative.address}: its own network answers for everyone.`,
      ),
    ]);
  }
  switch (how) {
    case 'silent':
      return finding('broken', [
        fault(
          'tcp.accepts-then-silent',
          `${peer} accepts connections but sent no byte in ${observation.timings.total} ms: a middlebox may be answering for a dead server, or the service hangs.`,
        ),
      ]);
    case 'fin':
      return finding('broken', [
        fault('tcp.accepts-then-resets', `${peer} accepts connections and closes them without a byte.`),
      ]);
    case 'reset':
      return finding('broken', [
        fault('tcp.accepts-then-resets', `${peer} accepts connections and resets them (RST) without a byte.`),
      ]);
    case 'reset-at-once':
      return finding('broken', [
        fault(
          'tcp.accepts-then-resets',
          `${peer} completes the handshake and resets the connection (RST) at once: a firewall or proxy answers, with nothing behind it.`,
        ),
      ]);
    default:
      return how satisfies never;
  }
}

/**
 * Silence on a port, judged by the vantage's controls for that port and family: only a vantage that is proven to get
 * out on this port can say that the target drops packets.
 *
 * @param transport whose silence: a TCP connect, or a UDP request without an answer
 */
export function judgeSilence(
  observation: DialledObservation,
  context: DiagnosisContext,
  transport: 'tcp' | 'udp',
): Finding {
  const peer = peerName(observation, transport);
  const family = observation.family ?? (isIP(observation.address) === 6 ? 6 : 4);
  if (!context.vantage.families.includes(family)) return noIpv6(observation, family, 'no such address here');

  const controls = context.vantage.controls.filter(
    (control) =>
      control.port === observation.port &&
      control.family === family &&
      (control.transport ?? 'tcp') === transport,
  );
  const working = controls.find((control) => control.ok);
  if (working !== undefined) {
    const proof = `while ${working.target} answered this vantage on port ${working.port}`;
    return finding('filtered', [
      transport === 'tcp'
        ? fault('tcp.filtered', `${peer} did not answer in ${observation.timings.total} ms, ${proof}.`)
        : fault(
            'ntp.no-answer',
            `${peer} did not answer in ${observation.timings.total} ms, ${proof}: packets are dropped on the way, or the server does not serve this source.`,
          ),
    ]);
  }
  const failed = controls[0];
  if (failed !== undefined) {
    return finding('inconclusive', [
      fault(
        'prober.egress-blocked',
        `${peer} did not answer, but neither did the control ${failed.target} (${failed.detail}): this vantage cannot get out on port ${observation.port} over IPv${family}.`,
      ),
    ]);
  }
  return finding('inconclusive', [
    fault(
      'prober.no-control',
      `${peer} did not answer in ${observation.timings.total} ms, and no control proves that this vantage can use port ${observation.port} over IPv${family}.`,
    ),
  ]);
}

/** The run's deadline came before the answer: nothing is held against the target. */
export function deadlineReached(observation: DialledObservation): Finding {
  return finding('inconclusive', [
    fault(
      'prober.deadline',
      `The run ended ${observation.timings.total} ms into the probe of ${peerName(observation)}.`,
    ),
  ]);
}

/** `www.example.com (192.0.2.1) port 443/tcp`. */
export function peerName(observation: DialledObservation, transport: 'tcp' | 'udp' = 'tcp'): string {
  const { host, address, port } = observation;
  const who = host === address || address === '' ? host : `${host} (${address})`;
  return `${who} port ${port}/${transport}`;
}

/** Our own kernel refused before any packet: no route, no such family, a local firewall, no sockets left. */
function localFailure(code: string, observation: DialledObservation): Finding {
  const family = observation.family ?? (isIP(observation.address) === 6 ? 6 : 4);
  if (family === 6 && NO_ROUTE.has(code)) return noIpv6(observation, family, code);
  return finding('inconclusive', [
    fault(
      'prober.unavailable',
      `This vantage's own network stack refused to connect to ${peerName(observation)} (${code}); no packet was sent.`,
    ),
  ]);
}

const NO_ROUTE: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
]);

function noIpv6(observation: DialledObservation, family: Family, why: string): Finding {
  const cause = family === 6 ? 'prober.no-ipv6' : 'prober.unavailable';
  return finding('inconclusive', [
    fault(cause, `This vantage has no IPv${family} (${why}), so ${peerName(observation)} was not judged.`),
  ]);
}

/**
 * An address that is not publicly reachable. If the customer named it, the request is at fault; if a public name led
 * to it, the name is: from the internet nobody can follow it.
 */
function refusedByGuard(range: string, observation: DialledObservation): Finding {
  const { host, address } = observation;
  const isName = isIP(host) === 0 && host !== 'localhost' && !host.endsWith('.localhost');
  if (isName && addressScope(address) !== 'public') {
    return finding('broken', [
      fault(
        'dns.private-address',
        `${host} resolves to ${address}, which is ${range}: it cannot be reached from the internet. No packet was sent.`,
      ),
    ]);
  }
  return finding('inconclusive', [
    fault(
      'prober.address-refused',
      `${host === address ? address : `${host} (${address})`} is ${range} and is not probed; no packet was sent.`,
    ),
  ]);
}

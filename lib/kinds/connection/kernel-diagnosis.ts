/** What the kernel's evidence proves about a failure beyond what its sockets told. Without evidence nothing changes. */
import type { Fault, Finding } from '../../model/finding.ts';
import type { IcmpError, KernelEvidence, PathTrace } from '../../model/kernel-evidence.ts';
import { atMost } from '../../model/severity-order.ts';
import { sameAddress } from '../../net/kernel/socket-address.ts';
import type { CommonObservation } from '../contract/common-observation.ts';
import { fault, finding } from '../contract/fault.ts';
import { type Sentence, within } from '../contract/sentences.ts';
import { peerOf } from './connect-diagnosis.ts';
import { icmpWords, refuses } from './icmp-words.ts';
import { kernelSentence as say } from './kernel-messages.ts';

/** Fewer may be lost by chance, one after the other. */
const LEAST_RETRANSMISSIONS = 3;
/** A host that did not get the end of the handshake has sent its SYN-ACK again by then, ms: after a second (RFC 6298 §2), and the way here. */
const SYN_ACK_AGAIN_MS = 1_500;

/** The same finding, or a more exact one. A fault that was met elsewhere, behind a redirect, is not about this connection. */
export function withKernelEvidence(found: Finding, observation: CommonObservation): Finding {
  const { kernel } = observation;
  const gravest = found.faults[0];
  if (kernel === undefined || gravest === undefined || gravest.at !== undefined) return found;
  switch (gravest.cause) {
    case 'tcp.refused':
    case 'tcp.unreachable':
      return (
        byOurselves(found, kernel, observation) ?? replaced(found, answerToSyn(gravest, kernel, observation))
      );
    case 'tcp.filtered':
      return replaced(found, lastDevice(gravest, kernel, observation.address));
    // A service of any protocol may wait for words that the probe does not know.
    case 'tcp.accepts-then-silent':
      return explained(found, silence(kernel, observation));
    case 'tls.handshake-timeout':
    case 'http.no-response':
      return explained(found, silence(kernel, observation) ?? hanging(kernel, observation));
    default:
      return found;
  }
}

/** In the place of the gravest fault. */
const replaced = (found: Finding, better: Fault | undefined): Finding =>
  better === undefined ? found : finding(found.state, [better, ...found.faults.slice(1)]);

/** Above the faults that were found, which stay as what was seen. */
const explained = (found: Finding, reason: Fault | undefined): Finding =>
  reason === undefined ? found : finding(found.state, [reason, ...atMost('info', found.faults)]);

/**
 * This machine's own answer says nothing about the far end: a rule of its packet filter rejects, or its gateway does not answer. Of an address in a
 * network of its own it says that the address itself does not answer.
 */
function byOurselves(
  found: Finding,
  { icmp }: KernelEvidence,
  observation: CommonObservation,
): Finding | undefined {
  if (icmp?.sender !== 'self' || (icmp.onLink === true && !refuses(icmp))) return undefined;
  const filling = { peer: peerOf(observation), from: icmp.from, icmp: icmpWords(icmp) };
  const said = refuses(icmp) ? say.ownFilter(filling) : say.ownGateway(filling);
  return finding('inconclusive', [
    fault('prober.egress-blocked', said),
    ...atMost('info', found.faults.slice(1)),
  ]);
}

function answerToSyn(
  { cause }: Fault,
  { icmp, reset, trace }: KernelEvidence,
  observation: CommonObservation,
): Fault | undefined {
  const peer = peerOf(observation);
  const ms = observation.timings.connect ?? observation.timings.total;
  if (reset === true && cause === 'tcp.refused') return fault('tcp.refused', say.resets({ peer, ms }));
  // What this machine itself says of a neighbour that does not answer comes from no one on the way.
  if (icmp === undefined || icmp.sender === 'self') return undefined;
  if (icmp.sender !== 'target') return byOther(icmp, peer);
  const translated = trace && translatedAt(trace, observation.address);
  return translated === undefined ? byTarget(icmp, peer, ms) : byTranslated(icmp, peer, ms, translated);
}

/** NAT puts the address that was dialled on errors from behind it: who says that there is no way is not known then. */
function byTarget(icmp: IcmpError, peer: Sentence, ms: number): Fault | undefined {
  if (!refuses(icmp)) return undefined;
  return isPortUnreachable(icmp)
    ? fault('tcp.refused', say.hostRefuses({ peer, ms }))
    : fault('tcp.unreachable', say.hostRejects({ peer, icmp: icmpWords(icmp) }), { side: 'host' });
}

/** The address is the translating device's: its firewall stands first, and whether the host behind it was asked at all is not known. */
function byTranslated(icmp: IcmpError, peer: Sentence, ms: number, hop: number): Fault | undefined {
  if (!refuses(icmp)) return undefined;
  return isPortUnreachable(icmp)
    ? fault('tcp.refused', say.natRefuses({ peer, ms, hop }), { side: 'network' })
    : fault('tcp.unreachable', say.natRejects({ peer, icmp: icmpWords(icmp), hop }), { side: 'network' });
}

const isPortUnreachable = ({ version, type, code }: IcmpError): boolean =>
  version === 4 ? type === 3 && code === 3 : type === 1 && code === 4;

/** Hops to the router that has the address that was dialled and passes packets: address translation puts it on what comes from behind. */
const translatedAt = ({ hops }: PathTrace, address: string): number | undefined =>
  hops.find(({ answer, from }) => answer === 'passed' && from !== undefined && sameAddress(from, address))
    ?.ttl;

function byOther(icmp: IcmpError, peer: Sentence): Fault {
  const filling = { peer, from: icmp.from, icmp: icmpWords(icmp) };
  return refuses(icmp)
    ? fault('tcp.rejected-by-network', say.rejected(filling))
    : fault('tcp.unreachable', say.unreachableFrom(filling));
}

/** Only what answered is named, and only where it did so twice; as the last one only where loss can't be why those behind it were silent. */
function lastDevice(
  filtered: Fault,
  { trace, traceBeside }: KernelEvidence,
  address: string,
): Fault | undefined {
  const device = trace?.last ?? trace?.reaches;
  if (device === undefined) return undefined;
  const { ttl, from } = device;
  const filling = { filtered: within(filtered), device: from, hop: ttl };
  const { side, severity } = filtered;
  // A router that packets pass has the address that was dialled: address translation puts it on what comes from behind.
  if (sameAddress(from, address))
    return fault(filtered.cause, say.passedOnBehind(filling), { side, severity });
  const beside = traceBeside !== undefined && passes(traceBeside, ttl, from) ? traceBeside.port : undefined;
  const isLast = trace?.last !== undefined;
  const said =
    beside === undefined
      ? (isLast ? say.lastDevice : say.atLeast)(filling)
      : (isLast ? say.lastDevicePasses : say.atLeastBeside)({ ...filling, beside });
  return fault(filtered.cause, said, { side, severity });
}

/** Is it the same device at the same place on the other way, and did something answer beyond it? */
const passes = ({ hops }: PathTrace, ttl: number, device: string): boolean =>
  hops.some((hop) => hop.ttl === ttl && hop.from === device && hop.answer === 'passed') &&
  hops.some((hop) => hop.ttl > ttl && hop.answer !== 'silent');

/** Why no answer came on a connection, where the way is the reason. */
function silence(
  { syns, stream, segments }: KernelEvidence,
  observation: CommonObservation,
): Fault | undefined {
  if (stream === undefined || stream.ended) return undefined;
  const peer = peerOf(observation);
  const { sentBytes, ackedBytes, receivedBytes, receivedSegments } = stream;
  if (segments?.answered === true)
    // Answered with the usual size too: the failure has gone by meanwhile, and nothing is proven.
    return segments.largeAnswered === false
      ? fault(
          'tcp.path-mtu',
          say.pathMtu({ peer, large: Math.max(stream.sendMss, stream.receiveMss), small: segments.mss }),
        )
      : undefined;
  if (receivedBytes > 0 || sentBytes === 0) return undefined;
  const ms = Math.round(observation.timings.total);
  const again = stream.retransmissions - (syns.length - 1);
  const { connect = 0, total } = observation.timings;
  // What comes after the SYN-ACK without acknowledging is mostly the SYN-ACK again, of a host whose queue of new connections is full, as a hung
  // service leaves it: Linux before 4.10 answers a SYN then, and takes neither the end of the handshake nor data.
  const isMute = receivedSegments <= 1 && total - connect >= SYN_ACK_AGAIN_MS;
  // A second connection has to tell the same: where many are tried, one of them loses every packet by chance.
  if (segments?.answered !== false) return undefined;
  if (ackedBytes === 0)
    return isMute && again >= LEAST_RETRANSMISSIONS && segments.arrived === false
      ? fault('tcp.data-dropped', say.dataDropped({ peer, bytes: sentBytes, times: again + 1, ms }))
      : undefined;
  return stream.finAcknowledged === false
    ? fault('tcp.data-dropped', say.cutOff({ peer, bytes: sentBytes, ms }))
    : undefined;
}

/** The whole request was acknowledged, an answer is due by the protocol, and the way carries packets of any size. */
function hanging({ stream, segments }: KernelEvidence, observation: CommonObservation): Fault | undefined {
  if (stream?.finAcknowledged !== true || segments?.answered !== false || segments.arrived === false)
    return undefined;
  const filling = { bytes: stream.sentBytes, ms: Math.round(observation.timings.total) };
  return fault('tcp.service-hangs', say.hangs({ peer: peerOf(observation), ...filling }));
}

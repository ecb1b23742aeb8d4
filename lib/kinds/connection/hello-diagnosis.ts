/** What hellos of two sizes prove about a handshake that got no answer. Without them nothing changes. */
import type { Fault, Finding } from '../../model/finding.ts';
import type { HelloSizes } from '../../model/hello-sizes.ts';
import { atMost } from '../../model/severity-order.ts';
import type { CommonObservation } from '../contract/common-observation.ts';
import { fault, finding } from '../contract/fault.ts';
import { type DialledObservation, peerOf } from './connect-diagnosis.ts';
import { helloSentence as say } from './hello-messages.ts';

const isDropped = (hello: HelloSizes | undefined): hello is HelloSizes =>
  hello?.answered === true && hello.largeAnswered === false;

/** Behind STARTTLS, where few senders have a large hello: the rest of the session was judged with a small one. */
export function mailHelloFaults(observation: CommonObservation & DialledObservation): Fault[] {
  const { hello } = observation;
  if (!isDropped(hello)) return [];
  const { small, large } = hello;
  return [
    fault('tls.large-hello-dropped', say.mail({ peer: peerOf(observation), small, large }), {
      severity: 'warn',
    }),
  ];
}

/** The same finding, or a more exact one. A fault that was met elsewhere, behind a redirect, is not about this connection. */
export function withHelloSizes(found: Finding, observation: CommonObservation): Finding {
  const { hello, kernel } = observation;
  const gravest = found.faults[0];
  if (!isDropped(hello)) return found;
  if (gravest === undefined || gravest.at !== undefined) return found;
  const closed = gravest.cause === 'tls.handshake-reset';
  if (gravest.cause !== 'tls.handshake-timeout' && !closed) return found;
  // With small segments the large hello arrives: that is the path's MTU.
  if (kernel?.segments?.answered === true) return found;
  // It arrived, and after that nothing does: the connection is cut by what it carried.
  if (kernel?.stream?.finAcknowledged === false) return found;
  const { small, large } = hello;
  const filling = { peer: peerOf(observation), small, large };
  const said = closed
    ? say.closed(filling)
    : kernel?.segments === undefined
      ? say.silentOrPathMtu(filling)
      : say.silent(filling);
  return finding(found.state, [fault('tls.large-hello-dropped', said), ...atMost('info', found.faults)]);
}

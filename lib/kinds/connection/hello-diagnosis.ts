/** What hellos of two sizes prove about a handshake that got no answer. Without them nothing changes. */
import type { Finding } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import type { CommonObservation } from '../contract/common-observation.ts';
import { fault, finding } from '../contract/fault.ts';
import { peerOf } from './connect-diagnosis.ts';
import { helloSentence as say } from './hello-messages.ts';

/** The same finding, or a more exact one. A fault that was met elsewhere, behind a redirect, is not about this connection. */
export function withHelloSizes(found: Finding, observation: CommonObservation): Finding {
  const { hello, kernel } = observation;
  const gravest = found.faults[0];
  if (hello === undefined || !hello.answered || hello.largeAnswered !== false) return found;
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

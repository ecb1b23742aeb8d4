import type { Finding } from '../../model/finding.ts';
import type { FirstBytes } from '../../model/observed.ts';
import { addressScope } from '../../net/guard.ts';
import { hostPort } from '../../net/host-port.ts';
import { deadlineReached, diagnoseConnect, peerOf, silentOrReset } from '../connection/connect-diagnosis.ts';
import { handshakeFinding } from '../connection/tls-diagnosis.ts';
import type { Diagnose, DiagnosisContext } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { listenerSentence as say } from './messages.ts';
import type { ListenerObservation, ListenerResult } from './observation.ts';
import { usesTls } from './speech.ts';

/** Characters of a foreign answer in a sentence. */
const SHOWN = 120;

/** Which machine answers: `open` without a fault requires a proof made with the code; without a code any answer of the peer. */
export const diagnoseListener: Diagnose<ListenerObservation> = (observation, context) => {
  const unconnected = diagnoseConnect(observation.connect, observation, context);
  if (unconnected !== undefined) return unconnected;
  const { tls, listener } = observation;
  const untold = tls && handshakeFinding(tls, observation, context);
  if (untold !== undefined) return untold;
  if (listener === undefined) return deadlineReached(observation);
  const peer = peerOf(observation);
  const { destination = '', read } = listener;
  switch (listener.status) {
    case 'proven':
      return finding('open', [], proofSentence(listener, observation));
    case 'other-session':
      return finding('open', [fault('path.tls-terminated', sessionSentence(listener, observation))]);
    case 'wrong-proof':
      return finding('broken', [fault('path.another-host', say.wrongProof({ peer, destination }))]);
    case 'no-proof':
      return (
        unspoken(read, observation, context) ??
        finding('broken', [fault('path.another-host', say.noProof({ peer, text: shown(read) }))])
      );
    case 'unverified':
      if (destination !== '') return finding('open', [], say.claims({ peer, destination }));
      return (
        unspoken(read, observation, context) ?? finding('open', [], say.answers({ peer, text: shown(read) }))
      );
    default:
      return listener.status satisfies never;
  }
};

const shown = ({ text }: FirstBytes): string => text.slice(0, SHOWN);

/** An answer that never came, or that the end of the run cut off. */
function unspoken(
  { end, bytes }: FirstBytes,
  observation: ListenerObservation,
  context: DiagnosisContext,
): Finding | undefined {
  if (end === 'deadline') return deadlineReached(observation);
  if (bytes > 0) return undefined;
  return silentOrReset(end === 'fin' || end === 'reset' ? end : 'silent', observation, context);
}

const dialledAs = ({ address, port }: ListenerObservation): string => hostPort(address, port);

function proofSentence(
  { destination = '', source, tlsFailed, beside }: ListenerResult,
  observation: ListenerObservation,
): Sentence {
  const phrases = [
    ...(source === undefined ? [] : [sourcePhrase(source, observation)]),
    ...(tlsFailed === true ? [say.inClear({})] : []),
    ...(beside === true ? [say.beside({})] : []),
  ];
  return say.proven({ dialled: dialledAs(observation), destination, source: phrases });
}

/** A private address of this machine never arrives at a public one: that it was rewritten is this network's own doing. */
function sourcePhrase(source: string, { localAddress, localPort, address }: ListenerObservation): Sentence {
  if (localAddress === undefined || localPort === undefined) return say.seenSource({ source });
  const sent = hostPort(localAddress, localPort);
  if (sent === source) return say.sameSource({ source });
  return addressScope(localAddress) === addressScope(address)
    ? say.otherSource({ sent, source })
    : say.seenSource({ source });
}

function sessionSentence(
  { destination = '', speech, tlsProof }: ListenerResult,
  observation: ListenerObservation,
): Sentence {
  const filling = { dialled: dialledAs(observation), destination };
  if (!usesTls(speech)) return say.tlsAdded(filling);
  return tlsProof === true ? say.tlsTerminated(filling) : say.tlsRemoved(filling);
}

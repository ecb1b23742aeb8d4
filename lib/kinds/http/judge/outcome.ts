/** The step between TLS and the status: did any HTTP come back? */
import type { Fault, Finding } from '../../../model/finding.ts';
import type { StreamEnd } from '../../../model/observed.ts';
import { atMost } from '../../../model/severity-order.ts';
import {
  type DialledObservation,
  deadlineReached,
  peerOf,
  silentOrReset,
} from '../../connection/connect-diagnosis.ts';
import { headerToClient } from '../../connection/proxy-header-diagnosis.ts';
import { guessProtocol } from '../../connection/tls-words.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, finding } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpHop } from '../observation.ts';
import { enhanceYourCalmFault, http2Words } from './http2.ts';
import { refusalPhrase } from './malformed.ts';

/** The finding for a hop without a complete HTTP head; `undefined` when one came. */
export function outcomeFinding(
  hop: HttpHop,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const { outcome, statusCode } = hop;
  const peer = peerOf(observation);
  // A status line proves the protocol, whatever came after it.
  const state = statusCode === undefined ? 'broken' : 'open';
  switch (outcome.status) {
    case 'answered':
      return undefined;
    case 'deadline':
    // The budget ended between two steps: nothing is known about this hop.
    case 'not-reached':
      return deadlineReached(observation);
    case 'no-response': {
      const calm = enhanceYourCalmFault(hop);
      if (calm !== undefined) {
        return finding(context.endpoint.expect === 'open' ? 'inconclusive' : state, [calm]);
      }
      return statusCode === undefined
        ? noResponse(outcome.end, hop, observation, context)
        : finding(state, [
            fault(
              'http.no-response',
              say.neverEndsHeaders({
                peer,
                status: statusCode,
                end: endPhrase(outcome.end),
                ms: hop.timings.total,
              }),
            ),
          ]);
    }
    case 'not-http':
      return finding(state, [notHttp(outcome.firstBytes, hop, peer)]);
    case 'too-large':
      return outcome.what === 'body'
        ? undefined
        : finding(state, [
            fault(
              'http.too-large',
              outcome.what === 'interim'
                ? say.interimTooMany({ peer, limit: outcome.limit })
                : say.headersTooLarge({ peer, limit: outcome.limit }),
            ),
          ]);
    default:
      return outcome satisfies never;
  }
}

/** The request went out and not one byte came back. */
function noResponse(
  end: StreamEnd,
  hop: HttpHop,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding {
  const silence = fault(
    'http.no-response',
    say.noResponse({
      peer: peerOf(observation),
      end:
        hop.http2Error === undefined ? endPhrase(end) : say.endHttp2({ error: http2Words(hop.http2Error) }),
    }),
  );
  // A peer that completed TLS is not a middlebox that answers for a server that is down.
  if (hop.tls !== undefined) return finding('broken', [silence]);
  const how = end === 'fin' || end === 'reset' ? end : 'silent';
  const bare = silentOrReset(how, observation, context);
  if (bare.state === 'inconclusive') return bare;
  // A RST in place of an answer comes from a SYN proxy; silence and FIN may just as well come from the server.
  const resets = end === 'reset';
  const beside = resets ? bare.faults : atMost('info', bare.faults);
  return finding('broken', [resets ? { ...silence, severity: 'info' } : silence, ...beside]);
}

function endPhrase(end: StreamEnd): Sentence {
  switch (end) {
    case 'complete':
    case 'fin':
      return say.endClosed({});
    case 'reset':
      return say.endReset({});
    case 'timeout':
    case 'deadline':
      return say.endSilent({});
    case 'too-large':
      return say.endEndless({});
    default:
      return end satisfies never;
  }
}

function notHttp(firstBytes: string, hop: HttpHop, peer: Sentence): Fault {
  const { statusCode, tls } = hop;
  const refused = refusalPhrase(hop);
  if (statusCode !== undefined && refused !== undefined) {
    return fault('http.not-http', say.headRefused({ peer, status: statusCode, refusal: refused }));
  }
  if (tls?.alpn === 'h2') {
    return fault(
      'http.not-http',
      hop.http2Error === undefined
        ? say.brokenFraming({ peer })
        : say.brokenFramingBy({ peer, error: http2Words(hop.http2Error) }),
    );
  }
  const bytes = firstBytes.slice(0, 120);
  // RFC 8446 §5.1: content type 21 (alert), then the record version.
  if (firstBytes.startsWith('\\x15\\x03')) {
    return fault('http.not-http', say.tlsAlert({ peer, bytes }));
  }
  if (/^<(?:!doctype|html|\?xml)/i.test(firstBytes)) {
    return fault('http.not-http', say.pageWithoutHead({ peer, bytes }));
  }
  const toClient = headerToClient(firstBytes, peer);
  if (toClient !== undefined) return toClient;
  const protocol = guessProtocol(firstBytes);
  return fault(
    'http.not-http',
    protocol === undefined ? say.notHttp({ peer, bytes }) : say.otherProtocol({ peer, protocol, bytes }),
  );
}

/** The rung between TLS and the status: did HTTP come back at all? */
import type { Fault, Finding } from '../model/finding.ts';
import type { HttpHop, StreamEnd } from '../model/observation.ts';
import { type DialledObservation, deadlineReached, peerName, silentOrReset } from './connect.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';
import { guessProtocol } from './tls-words.ts';

/** The finding for a hop without a complete HTTP head; `undefined` when one came. */
export function outcomeFinding(
  hop: HttpHop,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const { outcome, statusCode } = hop;
  const peer = peerName(observation);
  // A status line is the protocol, whatever came after it.
  const state = statusCode === undefined ? 'broken' : 'open';
  switch (outcome.status) {
    case 'answered':
      return undefined;
    case 'deadline':
    // The budget ended between two rungs: nothing is known about this hop.
    case 'not-reached':
      return deadlineReached(observation);
    case 'no-response':
      return statusCode === undefined
        ? noResponse(outcome.end, hop, observation, context)
        : finding(state, [
            fault(
              'http.no-response',
              `${peer} sends the status ${statusCode} and never ends its headers (${endWords(outcome.end)} ${hop.timings.total} ms into the exchange).`,
            ),
          ]);
    case 'not-http':
      return finding(state, [notHttp(outcome.firstBytes, hop, peer)]);
    case 'too-large':
      return outcome.what === 'body'
        ? undefined
        : finding(state, [
            fault(
              'http.too-large',
              `${peer} sends more than ${outcome.limit} bytes of headers; reading was stopped there.`,
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
    `${peerName(observation)} accepts the connection and the request, then ${endWords(end)} without a byte of HTTP.`,
  );
  // A peer that did TLS is no middlebox answering for a dead server.
  if (hop.tls !== undefined) return finding('broken', [silence]);
  const how = end === 'fin' || end === 'reset' ? end : 'silent';
  const bare = silentOrReset(how, observation, context);
  if (bare.state === 'inconclusive') return bare;
  // A RST in place of an answer is a SYN proxy's; silence and FIN are as likely the server's own.
  const resets = end === 'reset';
  const beside = bare.faults.map((each): Fault => (resets ? each : { ...each, severity: 'info' }));
  return finding('broken', [resets ? { ...silence, severity: 'info' } : silence, ...beside]);
}

function endWords(end: StreamEnd): string {
  switch (end) {
    case 'complete':
    case 'fin':
      return 'closes the connection';
    case 'reset':
      return 'resets it (RST)';
    case 'timeout':
    case 'deadline':
      return 'stays silent until the timeout';
    case 'too-large':
      return 'goes on without end';
    default:
      return end satisfies never;
  }
}

function notHttp(firstBytes: string, { statusCode, tls, httpVersion }: HttpHop, peer: string): Fault {
  if (statusCode !== undefined) {
    return fault(
      'http.not-http',
      `${peer} sends the status ${statusCode}, but headers that break HTTP/${httpVersion ?? '1.1'}: "${firstBytes.slice(0, 120)}".`,
    );
  }
  if (tls?.alpn === 'h2') {
    return fault('http.not-http', `${peer} chose HTTP/2 (ALPN h2) and then broke its framing.`);
  }
  const proof = `its first bytes are "${firstBytes.slice(0, 120)}"`;
  // RFC 8446 §5.1: content type 21 (alert), then the record version.
  if (firstBytes.startsWith('\\x15\\x03')) {
    return fault(
      'http.not-http',
      `${peer} speaks TLS and answers plain HTTP with an alert; ${proof}. Give it as https.`,
    );
  }
  if (/^<(?:!doctype|html|\?xml)/i.test(firstBytes)) {
    return fault('http.not-http', `${peer} sends a page without a status line, as in HTTP/0.9; ${proof}.`);
  }
  const guess = guessProtocol(firstBytes);
  return fault('http.not-http', `${peer} ${guess ? `speaks ${guess}` : 'does not speak HTTP'}; ${proof}.`);
}

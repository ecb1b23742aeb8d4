/** What a TLS handshake proves, wherever it was made: for the kind tls, in a web request, in a mail session. */
import type { Fault, Finding } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import type { DiagnosisContext } from '../contract/diagnosis.ts';
import { fault, finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { certificateFaults } from './certificate-diagnosis.ts';
import { clientFaults } from './client-diagnosis.ts';
import {
  type DialledObservation,
  deadlineReached,
  type EndWithoutBytes,
  peerOf,
  silentOrReset,
} from './connect-diagnosis.ts';
import { headerToClient, proxyHeaderFaults } from './proxy-header-diagnosis.ts';
import { revocationFaults } from './revocation-diagnosis.ts';
import { tlsSentence as say } from './tls-messages.ts';
import { protocolFaults } from './tls-protocol-diagnosis.ts';
import { alertHint, guessProtocol, SERVER_FLIGHT_BYTES } from './tls-words.ts';

/** State and faults of a peer, judged by its handshake: why it did not complete, or all that is wrong with it. */
export function diagnoseHandshake(
  tls: TlsResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding {
  const broken = handshakeFinding(tls, observation, context);
  if (broken !== undefined) return broken;
  const faults = tlsFaults(tls, observation.host, context);
  const healthy = faults.length === 0 ? healthySummary(tls, observation, context.now) : undefined;
  return finding('open', faults, healthy);
}

/** Everything wrong with a handshake that completed, each fault separately. Empty for one that did not complete. */
export function tlsFaults(
  tls: TlsResult,
  host: string,
  context: Pick<DiagnosisContext, 'endpoint' | 'now'>,
): Fault[] {
  if (tls.handshake.status !== 'complete') return [];
  const { assertions } = context.endpoint;
  return [
    ...certificateFaults(tls, host, assertions, context.now),
    ...protocolFaults(tls, host, assertions),
    ...revocationFaults(tls, host),
    ...clientFaults(tls, host),
  ];
}

/** Why the handshake did not complete; `undefined` when it did. */
export function handshakeFinding(
  tls: TlsResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const failed = plainFinding(tls, observation, context);
  if (failed === undefined || tls.proxyHeader === undefined) return failed;
  return finding('broken', proxyHeaderFaults(tls.proxyHeader, peerOf(observation), failed.faults));
}

function plainFinding(
  tls: TlsResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const { handshake } = tls;
  const peer = peerOf(observation);
  const received = tls.receivedBytes ?? 0;
  switch (handshake.status) {
    case 'complete':
      return undefined;
    case 'deadline':
      return deadlineReached(observation);
    case 'timeout': {
      if (received === 0) {
        return wordless('silent', observation, context, [
          fault('tls.handshake-timeout', say.silent({ peer })),
        ]);
      }
      return finding('broken', [fault('tls.handshake-timeout', say.stalled({ peer, bytes: received }))]);
    }
    case 'closed': {
      const faults = [fault('tls.handshake-reset', closedSentence(handshake.by, peer, received))];
      return received === 0
        ? wordless(handshake.by, observation, context, faults)
        : finding('broken', faults);
    }
    case 'alert':
      // TLS 1.3 servers refuse after the client's Finished (a missing client certificate): the chain is known by then.
      return finding('broken', [
        refused(tls, handshake, peer),
        ...certificateFaults(tls, observation.host, context.endpoint.assertions, context.now),
      ]);
    case 'not-tls':
      return finding('broken', [notTls(handshake.firstBytes, peer)]);
    case 'failed':
      return finding('broken', [unfinished(tls, handshake, peer)]);
    default:
      return handshake satisfies never;
  }
}

function closedSentence(by: 'fin' | 'reset', peer: Sentence, bytes: number): Sentence {
  if (by === 'fin') return bytes === 0 ? say.closedAtOnce({ peer }) : say.closedAfter({ peer, bytes });
  return bytes === 0 ? say.resetAtOnce({ peer }) : say.resetAfter({ peer, bytes });
}

/** No byte came: only a TCP handshake, which this vantage's own network may have completed. */
function wordless(
  how: EndWithoutBytes,
  observation: DialledObservation,
  context: DiagnosisContext,
  faults: readonly Fault[],
): Finding {
  const bare = silentOrReset(how, observation, context);
  if (bare.state === 'inconclusive') return bare;
  return finding('broken', [...faults, ...atMost('info', bare.faults)]);
}

type AlertRefusal = Extract<TlsResult['handshake'], { status: 'alert' }>;

function refused(tls: TlsResult, { number, name }: AlertRefusal, peer: Sentence): Fault {
  const tooOld = onlyOld(tls, peer) ?? smallGroup(tls, peer);
  if (tooOld) return tooOld;
  const hint = alertHint(number, {
    ...(tls.servername !== undefined && { servername: tls.servername }),
    afterCertificate: (tls.receivedBytes ?? 0) > SERVER_FLIGHT_BYTES || tls.chain !== undefined,
  });
  return fault(
    'tls.alert',
    hint === undefined ? say.alert({ peer, number, name }) : say.alertWithHint({ peer, number, name, hint }),
  );
}

type Failure = Extract<TlsResult['handshake'], { status: 'failed' }>;

function unfinished(tls: TlsResult, { code, message }: Failure, peer: Sentence): Fault {
  const tooOld = onlyOld(tls, peer) ?? smallGroup(tls, peer);
  if (tooOld) return tooOld;
  return fault('tls.handshake-failed', say.recordsRejected({ peer, code, reason: opensslReason(message) }));
}

/** Only the reason from OpenSSL's `thread:error:number:library:function:reason:file:line:`. */
const opensslReason = (message: string): string =>
  (/:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message)?.[1] ?? message).slice(0, 160);

/** Versions that no current client supports (RFC 8996, RFC 7568). */
const isOld = (protocol: string): boolean => ['SSLv3', 'TLSv1', 'TLSv1.1'].includes(protocol);

/** Reported only for a server that refused TLS 1.2 when nothing else was offered: one that also supports old versions may refuse for any reason. */
function onlyOld({ oldestProtocol, tls12Refused }: TlsResult, peer: Sentence): Fault | undefined {
  if (oldestProtocol === undefined || !isOld(oldestProtocol) || tls12Refused !== true) return undefined;
  return fault('tls.protocol-too-old', say.onlyOld({ peer, version: oldestProtocol }), { severity: 'fail' });
}

function notTls(firstBytes: string, peer: Sentence): Fault {
  if (firstBytes === '') return fault('tls.not-tls', say.notTlsEmpty({ peer }));
  const toClient = headerToClient(firstBytes, peer);
  if (toClient !== undefined) return toClient;
  const protocol = guessProtocol(firstBytes);
  const bytes = firstBytes.slice(0, 80);
  return fault(
    'tls.not-tls',
    protocol === undefined ? say.notTls({ peer, bytes }) : say.otherProtocol({ peer, protocol, bytes }),
  );
}

/** OpenSSL refuses such a group even with its most tolerant settings; its size was read from the server's own message. */
function smallGroup({ keyExchange }: TlsResult, peer: Sentence): Fault | undefined {
  if (keyExchange?.type !== 'DHE') return undefined;
  const { bits } = keyExchange;
  return fault(
    'tls.key-exchange-refused',
    bits === undefined ? say.onlyDhe({ peer }) : say.onlyDheGroup({ peer, bits }),
  );
}

function healthySummary(tls: TlsResult, observation: DialledObservation, now: number): Sentence {
  const leaf = tls.chain?.[0];
  const peer = peerOf(observation);
  const version = tls.protocol ?? 'TLS';
  if (leaf === undefined) return say.speaks({ peer, version });
  const days = Math.floor((Date.parse(leaf.notAfter) - now) / 86_400_000);
  return say.speaksUntil({ peer, version, days });
}

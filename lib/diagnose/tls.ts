/** The ladder of TLS: connect, handshake, certificates. Mail and web call `diagnoseTls` or `tlsFaults` for theirs. */
import type { Fault, Finding } from '../model/finding.ts';
import type { TlsObservation, TlsResult } from '../model/observation.ts';
import {
  type DialledObservation,
  deadlineReached,
  diagnoseConnect,
  peerName,
  silentOrReset,
  type Wordless,
} from './connect.ts';
import type { Diagnose, DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';
import { certificateFaults } from './tls-certificate.ts';
import { protocolFaults } from './tls-protocol.ts';
import { alertHint, guessProtocol, SERVER_FLIGHT_BYTES } from './tls-words.ts';

export const diagnoseTls: Diagnose<TlsObservation> = (observation, context) => {
  const failed = diagnoseConnect(observation.connect, observation, context);
  if (failed !== undefined) return failed;
  const { tls } = observation;
  if (tls === undefined) return deadlineReached(observation);
  const broken = handshakeFinding(tls, observation, context);
  if (broken !== undefined) return broken;
  const faults = tlsFaults(tls, observation.host, context);
  return finding(
    'open',
    faults,
    faults.length === 0 ? healthySummary(tls, observation, context.now) : undefined,
  );
};

/** Everything wrong with a handshake that completed, each fault by itself. Empty for one that did not complete. */
export function tlsFaults(
  tls: TlsResult,
  host: string,
  context: Pick<DiagnosisContext, 'endpoint' | 'now'>,
): Fault[] {
  if (tls.handshake.status !== 'complete') return [];
  const { assertions } = context.endpoint;
  return [...certificateFaults(tls, host, assertions, context.now), ...protocolFaults(tls, host, assertions)];
}

/** Why the handshake did not complete; `undefined` when it did. */
export function handshakeFinding(
  tls: TlsResult,
  observation: DialledObservation,
  context: DiagnosisContext,
): Finding | undefined {
  const { handshake } = tls;
  const peer = peerName(observation);
  const received = tls.receivedBytes ?? 0;
  switch (handshake.status) {
    case 'complete':
      return undefined;
    case 'deadline':
      return deadlineReached(observation);
    case 'timeout': {
      if (received === 0) {
        return wordless('silent', observation, context, [
          fault(
            'tls.handshake-timeout',
            `${peer} accepts the connection but does not answer the ClientHello: a middlebox may be answering for a dead server, or the service does not speak TLS and waits.`,
          ),
        ]);
      }
      return finding('broken', [
        fault(
          'tls.handshake-timeout',
          `The TLS handshake with ${peer} stalled after ${received} bytes: large packets may be lost on the way (a path MTU black hole: ICMP "fragmentation needed" is blocked), or the server hangs.`,
        ),
      ]);
    }
    case 'closed': {
      const verb = handshake.by === 'fin' ? 'closed the connection' : 'reset the connection (RST)';
      const when =
        received === 0
          ? 'after the ClientHello, without a byte'
          : `in the TLS handshake after ${received} bytes`;
      const faults = [
        fault(
          'tls.handshake-reset',
          `${peer} ${verb} ${when}: a firewall that inspects TLS or filters by name does so, as does a server that has no site for this name.`,
        ),
      ];
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

/** No byte came: a bare TCP handshake, of which this vantage's own network may be the author. */
function wordless(
  how: Wordless,
  observation: DialledObservation,
  context: DiagnosisContext,
  faults: readonly Fault[],
): Finding {
  const bare = silentOrReset(how, observation, context);
  if (bare.state === 'inconclusive') return bare;
  const beside = bare.faults.map((each): Fault => ({ ...each, severity: 'info' }));
  return finding('broken', [...faults, ...beside]);
}

type Refusal = Extract<TlsResult['handshake'], { status: 'alert' }>;

function refused(tls: TlsResult, { number, name }: Refusal, peer: string): Fault {
  if (tls.oldestProtocol !== undefined && isOld(tls.oldestProtocol)) return onlyOld(peer, tls.oldestProtocol);
  const hint = alertHint(number, {
    ...(tls.servername !== undefined && { servername: tls.servername }),
    afterCertificate: (tls.receivedBytes ?? 0) > SERVER_FLIGHT_BYTES || tls.chain !== undefined,
  });
  return fault('tls.alert', `${peer} refused the TLS handshake with alert ${number} (${name})${hint}.`);
}

type Failure = Extract<TlsResult['handshake'], { status: 'failed' }>;

function unfinished(tls: TlsResult, { code, message }: Failure, peer: string): Fault {
  if (tls.oldestProtocol !== undefined && isOld(tls.oldestProtocol)) return onlyOld(peer, tls.oldestProtocol);
  return fault(
    'tls.handshake-failed',
    `${peer} answered the ClientHello with records that OpenSSL rejects (${code}: ${opensslReason(message)}).`,
  );
}

/** The reason alone of OpenSSL's `thread:error:number:library:function:reason:file:line:`. */
const opensslReason = (message: string): string =>
  (/:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message)?.[1] ?? message).slice(0, 160);

/** Versions that no present client speaks (RFC 8996, RFC 7568). */
const isOld = (protocol: string): boolean => ['SSLv3', 'TLSv1', 'TLSv1.1'].includes(protocol);

const onlyOld = (peer: string, protocol: string): Fault =>
  fault(
    'tls.protocol-too-old',
    `${peer} speaks nothing newer than ${protocol}, which clients of today refuse.`,
    {
      severity: 'fail',
    },
  );

function notTls(firstBytes: string, peer: string): Fault {
  const guess = guessProtocol(firstBytes);
  const what = guess ? `speaks ${guess}, not TLS` : 'does not speak TLS';
  const proof = firstBytes === '' ? '' : `; its first bytes are "${firstBytes.slice(0, 80)}"`;
  return fault('tls.not-tls', `${peer} ${what}${proof}.`);
}

function healthySummary(tls: TlsResult, observation: DialledObservation, now: number): string {
  const leaf = tls.chain?.[0];
  const days = leaf ? Math.floor((Date.parse(leaf.notAfter) - now) / 86_400_000) : undefined;
  const validity = days === undefined ? '' : `, its certificate is valid for ${days} more days`;
  return `${peerName(observation)} speaks ${tls.protocol ?? 'TLS'}${validity}.`;
}

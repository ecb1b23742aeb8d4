/** The TCP connections of a report that a listener could have seen. */
import * as z from 'zod';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { evidenceJson } from '../../kinds/evidence.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import { runKey } from '../../kinds/listener/proof.ts';
import { markedSegment } from '../../kinds/listener/syn-mark.ts';
import { ConnectResult } from '../../model/observed.ts';
import { isKind } from '../../model/vocabulary.ts';
import { isIP } from '../../net/ip.ts';
import { fixedSource, sourceBySocket } from '../../net/source.ts';
import type { EndpointReport, Report, ReportObservation } from '../report-schema.ts';
import type { ListenerAttempt } from './evidence.ts';

/**
 * Those that say nothing of the way are left out: refused by the guard, without a route, cut off, or made while the prober was late.
 *
 * @param code of the listener, by which marked SYNs are known
 */
export function attemptsOf(
  report: Pick<Report, 'endpoints' | 'vantages'>,
  code?: ListenerCode,
): ListenerAttempt[] {
  return report.endpoints.flatMap((endpoint) => {
    if (!isKind(endpoint.kind) || !dialsTcp(endpoint.kind)) return [];
    return endpoint.observations.flatMap(
      (observation) => attemptOf(endpoint, observation, report, code) ?? [],
    );
  });
}

const dialsTcp = (kind: Parameters<typeof descriptorOf>[0]): boolean => {
  const { transport, dialsHost } = descriptorOf(kind);
  return transport === 'tcp' && dialsHost;
};

function attemptOf(
  { id, host, port }: EndpointReport,
  observation: ReportObservation,
  { vantages }: Pick<Report, 'vantages'>,
  code: ListenerCode | undefined,
): ListenerAttempt | undefined {
  const { address, localAddress, localPort, startedAt, timings, evidence } = observation;
  const connection = Connection.safeParse(evidenceJson(evidence)).data;
  const saw = connection === undefined ? undefined : sawOf(connection);
  const version = isIP(address);
  if (saw === undefined || (version !== 4 && version !== 6)) return undefined;
  const vantage = vantages.find((one) => one.id === observation.vantage);
  const known = [
    fixedSource(vantage?.sourceAddress, address),
    sourceBySocket(localAddress, address),
    ...(vantage?.seenAs ?? []).map((seen) => seen.address),
  ];
  const sources = known.filter((one) => one !== undefined && isIP(one) === version) as string[];
  const from = Date.parse(startedAt);
  const provenSource = provenSourceOf(evidence);
  const challengeDigest = Challenged.safeParse(evidenceJson(evidence)).data?.listener.wordsDigest;
  const run = connection?.kernel?.markedFor;
  return {
    endpoint: id,
    host,
    address,
    family: version,
    port,
    from,
    until: from + timings.total,
    sources: [...new Set(sources)],
    ...(localPort !== undefined && { sourcePort: localPort }),
    ...(run !== undefined && code !== undefined && { mss: markedSegment(runKey(code, run), address, port) }),
    syns: Math.max(1, connection?.kernel?.syns.length ?? 1),
    saw,
    ...(provenSource !== undefined && { provenSource }),
    ...(challengeDigest !== undefined && { challengeDigest }),
  };
}

function sawOf({ late, connect, kernel }: z.infer<typeof Connection>): ListenerAttempt['saw'] | undefined {
  // Such an answer is the prober's own machine's.
  if (late !== undefined || kernel?.icmp?.sender === 'self') return undefined;
  switch (connect.status) {
    case 'connected':
    case 'refused':
    case 'reset':
      return connect.status;
    case 'timeout':
      return 'silent';
    case 'unreachable':
      return connect.local ? undefined : 'unreachable';
    default:
      return undefined;
  }
}

/** Of any kind that dials TCP; read as JSON, so that parts of another version are read, too. */
const Connection = z.object({
  late: z.unknown().optional(),
  connect: ConnectResult,
  kernel: z
    .object({
      syns: z.array(z.number()),
      icmp: z.object({ sender: z.string() }).optional(),
      markedFor: z.string().optional().catch(undefined),
    })
    .optional(),
});

const Proof = z.object({
  listener: z.object({ status: z.enum(['proven', 'other-session']), source: z.string() }),
});

const Challenged = z.object({ listener: z.object({ wordsDigest: z.string() }) });

/** Only a proof that was made with the code is believed; the report says whether it was. */
const provenSourceOf = (evidence: ReportObservation['evidence']): string | undefined =>
  Proof.safeParse(evidenceJson(evidence)).data?.listener.source;

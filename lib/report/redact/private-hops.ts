/** Without the private addresses of devices on the way: they show how a customer's network, or ours, is built inside. */
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import type { IcmpError, KernelEvidence, PathTrace } from '../../model/kernel-evidence.ts';
import { judgeAddress } from '../../net/guard.ts';
import { everyString } from './strings.ts';

/** In the place of an address, in the evidence. */
const PRIVATE_HOP = 'private hop';
/** The same within a sentence: of a device on the way, and of the prober itself. */
const IN_WORDS: Readonly<Record<IcmpError['sender'], string>> = {
  target: `a ${PRIVATE_HOP}`,
  other: `a ${PRIVATE_HOP}`,
  self: 'private address',
};

/** Hops keep their order, number and time. An address that was dialled stays: it is what the report is about. */
export function withoutPrivateHops(endpoint: EndpointReport): EndpointReport {
  const dialled = new Set([endpoint.host, ...endpoint.observations.map(({ address }) => address)]);
  const isHidden = (address: string): boolean => !dialled.has(address) && isPrivate(address);
  const words = new Map(endpoint.observations.flatMap(namedDevices).filter(([address]) => isHidden(address)));
  if (words.size === 0) return endpoint;
  const inWords = <T>(value: T): T => everyString(value, (text) => replaceAddresses(text, words));
  const { summary, message, furtherMessages, history } = endpoint;
  return {
    ...endpoint,
    summary: inWords(summary),
    ...(message && { message: inWords(message) }),
    ...(furtherMessages && { furtherMessages: inWords(furtherMessages) }),
    ...(history && { history: inWords(history) }),
    observations: endpoint.observations.map((one) => ({
      ...one,
      summary: inWords(one.summary),
      ...(one.message && { message: inWords(one.message) }),
      evidence: withKernel(one.evidence, (kernel) => hidden(kernel, isHidden)),
    })),
  };
}

/** Documentation's addresses are nobody's network. */
export function isPrivate(address: string): boolean {
  const { scope, range } = judgeAddress(address);
  return scope !== 'public' && !range.startsWith('documentation');
}

function kernelOf({ evidence }: ReportObservation): KernelEvidence | undefined {
  return evidence.kind === undefined ? undefined : evidence.kernel;
}

function withKernel(
  evidence: ReportObservation['evidence'],
  change: (kernel: KernelEvidence) => KernelEvidence,
): ReportObservation['evidence'] {
  return evidence.kind === undefined || evidence.kernel === undefined
    ? evidence
    : { ...evidence, kernel: change(evidence.kernel) };
}

/** Each address that the kernel's evidence names, and what is said in its place. */
function namedDevices(observation: ReportObservation): [address: string, words: string][] {
  const { icmp, trace, traceBeside } = kernelOf(observation) ?? {};
  const onTheWay = [trace, traceBeside].flatMap((one) => [
    ...(one?.hops.flatMap(({ from }) => from ?? []) ?? []),
    ...[one?.last, one?.reaches].flatMap((router) => router?.from ?? []),
  ]);
  return [
    ...onTheWay.map((address): [string, string] => [address, IN_WORDS.other]),
    ...(icmp === undefined ? [] : [[icmp.from, IN_WORDS[icmp.sender]] satisfies [string, string]]),
  ];
}

function hidden(
  { icmp, trace, traceBeside, ...rest }: KernelEvidence,
  isHidden: (address: string) => boolean,
): KernelEvidence {
  const masked = <T extends { readonly from?: string | undefined }>(one: T): T =>
    one.from !== undefined && isHidden(one.from) ? { ...one, from: PRIVATE_HOP } : one;
  const maskedTrace = ({ hops, last, reaches, ...way }: PathTrace): PathTrace => ({
    ...way,
    hops: hops.map(masked),
    ...(last && { last: masked(last) }),
    ...(reaches && { reaches: masked(reaches) }),
  });
  return {
    ...rest,
    ...(icmp && { icmp: masked(icmp) }),
    ...(trace && { trace: maskedTrace(trace) }),
    ...(traceBeside && { traceBeside: maskedTrace(traceBeside) }),
  };
}

export const replaceAddresses = (text: string, words: ReadonlyMap<string, string>): string =>
  [...words].reduce((left, [address, said]) => left.replace(wholeAddress(address), said), text);

/** An address is not found within a longer one: `10.0.0.1` is not in `10.0.0.12`. A port may follow that of IPv4. */
function wholeAddress(address: string): RegExp {
  const text = address.replaceAll('.', '\\.');
  return address.includes(':')
    ? new RegExp(`(?<![\\w:])${text}(?!\\w|:\\w|\\.\\d)`, 'gi')
    : new RegExp(`(?<![\\w.])${text}(?!\\w|\\.\\d)`, 'g');
}

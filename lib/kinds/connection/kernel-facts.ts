import type { KernelEvidence, PathHop, PathTrace, StreamCounters } from '../../model/kernel-evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import { icmpWords } from './icmp-words.ts';

/** What the kernel told, for the evidence of a report. */
export function kernelFacts(kernel: KernelEvidence | undefined): Fact[] {
  if (kernel === undefined) return [];
  const { syns, reset, icmp, stream, segments, trace, traceBeside, leftOut } = kernel;
  return [
    ...fact('SYNs sent', syns.length > 1 ? `${syns.length}, at ${syns.map(rounded).join(', ')} ms` : ''),
    ...fact('Answer to the SYN', reset && 'RST'),
    ...fact(
      'Answer to the SYN',
      icmp && `ICMP ${icmpWords(icmp)}, from ${icmp.from} (${SENDERS[icmp.sender]})`,
    ),
    ...fact('Sent and acknowledged', stream && streamWords(stream)),
    ...fact(
      'Small segments',
      segments &&
        `${segments.mss} bytes: ${answerWords(segments.answered)}${
          segments.largeAnswered === undefined
            ? ''
            : `; the usual size after that: ${answerWords(segments.largeAnswered)}`
        }`,
    ),
    ...traceFacts(trace),
    ...traceFacts(traceBeside),
    ...fact(
      'Left out',
      leftOut &&
        'how far packets get, or which size of them: this run had tried that for as many failures as it may',
    ),
  ];
}

const rounded = (ms: number): number => Math.round(ms);

const SENDERS = {
  target: 'the address itself',
  self: 'this machine',
  other: 'another address than the one dialled',
} as const;

const answerWords = (answered: boolean): string => (answered ? 'answered' : 'no answer');

const streamWords = ({ sentBytes, ackedBytes, retransmissions, receivedBytes }: StreamCounters): string =>
  `${sentBytes} bytes sent, ${ackedBytes} acknowledged, ${receivedBytes} received; ${retransmissions} segments sent again`;

const traceFacts = (trace: PathTrace | undefined): Fact[] =>
  fact(`Way to port ${trace?.port ?? ''}`, trace?.hops.map(hopWords).join(' → '));

function hopWords({ ttl, answer, from = '?', ms }: PathHop): string {
  switch (answer) {
    case 'passed':
      return `${ttl} ${from} (${ms} ms)`;
    case 'reached':
      return `${ttl} ${from} answers (${ms} ms)`;
    case 'rejected':
      return `${ttl} ${from} rejects (${ms} ms)`;
    case 'silent':
      return `${ttl} no answer`;
    default:
      return answer satisfies never;
  }
}

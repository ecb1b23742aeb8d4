/** Words that a person read aloud, held against what a report's connections sent. Pure. */
import type { Evidence } from '../evidence.ts';
import { wordsFit } from './read-back.ts';

/** The part of a report's endpoint that tells. */
export interface ReadBackEndpoint {
  readonly host: string;
  readonly port: number;
  readonly observations: readonly {
    readonly address: string;
    readonly attempt: number;
    readonly evidence: Evidence;
  }[];
}

export type ReadBack =
  /** This port's words: what was sent to it arrived where they were read. */
  | { readonly status: 'right'; readonly address: string; readonly attempt: number }
  /** Words that were sent to another port: something on the way leads from that one to where they were read. */
  | { readonly status: 'of-another-port'; readonly port: number }
  | { readonly status: 'wrong' }
  /** No challenge was sent there. */
  | { readonly status: 'not-asked' };

const digestIn = (evidence: Evidence) =>
  evidence.kind === 'listener' ? evidence.listener?.readBack : undefined;

/** Was a challenge sent to it? */
export const wasAsked = ({ observations }: ReadBackEndpoint): boolean =>
  observations.some(({ evidence }) => digestIn(evidence) !== undefined);

/** @param host absent: whichever has the port */
export function readBack(
  typed: string,
  port: number,
  host: string | undefined,
  endpoints: readonly ReadBackEndpoint[],
): ReadBack {
  const asked = endpoints.flatMap((endpoint) =>
    endpoint.observations.flatMap(({ address, attempt, evidence }) => {
      const digest = digestIn(evidence);
      return digest === undefined
        ? []
        : [{ host: endpoint.host, port: endpoint.port, address, attempt, digest }];
    }),
  );
  const there = asked.filter((one) => one.port === port && (host === undefined || one.host === host));
  if (there.length === 0) return { status: 'not-asked' };
  const right = there.find(({ digest }) => wordsFit(typed, digest));
  if (right !== undefined) return { status: 'right', address: right.address, attempt: right.attempt };
  const elsewhere = asked.find(({ digest }) => wordsFit(typed, digest));
  return elsewhere === undefined ? { status: 'wrong' } : { status: 'of-another-port', port: elsewhere.port };
}

/** Half a sentence for the person who typed them. */
export function readBackWords(result: ReadBack): string {
  switch (result.status) {
    case 'right':
      return `read back: the challenge to ${result.address} arrived where these words were read`;
    case 'of-another-port':
      return `wrong: these words were sent to port ${result.port}, so that is what arrived there`;
    case 'wrong':
      return 'wrong: these words were not sent in this run; an older run, or a word that was misheard';
    case 'not-asked':
      return 'no challenge was sent there';
    default:
      return result satisfies never;
  }
}

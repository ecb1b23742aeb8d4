/** Challenges listeners at hosts that users have named, so that the API needs not connect to them. */
import type { ListenerProof } from '../../kinds/listener/proof.ts';
import type { ListenerSpeech } from '../../model/vocabulary.ts';

export interface ListenerAsk {
  readonly host: string;
  readonly port: number;
  /** What is spoken; without TLS. */
  readonly speech: ListenerSpeech;
  /** Of the challenges (`Challenge`). */
  readonly run: string;
  /** One for each address, each used once; more addresses than these are not asked. */
  readonly nonces: readonly string[];
}

/** What came of one address. */
export interface AskedListener {
  readonly address: string;
  readonly nonce: string;
  /** As it came; whoever has the key of the run judges it. */
  readonly proof?: ListenerProof | undefined;
  /** What happened, in a few words. Printable and bounded. */
  readonly seen: string;
}

/** In the order of what was asked. `seen`: why no address was asked. */
export type ListenerAnswers = readonly (
  | { readonly host: string; readonly asked: readonly AskedListener[] }
  | { readonly host: string; readonly seen: string }
)[];

/** Never rejects for what the network, a listener or the cloud does. */
export type AskListeners = (
  asks: readonly ListenerAsk[],
) => Promise<
  | { readonly status: 'asked'; readonly answers: ListenerAnswers }
  | { readonly status: 'unavailable'; readonly message: string }
>;

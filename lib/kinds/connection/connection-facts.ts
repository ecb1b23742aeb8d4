import type { ConnectResult, FirstBytes } from '../../model/observed.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import { connectWords, endWords } from './outcome-words.ts';

export const connectFacts = (connect: ConnectResult | undefined): Fact[] =>
  connect === undefined ? [] : fact('Connection', connectWords(connect));

/** What was read from a peer without a request. */
export const firstBytesFacts = (read: FirstBytes | undefined): Fact[] =>
  read === undefined
    ? []
    : fact('Answer', read.bytes > 0 ? `${read.bytes} bytes: ${read.text}` : `no byte; ${endWords(read.end)}`);

export const proxyHeaderFacts = (seen: ProxyHeader | undefined): Fact[] =>
  fact(
    seen?.status === 'expected' ? 'Behind a PROXY header' : 'On a connection on which nothing was sent',
    seen?.text,
  );

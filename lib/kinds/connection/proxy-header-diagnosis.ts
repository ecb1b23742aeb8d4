import type { Fault } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import { fault } from '../contract/fault.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import type { Sentence } from '../contract/sentences.ts';
import { connectSentence as say } from './messages.ts';

/** How the PROXY protocol is related to a failure, and in addition, as a remark, how the failure was seen. */
export function proxyHeaderFaults(
  { status, text }: ProxyHeader,
  peer: Sentence,
  shown: readonly Fault[] = [],
): Fault[] {
  const found =
    status === 'expected'
      ? fault('tcp.proxy-header-expected', say.proxyHeaderExpected({ peer, text }))
      : fault('tcp.proxy-header-unexpected', say.proxyHeaderUnexpected({ peer, text }));
  return [found, ...atMost('info', shown)];
}

/**
 * The PROXY protocol, §2.1 and §2.2, in text as `printable` writes it: a line of version 1, or the signature of version 2, before
 * anything else. The match is what is shown.
 */
const HEADER_FIRST = /^(?:PROXY (?:TCP[46] |UNKNOWN\b).*?(?=\\r|\\n|$)|\\r\\n\\r\\n\\x00\\r\\nQUIT\\n)/;
const MAX_SHOWN = 120;

/**
 * A server that begins with a PROXY header: something in front of it sends the header towards clients, which read it as the
 * server's own first words. `undefined` for other words.
 *
 * @param text the first words of the server, printable
 */
export function headerToClient(text: string, peer: Sentence): Fault | undefined {
  const [header] = HEADER_FIRST.exec(text) ?? [];
  if (header === undefined) return undefined;
  return fault(
    'tcp.proxy-header-unexpected',
    say.proxyHeaderToClient({ peer, text: header.slice(0, MAX_SHOWN) }),
  );
}

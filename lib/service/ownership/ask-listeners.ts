/** One challenge to each address of a host, and what came back. Nothing is judged here: the key of the run is elsewhere. */
import { openConnection } from '../../kinds/connection/opening.ts';
import { endWords } from '../../kinds/connection/outcome-words.ts';
import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { withoutChallenge } from '../../kinds/listener/challenge-request.ts';
import { converse } from '../../kinds/listener/conversation.ts';
import { readProof } from '../../kinds/listener/proof.ts';
import { printable } from '../../net/printable.ts';
import type { AskedListener, ListenerAnswers, ListenerAsk } from '../ports/listener-asker.ts';

/** Milliseconds for connect, request and answer of one address. */
const ASK_MS = 5_000;
/** Characters of what a peer said that are told. */
const SHOWN = 60;

/** Ends by `context.deadline`. Never rejects for what servers and networks do; the context's guard judges each address. */
export function askListeners(
  asks: readonly ListenerAsk[],
  context: ProbeContext,
  timeoutMs = ASK_MS,
): Promise<ListenerAnswers> {
  return Promise.all(asks.map((ask) => askHost(ask, context, timeoutMs)));
}

async function askHost(
  ask: ListenerAsk,
  context: ProbeContext,
  timeoutMs: number,
): Promise<ListenerAnswers[number]> {
  const { host, nonces } = ask;
  const found = await context.resolver.addresses(host);
  const addresses = [...new Set(found.addresses.map(({ address }) => address))];
  if (addresses.length === 0) return { host, seen: `${host} has no address` };
  const asked = await Promise.all(
    nonces
      .slice(0, addresses.length)
      .map((nonce, index) => askAddress(ask, { address: addresses[index] ?? '', nonce, timeoutMs }, context)),
  );
  return { host, asked };
}

async function askAddress(
  { host, port, speech, run }: ListenerAsk,
  {
    address,
    nonce,
    timeoutMs,
  }: { readonly address: string; readonly nonce: string; readonly timeoutMs: number },
  context: ProbeContext,
): Promise<AskedListener> {
  const spec = {
    endpointId: '',
    kind: 'listener',
    host,
    port,
    address,
    timeoutMs,
    expect: 'open',
    speech,
  } as const;
  const challenge = { run, nonce };
  const opening = await openConnection(spec, context);
  const { socket, exchange } = opening;
  if (socket === undefined)
    return { address, nonce, seen: printable(exchange.lines.at(-1)?.text ?? 'not connected', 200) };
  const { bytes, end } = await converse(socket, spec, challenge, opening, context);
  socket.destroy();
  const proof = readProof(bytes.toString('latin1'));
  const said = withoutChallenge(bytes.toString('latin1'), challenge).trimStart().slice(0, SHOWN);
  const seen =
    proof !== undefined
      ? 'a proof'
      : said === ''
        ? `no answer (${endWords(end)})`
        : `an answer without a proof: "${printable(said, SHOWN)}"`;
  return { address, nonce, ...(proof && { proof }), seen };
}

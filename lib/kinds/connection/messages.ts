import { catalogue, sentences } from '../contract/sentences.ts';

/** What the connect proves, for every protocol over TCP, and what silence over UDP means. */
export const connectCatalogue = catalogue('connect', {
  peer: '{host} port {port}/{transport}',
  peerAt: '{host} ({address}) port {port}/{transport}',
  refused:
    '{peer} refuses connections ({code}, after {ms} ms): no service listens there, or a firewall rejects.',
  unreachable: 'A router or firewall on the path answered that {peer} cannot be reached ({code}).',
  answersForAll:
    'The connection to {peer} gave no byte, and this vantage also connects to the reserved address {reserved}: its own network answers for everyone.',
  silent:
    '{peer} accepts connections but sent no byte in {ms} ms: a middlebox may be answering for a dead server, or the service hangs.',
  closes: '{peer} accepts connections and closes them without a byte.',
  resets: '{peer} accepts connections and resets them (RST) without a byte.',
  resetsAtOnce:
    '{peer} completes the handshake and resets the connection (RST) at once: a firewall or proxy answers, with nothing behind it.',
  filtered: '{peer} did not answer in {ms} ms, while {control} answered this vantage on port {port}.',
  datagramLost:
    '{peer} did not answer in {ms} ms, while {control} answered this vantage on port {port}: packets are dropped on the path, or the server does not serve this source.',
  egressBlocked:
    '{peer} did not answer, but neither did the control {control} ({detail}): this vantage cannot get out on port {port} over IPv{family}.',
  noControl:
    '{peer} did not answer in {ms} ms, and no control proves that this vantage can use port {port} over IPv{family}.',
  proxyHeaderUnexpected:
    '{peer} complains ("{text}") on a connection on which this client sends nothing: a balancer or firewall in front sends a PROXY header, and the server behind does not expect it.',
  proxyHeaderToClient:
    '{peer} sends a PROXY header ("{text}") to this client before its own first words: a balancer or proxy writes it into the wrong direction, and clients that do not expect it refuse the server.',
  proxyHeaderExpected:
    '{peer} closes plain connections without an answer, and answers behind a PROXY header ("{text}"): it waits for a balancer to say who the client is, and clients from the internet do not.',
  deadline: 'The run ended {ms} ms into the probe of {peer}.',
  ownStackRefused:
    "This vantage's own network stack refused to connect to {peer} ({code}); no packet was sent.",
  noFamily: 'This vantage has no IPv{family} ({code}), so {peer} was not judged.',
  noAddressOfFamily: 'This vantage has no IPv{family} (no such address here), so {peer} was not judged.',
  privateAddress:
    '{host} resolves to {address}, which is {range}: it cannot be reached from the internet. No packet was sent.',
  addressRefused: '{address} is {range} and is not probed; no packet was sent.',
  nameRefused: '{host} ({address}) is {range} and is not probed; no packet was sent.',
});

export const connectSentence = sentences(connectCatalogue);

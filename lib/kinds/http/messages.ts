import { catalogue, sentences } from '../contract/sentences.ts';
import { malformedPatterns } from './malformed-words.ts';

export const httpCatalogue = catalogue('http', {
  ...malformedPatterns,
  answers: '{peer} answers {status} over HTTP/{version}{+details}.',
  afterRedirect: ' after 1 redirect ({url})',
  afterRedirects: ' after {count} redirects ({url})',
  showsTitle: ', title "{title}"',
  challengeAnswered:
    'The HTTP-01 path of {host} ({address}) gets through: it answers {status} to a token that nobody planted; whether issuance works is unproven.',
  challengeGetsThrough:
    'The HTTP-01 path of {host} ({address}) gets through: {status} for a token that nobody planted is as it should be; whether issuance works is unproven.',
  behindRedirect: '{host} redirects to {url}: {fault}',
  redirectUnreachable: '{host} redirects to {url}, which is not reachable: {cause} ({-fault}).',
  challengeBlocked:
    'A certificate authority would fail to fetch its challenge from {host} ({address}): {fault}',
  neverEndsHeaders:
    '{peer} sends the status {status} and never ends its headers ({end} {ms} ms into the exchange).',
  headersTooLarge: '{peer} sends more than {limit} bytes of headers; reading was stopped there.',
  interimTooMany:
    '{peer} sends more than {limit} interim answers (1xx) before any other; reading was stopped there.',
  noResponse: '{peer} accepts the connection and the request, then {end} without a byte of HTTP.',
  endHttp2: 'ends HTTP/2 by {error}',
  http2FieldReadOver:
    '{url} answers {status} over HTTP/2 with the header field "{field}" in its HEADERS frame, which HTTP/2 forbids: browsers such as Chromium read over it, Safari, curl and others refuse the answer ({code}).',
  http2FieldRefused:
    '{url} answers over HTTP/2 with a header field that HTTP/2 forbids, most likely "{field}", which its answer over HTTP/1.1 has: browsers such as Chromium read over it, curl and others refuse the answer ({code}); over HTTP/1.1, asked on another connection, it answers {status}.',
  http2FieldSeen:
    '{url} answers over HTTP/2 with the header field "{field}" in its HEADERS frame, which HTTP/2 forbids: browsers such as Chromium read over it, Safari, curl and others refuse the answer ({code}); over HTTP/1.1, asked on another connection, it answers {status}.',
  http2FieldRefusedByAll:
    '{url} answers over HTTP/2 with the header field "{field}" in its HEADERS frame, which HTTP/2 forbids: browsers refuse the answer (Chromium: ERR_HTTP2_PROTOCOL_ERROR; {code}); over HTTP/1.1, asked on another connection, it answers {status}.',
  http2Fails:
    '{url} chooses HTTP/2 and fails in it ({error}); over HTTP/1.1, asked on another connection, it answers {status}. Browsers do not ask again over HTTP/1.1.',
  http2Calm:
    '{url} ends HTTP/2 by {error}: it refuses this prober because it asks too often. That is no fault of the site.',
  brokenFramingBy: '{peer} chose HTTP/2 (ALPN h2) and then broke its framing ({error}).',
  endClosed: 'closes the connection',
  endReset: 'resets it (RST)',
  endSilent: 'stays silent until the timeout',
  endEndless: 'goes on without end',
  headRefused: '{peer} sends the status {status} with {refusal}.',
  brokenFraming: '{peer} chose HTTP/2 (ALPN h2) and then broke its framing.',
  tlsAlert:
    '{peer} speaks TLS and answers plain HTTP with an alert; its first bytes are "{bytes}". Give it as https.',
  pageWithoutHead:
    '{peer} sends a page without a status line, as in HTTP/0.9; its first bytes are "{bytes}".',
  otherProtocol: '{peer} speaks {protocol}; its first bytes are "{bytes}".',
  notHttp: '{peer} does not speak HTTP; its first bytes are "{bytes}".',
  loop: '{url} redirects to {target}, which was asked before.',
  loopWithCookies: '{url} redirects to {target}, which was asked before with the same cookies.',
  tooManyRedirects: 'After {count} redirects {url} redirects to {target}.',
  emptyLocation: '{url} answers {status} with an empty Location.',
  noLocation: '{url} answers {status} without a Location to go to.',
  redirectToPrivate:
    '{url} redirects ({status}) to {target}, but {reason}: nobody on the internet can follow. No packet was sent there.',
  redirectWithoutAddress: '{url} redirects ({status}) to {target}, whose name gives no address ({reason}).',
  redirectNotFollowed: '{url} redirects ({status}) to {target}, which is not followed: {reason}.',
  cookieNeeded:
    '{url} sets cookies ({cookies}), redirects to itself and answers {status} when they come back: clients without cookies never get the page.',
  noHttpsRedirect: '{url} answers {status} in plain HTTP instead of redirecting to https.',
  httpsOnOtherHost:
    "{url} redirects to https on another host ({other}), so {host} itself is never visited over https and can't pin it (HSTS).",
  plainFirst: '{url} redirects to {target} first, which is plain HTTP too, before https is reached.',
  redirectNotHttps: '{url} redirects to {target}, which is not https.',
  tokenLost:
    '{url} leads to {target}, which has lost the token of the challenge: the file could not be found there.',
  blockPage:
    '{url} answers {status} with the block page of {product}: the filter turned this source away, the site behind it was not reached.',
  blockPageTitled:
    '{url} answers {status} with the block page of {product} ("{title}"): the filter turned this source away, the site behind it was not reached.',
  status: '{url} answers {status}',
  statusOfServer: '{url} answers {status} ({server})',
  plainToTls:
    '{answer}: this port speaks TLS and was asked in plain HTTP; give it as https, or let plain HTTP be served here.',
  wantsCertificate: '{answer}: it demands a client certificate, which the public does not have.',
  proxyWithoutServer:
    '{answer}: the proxy is up, but the server behind it does not answer; for a LUCY proxy that is the master.',
  statusUnexpected: '{answer}; accepted is {wanted}.',
  statusUnexpectedByDefault: '{answer}; accepted is 200 to 399 or 401.',
  unpacksTooLarge:
    'The compressed body of {url} unpacks to more than {limit} bytes; unpacking was stopped there.',
  slow: '{url} answers {status}, but its body came slowly: {bytes} bytes in {ms} ms, and more was coming when the time was up.',
  bodyStalled:
    '{url} answers {status}, but its body stalled after {bytes} bytes: the server hangs, or large packets are lost on the way (a path MTU black hole: ICMP "fragmentation needed" is blocked).',
  bodyClosed: '{url} answers {status}, but its body was cut off after {bytes} bytes (connection closed).',
  bodyReset: '{url} answers {status}, but its body was cut off after {bytes} bytes (RST).',
  bodyMalformed:
    '{url} answers {status}, but its body is malformed after {bytes} bytes: its chunks are not what the headers say.',
  falseCoding:
    '{url} answers {status}, but its body is not in the coding that "Content-Encoding: {coding}" says: browsers refuse the page (Chromium: ERR_CONTENT_DECODING_FAILED).',
  codingBrokenOff:
    '{url} answers {status}, but after {bytes} bytes of the page its body is no longer in the coding that "Content-Encoding: {coding}" says: browsers show the page up to there, or nothing of it.',
  wholeWithoutCoding:
    '{fault} Asked without Accept-Encoding, as monitoring tools often do, it comes whole: what compresses the page breaks it.',
  /** What is wrong with an answer; used inside other sentences. */
  brokenRules: '{first} and {,others}',
  refusedFor: '{rule}, for which {clients} refuse it',
  listed: '{first} and {last}',
  malformedRead: '{url} answers {status} with {faults}: known clients read over it, stricter ones may not.',
  malformedRefusedByOne:
    '{url} answers {status} with {faults}: browsers show the page, {client} refuses the answer.',
  malformedRefused:
    '{url} answers {status} with {faults}: browsers show the page, {clients} refuse the answer.',
  cloudflare: '{url} answers {status} from Cloudflare: it is up, but {problem}.',
  cloudflare520: 'the origin server gave it an answer that it could not read, or an empty one',
  cloudflare521:
    'the origin server refuses its connections: it is down, or blocks the addresses of Cloudflare',
  cloudflare522:
    'its connections to the origin server time out: a firewall there drops the addresses of Cloudflare',
  cloudflare523: 'it has no route to the origin server: the address in its DNS settings is wrong',
  cloudflare524: 'the origin server took the request and did not answer in 100 seconds',
  cloudflare525: 'its TLS handshake with the origin server fails',
  cloudflare526: 'the certificate of the origin server is not valid',
  cloudflare527: 'its connection to the Railgun listener at the origin server fails',
  cloudflare530: 'it cannot find the origin server',
  cloudflare1000: 'the name points at an address of Cloudflare itself',
  cloudflare1001: 'it cannot resolve the name',
  cloudflare1002: 'the name points at an address that is not allowed',
  cloudflare1003: 'the site has to be asked for by its name, not by an address of Cloudflare',
  cloudflare1004: 'the name is not yet set up there',
  cloudflare1014: 'the name is a CNAME into the account of another customer',
  cloudflare1016: 'the name of the origin server does not resolve',
  cloudflare1018: 'the host is not yet known there',
  cloudflare1019: 'a Worker of the site calls itself without end',
  cloudflare1023: 'it does not find the host',
  cloudflare1034: 'the name points at an address of Cloudflare that is not for this site',
  cloudflare1101: 'a Worker of the site ended with an exception',
  cloudflare1102: 'a Worker of the site used up its CPU time',
  cloudflare1033: 'the tunnel to the origin server is not running',
  statusAndError: '{status}, error {code}',
  misdirected:
    '{answer}: the server has no site for this name on this connection. A proxy in front of it sends it no server name (SNI) in its own handshake, or another one than in Host.',
  maintenance:
    '{answer} and asks to come back {wait}: the server itself says that it is closed for maintenance or limits its load; it is not dead.',
  captivePortal:
    '{answer}: a network wants a login before it lets this vantage out (RFC 6585 §6). The site was not reached.',
  rateLimited: '{answer}: it refuses this prober because it asks too often. That is no fault of the site.',
  rateLimitedUntil:
    '{answer}: it refuses this prober because it asks too often, and asks it to come back {wait}. That is no fault of the site.',
  inSeconds: 'in {seconds} s',
  atTime: 'at "{time}"',
  unclaimed:
    '{url} answers {status} with what {product} says for a name that nobody has claimed there: the one who claims it gets its visitors.',
  someRouter: 'a server or router',
  looksLike: 'what looks like {product}',
  noRoute: '{url} answers {status} from {who}: it has no site for this name.',
  noRouteDefaultCertificate:
    '{url} answers {status} from {who}, under its own default certificate: it has no site for this name.',
  mixedContent: '{url} comes over https and loads {resource} over plain http, which browsers block.',
  mixedContentAndMore:
    '{url} comes over https and loads {resource} and {more} more over plain http, which browsers block.',
  noTitle: '{url} has no title',
  titled: '{url} has the title "{title}"',
  titleMissing: '{page}, without "{wanted}".',
  cutHere:
    '{url}: this prober kept {bytes} bytes of the page alone, because the run had no memory left, so that what the page contains was not judged.',
  textMissing: '{page}; the page does not contain "{wanted}".',
  textMissingAtFirst: '{page}; the first {bytes} bytes does not contain "{wanted}".',
  /** What is shown in place of a site; used inside other sentences. */
  suspended: 'that its account is suspended',
  parkedDomain: 'the page of a parked domain',
  domainForSale: 'the offer of a domain for sale',
  directoryListing: 'a directory listing',
  installer: 'the installer of {product}',
  defaultPageOf: 'the default page of {product}',
  placeholder: '{url} shows {product}, in place of the site.',
  placeholderTitled: '{url} shows {product} ("{title}"), in place of the site.',
  defaultPage:
    '{url} shows the default page of {product}: the server is up, but no site is set up for this name.',
  defaultPageTitled:
    '{url} shows the default page of {product} ("{title}"): the server is up, but no site is set up for this name.',
});

export const httpSentence = sentences(httpCatalogue);

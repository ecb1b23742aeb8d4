/**
 * What a probe saw, phase by phase, without opinion. An observation is data: it crosses process borders as JSON,
 * so every field is a plain value. Texts from the peer have passed `printable()` (bounded, control characters
 * shown as \xNN) on their way in.
 */
import * as z from 'zod';
import { Family } from './vocabulary.ts';

/** Milliseconds, to 0.1 ms. `connect`: SYN to SYN-ACK; `tls`: ClientHello to Finished; `firstByte`: request (or connect) to first byte. */
export const Timings = z.object({
  dns: z.number().optional(),
  connect: z.number().optional(),
  tls: z.number().optional(),
  firstByte: z.number().optional(),
  total: z.number(),
});
export type Timings = z.infer<typeof Timings>;

/** One line of the exchange: what was sent, what came back, when (ISO 8601 UTC, ms). */
export const ExchangeLine = z.object({
  at: z.string(),
  dir: z.enum(['sent', 'received', 'event']),
  text: z.string(),
});
export type ExchangeLine = z.infer<typeof ExchangeLine>;

/** Result of the TCP connect (for ntp: of the UDP exchange). */
export const ConnectResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('connected') }),
  /** ECONNREFUSED: RST, or ICMP port-unreachable, which Linux maps to the same errno. */
  z.object({ status: z.literal('refused'), code: z.string() }),
  /** No answer within the timeout. */
  z.object({ status: z.literal('timeout') }),
  /** ICMP: EHOSTUNREACH, ENETUNREACH, EACCES/EPERM… after leaving the prober. `local` when the prober has no route (no IPv6). */
  z.object({ status: z.literal('unreachable'), code: z.string(), local: z.boolean() }),
  /** ECONNRESET before or at the connect event: handshake completed, then RST at once. Never "closed". */
  z.object({ status: z.literal('reset'), code: z.string() }),
  /** The address guard refused; no packet was sent. */
  z.object({ status: z.literal('refused-by-guard'), range: z.string() }),
  /** The run's deadline ended first. */
  z.object({ status: z.literal('deadline') }),
]);
export type ConnectResult = z.infer<typeof ConnectResult>;

/** How reading ended after connect. */
export const StreamEnd = z.enum(['complete', 'fin', 'reset', 'timeout', 'too-large', 'deadline']);
export type StreamEnd = z.infer<typeof StreamEnd>;

export const CertificateFacts = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Lower-case dNSName and iPAddress entries, e.g. `DNS:www.example.com`, `IP:192.0.2.1`. */
  altNames: z.array(z.string()),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  /** `rsa` | `ec` | `ed25519`… and its size in bits (EC: field size). */
  keyType: z.string(),
  keyBits: z.number(),
  /** e.g. `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, or the dotted OID when unknown. */
  signatureAlgorithm: z.string(),
  /** Hex SHA-256 of the DER, lower case, no colons. */
  fingerprint256: z.string(),
  selfSigned: z.boolean(),
  isCa: z.boolean(),
});
export type CertificateFacts = z.infer<typeof CertificateFacts>;

/** Facts of a TLS handshake, whether it succeeded or not. */
export const TlsResult = z.object({
  handshake: z.discriminatedUnion('status', [
    z.object({ status: z.literal('complete') }),
    z.object({ status: z.literal('timeout') }),
    /** FIN or RST before the handshake ended; `by` tells which. */
    z.object({ status: z.literal('closed'), by: z.enum(['fin', 'reset']), code: z.string() }),
    /** The peer sent a TLS alert: its number (RFC 8446 §6) and name. */
    z.object({ status: z.literal('alert'), number: z.number(), name: z.string() }),
    /** Bytes came that are not TLS records; `firstBytes` printable. */
    z.object({ status: z.literal('not-tls'), firstBytes: z.string() }),
    /** OpenSSL failed for another reason (bad record, bad signature, our limits). */
    z.object({ status: z.literal('failed'), code: z.string(), message: z.string() }),
    z.object({ status: z.literal('deadline') }),
  ]),
  servername: z.string().optional(),
  protocol: z.string().optional(),
  cipher: z.string().optional(),
  alpn: z.string().optional(),
  /** Certificates as the server sent them, leaf first. */
  chain: z.array(CertificateFacts).optional(),
  /** Does the leaf's name list cover the host? Reason when not. */
  nameMatch: z.object({ ok: z.boolean(), reason: z.string().optional() }).optional(),
  /** Where the chain leads, judged apart from dates and names. `detail` is one sentence. */
  trust: z
    .object({
      /** `chain-invalid`: leads to a trusted root, but breaks a rule on the way (no CA, path length, name constraints…). */
      status: z.enum([
        'anchored',
        'self-signed-leaf',
        'untrusted-root',
        'issuer-missing',
        'bad-signature',
        'chain-invalid',
      ]),
      anchor: z.string().optional(),
      anchorNotBefore: z.string().optional(),
      anchorNotAfter: z.string().optional(),
      detail: z.string().optional(),
      /** The path as indices into `chain`, leaf (0) first, as far as it leads; the anchor is in it only if it was sent. */
      path: z.array(z.number()).optional(),
    })
    .optional(),
  /** Oldest protocol the server accepts, from a separate connection; absent when not asked or not learnt. */
  oldestProtocol: z.string().optional(),
  /** Length of the stapled OCSP response in bytes; absent when none was offered. */
  ocspStapledBytes: z.number().optional(),
  /** The leaf demands a stapled OCSP response (RFC 7633). */
  mustStaple: z.boolean().optional(),
  /** How many certificates were sent, when more than `chain` holds. */
  chainLength: z.number().optional(),
  /** Bytes received from the peer before the handshake failed. */
  receivedBytes: z.number().optional(),
});
export type TlsResult = z.infer<typeof TlsResult>;

/** One HTTP exchange. The last hop of a chain is the final answer. */
export const HttpHop = z.object({
  url: z.string(),
  address: z.string(),
  connect: ConnectResult,
  tls: TlsResult.optional(),
  /** `answered`: a status line and headers came. */
  outcome: z.discriminatedUnion('status', [
    z.object({ status: z.literal('answered') }),
    /** Connected (and TLS done) but no HTTP bytes: how it ended. */
    z.object({ status: z.literal('no-response'), end: StreamEnd }),
    z.object({ status: z.literal('not-http'), firstBytes: z.string() }),
    /** Header block or body beyond the bounds. */
    z.object({ status: z.literal('too-large'), what: z.enum(['headers', 'body']), limit: z.number() }),
    /** Not reached: connect or TLS failed. */
    z.object({ status: z.literal('not-reached') }),
    z.object({ status: z.literal('deadline') }),
  ]),
  httpVersion: z.string().optional(),
  /** Also there without `answered` when a status line came and the headers never ended. */
  statusCode: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  location: z.string().optional(),
  timings: Timings,
});
export type HttpHop = z.infer<typeof HttpHop>;

/** Why a redirect was not followed. `dns`: its name gave no address, `reason` begins with the response code. */
export const RedirectRule = z.enum([
  'address',
  'scheme',
  'credentials',
  'port',
  'length',
  'missing-slash',
  'invalid',
  'dns',
]);
export type RedirectRule = z.infer<typeof RedirectRule>;

export const HttpResult = z.object({
  hops: z.array(HttpHop),
  /** Why following stopped. */
  stopped: z.enum([
    'final',
    'loop',
    'too-many-redirects',
    'redirect-refused',
    'redirect-unresolvable',
    'error',
  ]),
  /** For `redirect-refused` and `redirect-unresolvable`: the URL, the rule that it breaks and the reason in words. */
  refusedRedirect: z
    .object({ url: z.string(), reason: z.string(), rule: RedirectRule.optional() })
    .optional(),
  title: z.string().optional(),
  /** Of the decoded final body, cut at `bodyLimit` bytes. */
  bodyBytes: z.number().optional(),
  bodySha256: z.string().optional(),
  /** First part of the body, printable, at most 2,000 characters. */
  bodySample: z.string().optional(),
  /** Whether the final body contains the asserted text; absent when not asked. */
  bodyContains: z.boolean().optional(),
  bodyTruncated: z.boolean().optional(),
  /** How reading the final body ended. `too-large`: cut at our limit, no fault; `malformed`: broken chunks or coding. */
  bodyEnd: z.enum([...StreamEnd.options, 'malformed']).optional(),
  hsts: z.string().optional(),
  /** ALPN chose h2 for the first hop; the answer was then read over HTTP/2. Absent without TLS. */
  http2: z.boolean().optional(),
});
export type HttpResult = z.infer<typeof HttpResult>;

/** One SMTP reply: code and its text lines (RFC 5321 §4.2.1). */
export const SmtpReply = z.object({ code: z.number(), lines: z.array(z.string()) });
export type SmtpReply = z.infer<typeof SmtpReply>;

export const SmtpResult = z.object({
  /** How the session ended; `complete` when QUIT was answered or the server closed after it. */
  end: StreamEnd,
  /** Phase in which the session stopped. */
  lastPhase: z.enum([
    /** The connect failed; only the DNS evidence is there. */
    'connect',
    'tls',
    'banner',
    'ehlo',
    'starttls',
    'starttls-handshake',
    'ehlo-after-tls',
    'mail',
    'rcpt',
    'relay',
    'quit',
  ]),
  banner: SmtpReply.optional(),
  /** Bytes that came in `lastPhase` and are no SMTP reply, printable. */
  notSmtp: z.string().optional(),
  /** A reply that began well but had not ended when the session did (a teaser `220-…` without its last line), printable. */
  unfinished: z.string().optional(),
  /** With `end: 'too-large'`: the bound that was passed, in bytes of a line or in lines or bytes of a reply. */
  tooLarge: z.object({ what: z.enum(['line', 'lines', 'bytes']), limit: z.number() }).optional(),
  /** Bytes of the longest line when it is over the 512 of RFC 5321 §4.5.3.1.5. */
  longestLine: z.number().optional(),
  bannerMs: z.number().optional(),
  ehlo: SmtpReply.optional(),
  /** Tried only when EHLO was refused (RFC 5321 §3.2). */
  helo: SmtpReply.optional(),
  extensions: z.array(z.string()).optional(),
  starttlsOffered: z.boolean().optional(),
  /** An EHLO keyword of X's only, as a firewall's SMTP inspection leaves it. */
  starttlsMasked: z.boolean().optional(),
  starttls: SmtpReply.optional(),
  /** Bytes that came in clear behind the 220 to STARTTLS and were thrown away (RFC 3207 §4.2, CVE-2011-0411). */
  discardedAfterStarttls: z.number().optional(),
  tls: TlsResult.optional(),
  ehloAfterTls: SmtpReply.optional(),
  extensionsAfterTls: z.array(z.string()).optional(),
  mail: SmtpReply.optional(),
  recipient: z.object({ address: z.string(), reply: SmtpReply }).optional(),
  relay: z.object({ address: z.string(), reply: SmtpReply }).optional(),
  ptr: z.array(z.string()).optional(),
  mx: z
    .object({
      domain: z.string(),
      records: z.array(
        z.object({
          preference: z.number(),
          exchange: z.string(),
          /** Absent when not looked up. */
          addresses: z.array(z.string()).optional(),
        }),
      ),
      nullMx: z.boolean(),
      /** No MX record: the domain's own A and AAAA count as its MX (RFC 5321 §5.1). */
      implicit: z.boolean().optional(),
      /** Addresses of all exchanges. */
      addresses: z.array(z.string()),
      error: z.string().optional(),
    })
    .optional(),
});
export type SmtpResult = z.infer<typeof SmtpResult>;

/** Outcome of one DNS question. `code`: NOERROR, NODATA, NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT or another c-ares code. */
export const DnsAnswer = z.object({
  type: z.string(),
  code: z.string(),
  records: z.array(z.string()),
  ms: z.number(),
  /** The name asked about where it is not the result's own: a hop of the CNAME chain. */
  name: z.string().optional(),
  /** The server asked where it is not the first of `servers`. */
  server: z.string().optional(),
});
export type DnsAnswer = z.infer<typeof DnsAnswer>;

export const DnsResult = z.object({
  name: z.string(),
  /** Servers asked, as `address` or `address:port`. */
  servers: z.array(z.string()),
  answers: z.array(DnsAnswer),
  /** CNAME chain from the name, in order; empty when none. */
  cnames: z.array(z.string()),
  addresses: z.array(z.object({ address: z.string(), family: Family })),
  /** A second resolver's word when the first gave SERVFAIL, REFUSED or a timeout: its A/AAAA codes. */
  secondOpinion: z.object({ server: z.string(), code: z.string() }).optional(),
  /** Was the address given (IP literal or --resolve) rather than looked up? */
  given: z.boolean().optional(),
  /** After silence: did the first server answer for the root (`NS .`)? If so the name's own servers are silent. */
  control: z.object({ server: z.string(), code: z.string() }).optional(),
  /** The server that the endpoint names lies in this range, which the guard forbids: nothing was asked. */
  serverRefused: z.string().optional(),
  /** Addresses of the name that the guard forbids, each with its range. */
  refused: z.array(z.object({ address: z.string(), range: z.string() })).optional(),
});
export type DnsResult = z.infer<typeof DnsResult>;

const common = {
  endpointId: z.string(),
  vantage: z.string(),
  host: z.string(),
  port: z.number(),
  /** The judged address that was dialled; empty string for dns observations and for names without address. */
  address: z.string(),
  family: Family.optional(),
  localAddress: z.string().optional(),
  startedAt: z.string(),
  timings: Timings,
  exchange: z.array(ExchangeLine),
};
const connected = { ...common, connect: ConnectResult };

/** Facts of a peer that was read without speaking first. */
export const FirstBytes = z.object({ end: StreamEnd, bytes: z.number(), text: z.string() });
export type FirstBytes = z.infer<typeof FirstBytes>;

export const DnsObservation = z.object({ kind: z.literal('dns'), ...common, dns: DnsResult });
/** tcp reads for a short while: any byte proves a living peer; `fin`/`reset`/`timeout` in `read` with 0 bytes do not. */
export const TcpObservation = z.object({ kind: z.literal('tcp'), ...connected, read: FirstBytes.optional() });
export const TlsObservation = z.object({ kind: z.literal('tls'), ...connected, tls: TlsResult.optional() });
export const HttpObservation = z.object({
  kind: z.enum(['http', 'https']),
  ...connected,
  http: HttpResult.optional(),
});
export const SmtpObservation = z.object({
  kind: z.enum(['smtp', 'smtps']),
  ...connected,
  smtp: SmtpResult.optional(),
});
export const SshObservation = z.object({
  kind: z.literal('ssh'),
  ...connected,
  /** `identification` without CR LF (RFC 4253 §4.2). */
  ssh: z.object({ identification: z.string().optional(), read: FirstBytes }).optional(),
});
export const NtpObservation = z.object({
  kind: z.literal('ntp'),
  ...connected,
  ntp: z
    .object({
      status: z.enum(['answered', 'not-ntp', 'kiss-of-death']),
      stratum: z.number(),
      referenceId: z.string(),
      /** Server clock minus ours, ms. */
      offsetMs: z.number(),
    })
    .optional(),
});
export type DnsObservation = z.infer<typeof DnsObservation>;
export type TcpObservation = z.infer<typeof TcpObservation>;
export type TlsObservation = z.infer<typeof TlsObservation>;
export type HttpObservation = z.infer<typeof HttpObservation>;
export type SmtpObservation = z.infer<typeof SmtpObservation>;
export type SshObservation = z.infer<typeof SshObservation>;
export type NtpObservation = z.infer<typeof NtpObservation>;

export const Observation = z.discriminatedUnion('kind', [
  DnsObservation,
  TcpObservation,
  TlsObservation,
  HttpObservation,
  SmtpObservation,
  SshObservation,
  NtpObservation,
]);
export type Observation = z.infer<typeof Observation>;

import * as z from 'zod';
import { StreamEnd } from '../../model/observed.ts';
import { connected } from '../contract/common-observation.ts';
import { ProxyHeader } from '../contract/proxy-header.ts';
import { TlsResult } from '../contract/tls-result.ts';

/**
 * One SMTP reply: code of its last line and its text lines (RFC 5321 §4.2.1). `began`: the code of the first line, where
 * that is another one.
 */
export const SmtpReply = z.object({
  code: z.number(),
  lines: z.array(z.string()),
  began: z.number().optional(),
});
export type SmtpReply = z.infer<typeof SmtpReply>;

export const SmtpResult = z.object({
  /** How the session ended; `complete` when QUIT was answered or the server closed after it. */
  end: StreamEnd,
  /** Phase in which the session stopped. */
  lastPhase: z.enum([
    /** The connect failed; there is only the DNS evidence. */
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
  /** Bytes that came in `lastPhase` and are not an SMTP reply, printable. */
  notSmtp: z.string().optional(),
  /** A reply that began correctly but had not ended when the session did (a `220-…` without its last line), printable. */
  unfinished: z.string().optional(),
  /** With `end: 'too-large'`: the limit that was exceeded, in bytes of a line or in lines or bytes of a reply. */
  tooLarge: z.object({ what: z.enum(['line', 'lines', 'bytes']), limit: z.number() }).optional(),
  /** Bytes of the longest line when it is over the 512 of RFC 5321 §4.5.3.1.5. */
  longestLine: z.number().optional(),
  bannerMs: z.number().optional(),
  ehlo: SmtpReply.optional(),
  /** Tried only when EHLO was refused (RFC 5321 §3.2). */
  helo: SmtpReply.optional(),
  extensions: z.array(z.string()).optional(),
  starttlsOffered: z.boolean().optional(),
  /** An EHLO keyword that consists of X's only, as a firewall's SMTP inspection produces it. */
  starttlsMasked: z.boolean().optional(),
  starttls: SmtpReply.optional(),
  /** Bytes that came unencrypted after the 220 to STARTTLS and were discarded (RFC 3207 §4.2, CVE-2011-0411). */
  discardedAfterStarttls: z.number().optional(),
  tls: TlsResult.optional(),
  ehloAfterTls: SmtpReply.optional(),
  extensionsAfterTls: z.array(z.string()).optional(),
  mail: SmtpReply.optional(),
  recipient: z.object({ address: z.string(), reply: SmtpReply }).optional(),
  relay: z.object({ address: z.string(), reply: SmtpReply }).optional(),
  /** The reply to QUIT where it is not 221. */
  quit: SmtpReply.optional(),
  /** How the PROXY protocol is related to a missing greeting, where that was seen. */
  proxyHeader: ProxyHeader.optional(),
  /** A reply to nothing that was sent: every reply after it belongs to an earlier command than it seems. */
  outOfStep: z.object({ reply: SmtpReply }).optional(),
  /** The peer sent a reply byte by byte with long pauses; its end was not waited for. */
  stutter: z.object({ bytes: z.number(), ms: z.number() }).optional(),
  /** Every reply to EHLO, MAIL and RCPT took at least so many ms; absent below 4,000. */
  slowRepliesMs: z.number().optional(),
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
          /** The exchange is an IP address, or nothing but digits and dots, where a host name belongs. */
          literal: z.boolean().optional(),
          /** The exchange is an alias (CNAME) of this name. */
          alias: z.string().optional(),
        }),
      ),
      nullMx: z.boolean(),
      /** No MX record: the domain's own A and AAAA count as its MX (RFC 5321 §5.1). */
      implicit: z.boolean().optional(),
      /** Addresses of all exchanges. */
      addresses: z.array(z.string()),
      error: z.string().optional(),
      /** `error` is a denial of a resolver that did not pass the controls, so it says nothing about the domain. */
      doubted: z.boolean().optional(),
    })
    .optional(),
});
export type SmtpResult = z.infer<typeof SmtpResult>;

export const SmtpObservation = z.object({
  kind: z.enum(['smtp', 'smtps']),
  ...connected,
  smtp: SmtpResult.optional(),
});
export type SmtpObservation = z.infer<typeof SmtpObservation>;

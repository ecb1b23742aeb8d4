import * as z from 'zod';
import { CertificateFacts, NameForm, Trust } from '../../x509/facts.ts';
import { Revocation } from '../../x509/revocation.ts';
import { ProxyHeader } from './proxy-header.ts';

/** Facts of a TLS handshake, whether it succeeded or not. */
export const TlsResult = z.object({
  handshake: z.discriminatedUnion('status', [
    z.object({ status: z.literal('complete') }),
    z.object({ status: z.literal('timeout') }),
    /** FIN or RST before the handshake ended; `by` says which. */
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
  /** How the keys were agreed: `group` as OpenSSL names it (ECDHE), `bits` of the group. */
  keyExchange: z
    .object({
      type: z.enum(['ECDHE', 'DHE', 'RSA']),
      group: z.string().optional(),
      bits: z.number().optional(),
    })
    .optional(),
  /**
   * The result, in words, of a handshake that offered what all current browsers offer; present only when it failed and
   * the facts here are those of a second one that offered all that OpenSSL knows.
   */
  asBrowser: z.string().optional(),
  /** Signature of the server in the handshake as the registry names it, where it was read (`rsa_pkcs1_sha1`). */
  handshakeSignature: z.string().optional(),
  /** The server does not support RFC 5746, so that a client on OpenSSL 3 refuses it. */
  noSecureRenegotiation: z.boolean().optional(),
  /** Uses of the server's key (keyUsage) that matter in a handshake; absent when the certificate limits none. */
  keyUses: z.object({ signature: z.boolean(), encipherment: z.boolean() }).optional(),
  /** Faults of form in the server's certificate, each as half a sentence. */
  malformed: z.array(z.string()).optional(),
  /** What a stapled OCSP response, rightly signed and in date, says of the certificate. */
  staple: z.enum(['good', 'revoked', 'unknown']).optional(),
  /** What lists and responders say of the certificates of the path, where that was asked, and a staple that says "revoked". */
  revocation: z.array(Revocation).optional(),
  /** Certificates as the server sent them, leaf first. */
  chain: z.array(CertificateFacts).optional(),
  /** Does the leaf's name list cover the host, and by which form of name? Reason when not. */
  nameMatch: z
    .object({ ok: z.boolean(), reason: z.string().optional(), form: NameForm.optional() })
    .optional(),
  /** Where the chain leads, judged apart from dates and names. `detail` is one sentence. */
  trust: Trust.optional(),
  /** Oldest protocol the server accepts, from a separate connection; absent when not asked or not found out. */
  oldestProtocol: z.string().optional(),
  /**
   * The server refused a ClientHello of TLS 1.2 because of the version: alert 70, or an older version in answer. Asked only
   * when the main handshake did not complete.
   */
  tls12Refused: z.boolean().optional(),
  /**
   * Weak cipher suites (registry names) that the server chose when it was offered nothing better, one of each weakness, worst first;
   * `complete`: it then refused all others. Absent when not asked or not found out.
   */
  weakCiphers: z.object({ accepted: z.array(z.string()), complete: z.boolean() }).optional(),
  /** Length of the stapled OCSP response in bytes; absent when none was offered. */
  ocspStapledBytes: z.number().optional(),
  /** The leaf requires a stapled OCSP response (RFC 7633). */
  mustStaple: z.boolean().optional(),
  /** How many certificates were sent, when more than `chain` holds. */
  chainLength: z.number().optional(),
  /** Bytes received from the peer before the handshake failed. */
  receivedBytes: z.number().optional(),
  /** Bytes of the ClientHello, record header included, of a handshake in which the peer sent none. */
  helloBytes: z.number().optional(),
  /** How the PROXY protocol is related to the failure, where that was seen. */
  proxyHeader: ProxyHeader.optional(),
});
export type TlsResult = z.infer<typeof TlsResult>;

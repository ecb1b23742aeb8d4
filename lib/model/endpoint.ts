import * as z from 'zod';
import { Expect, Kind, Level, ListenerSpeech } from './vocabulary.ts';

export const Port = z.number().int().min(1).max(65535);

/**
 * The most days below which the end of a certificate's validity is a warning, unless `certDaysWarn` says otherwise. Of a
 * certificate that lives for less than 90 days it is a third of its lifetime.
 */
export const DEFAULT_DAYS_WARN = 30;

/** What must be true beyond "the protocol answered". A field that does not fit the kind is refused by `Endpoint`. */
export const Assertions = z
  .strictObject({
    status: z
      .array(z.number().int().min(100).max(599))
      .min(1)
      .optional()
      .describe('HTTP: accepted final status codes. Default 200–399 (401 too for a login).'),
    redirectToHttps: z
      .boolean()
      .optional()
      .describe('HTTP on port 80: the first answer must redirect to https on the same host.'),
    titleContains: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('HTTP: the title of the final page holds this text.'),
    bodyContains: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('HTTP: the body of the final page holds this text.'),
    acmePath: z
      .boolean()
      .optional()
      .describe(
        'HTTP-01 reachability: a random token path under /.well-known/acme-challenge/ must reach the right server.',
      ),
    certDaysWarn: z
      .number()
      .min(0)
      .optional()
      .describe(
        `TLS: warn when the leaf is valid for fewer days. Default ${DEFAULT_DAYS_WARN}, and never more than a third of its lifetime.`,
      ),
    certDaysFail: z
      .number()
      .min(0)
      .optional()
      .describe('TLS: fail when the leaf is valid for fewer days. Default 0: only once it has expired.'),
    tlsMinVersion: z
      .enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
      .optional()
      .describe('Oldest protocol that the server may accept. Default TLSv1.2.'),
    starttls: z
      .boolean()
      .optional()
      .describe(
        'SMTP: STARTTLS must be offered and its certificate must verify (MTA-STS `enforce`). Default: missing is a warning.',
      ),
    recipient: z.email().optional().describe('SMTP: RCPT TO of this address must be accepted.'),
    relayTest: z
      .boolean()
      .optional()
      .describe('SMTP: try one foreign recipient at example.com, which must be refused.'),
    mxDomain: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe('SMTP: the MX of this domain must point at the endpoint’s address (reply detection).'),
    issuer: z
      .string()
      .regex(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/)
      .optional()
      .describe(
        'DNS: the CAA records must let this certificate authority issue for the name, as letsencrypt.org.',
      ),
    send: z
      .string()
      .max(1_000)
      .optional()
      .describe(
        'TCP: bytes to send when the peer stays silent, for services that wait for the client (\\r \\n \\xNN escapes already resolved).',
      ),
    addresses: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('DNS: the name must resolve to exactly these addresses.'),
  })
  .readonly();
export type Assertions = z.infer<typeof Assertions>;

/** One thing to check: kind + host + port, what is expected of it and how much it matters. */
export const Endpoint = z.strictObject({
  /** Stable within a run, e.g. `https://www.example.com:443/`. */
  id: z.string(),
  /** What the user named: the host, or the target's name in a file. */
  target: z.string(),
  kind: Kind,
  /** ASCII (punycode) host name or IP literal without brackets. */
  host: z.string(),
  port: Port,
  /** HTTP path and query, `/` by default. For dns: the name to ask for is `host`, the server `dnsServer`. */
  path: z.string().startsWith('/').optional(),
  /** For dns: the server to ask about `host`, `address` or `address:port` (`[v6]:port`). Absent: the run's servers. */
  dnsServer: z.string().min(1).max(300).optional(),
  /** For listener: what it speaks. Absent: what is usual on the port. */
  speech: ListenerSpeech.optional(),
  expect: Expect,
  level: Level,
  /** Where this row comes from: profile row and vendor page. */
  reason: z.string().optional(),
  source: z.string().optional(),
  /** Addresses that the vendor's page documents; a change is `dns.documented-address-changed`. */
  documentedAddresses: z.array(z.string()).optional(),
  /** A vendor's server that the customer's network must reach, not one of the customer's own: no inbound rule helps there. */
  isDependency: z.boolean().optional(),
  /** Open to the whole internet passes with the warning `exposure.open-to-the-internet`. */
  warnIfPublic: z.boolean().optional(),
  /** A row for known networks that the user means for the whole internet (`--public-ui`): no such warning. */
  meantForAll: z.literal(true).optional(),
  /** With `--from-allow-listed`: these vantages must connect and the others must not. */
  allowListedVantages: z.array(z.string()).optional(),
  assertions: Assertions.optional(),
});
export type Endpoint = z.infer<typeof Endpoint>;

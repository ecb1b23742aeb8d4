import * as z from 'zod';

/** What separate connections show about the PROXY protocol at an endpoint. */
export const ProxyHeader = z.object({
  /**
   * `unexpected`: the server complained on a connection on which nothing was sent. `expected`: it answered in its own
   * protocol after a header that names no client (version 2: LOCAL, version 1: UNKNOWN), and not without one.
   */
  status: z.enum(['unexpected', 'expected']),
  /** What it said, printable. */
  text: z.string(),
});
export type ProxyHeader = z.infer<typeof ProxyHeader>;

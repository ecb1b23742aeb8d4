import * as z from 'zod';
import { FirstBytes } from '../../model/observed.ts';
import { connected } from '../contract/common-observation.ts';
import { ProxyHeader } from '../contract/proxy-header.ts';

export const SshObservation = z.object({
  kind: z.literal('ssh'),
  ...connected,
  /** `identification` without CR LF (RFC 4253 §4.2). */
  ssh: z
    .object({
      identification: z.string().optional(),
      read: FirstBytes,
      /** What came, without a request, right after the identification: printable text, and whether the server closed. */
      after: FirstBytes.optional(),
      /** How the PROXY protocol is related to the silence, where that was seen. */
      proxyHeader: ProxyHeader.optional(),
    })
    .optional(),
});
export type SshObservation = z.infer<typeof SshObservation>;

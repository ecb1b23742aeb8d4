import type { Site } from '../case.ts';
import { identityFiles, type MakeIdentity } from './identities.ts';
import { socketAddress } from './shared-server.ts';

/**
 * `openssl s_server`: what no present web server can be talked into, such as TLS 1.0 alone. It serves one connection
 * after the other.
 *
 * @param args of s_server, such as `-tls1`
 */
export function sServer(
  made: string,
  identity: MakeIdentity,
  args: readonly string[],
  { port = 443 }: { readonly port?: number } = {},
): Site {
  return {
    made: `openssl s_server, ${made}`,
    start: async (place, lab) => {
      const { key, leaf, above } = await identityFiles(place, lab, identity);
      const listening = { address: place.address, port };
      await lab.customer.spawn(
        'openssl',
        [
          ...['s_server', '-quiet', '-www', '-accept', socketAddress(listening)],
          ...['-key', key, '-cert', leaf, '-cert_chain', above],
          ...args,
        ],
        { listening: [listening] },
      );
    },
  };
}

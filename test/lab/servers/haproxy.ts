import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, Site } from '../case.ts';
import { identityFiles, type MakeIdentity } from './identities.ts';
import { at, joined, sharedServer, socketAddress } from './shared-server.ts';

/** One HAProxy for all; `-db` keeps it in the foreground as one process. */
const addFrontend = sharedServer('haproxy', async (lab, parts, listening) => {
  const file = join(lab.directory, 'haproxy.cfg');
  await writeFile(file, `${DEFAULTS}${joined(parts)}\n`);
  await lab.customer.spawn('haproxy', ['-db', '-f', file], { listening });
});

const DEFAULTS = `global
  maxconn 1000
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  timeout connect 1s
  timeout client 20s
  timeout server 20s
  retries 0
`;

export interface HaproxyOptions {
  readonly mode: 'tcp' | 'http';
  readonly port: number;
  /** Port at the place that traffic is handed to; nothing listens there when the backend is down. */
  readonly backendPort: number;
  /** The balancer before this one is expected to say who the client is (PROXY protocol); the internet doesn't. */
  readonly acceptProxy?: boolean;
  /** Says who the client is to a backend that may not expect it (PROXY protocol). */
  readonly sendProxy?: 'send-proxy' | 'send-proxy-v2';
  /** Ends TLS here. */
  readonly identity?: MakeIdentity;
}

export function haproxy(made: string, options: HaproxyOptions): Site {
  const { mode, port, backendPort, acceptProxy = false, sendProxy, identity } = options;
  return addFrontend(`HAProxy, ${made}`, async (place: Place, lab) => {
    const tls = identity === undefined ? '' : ` ssl crt ${(await identityFiles(place, lab, identity)).both}`;
    const listening = at(place, port);
    const binds = listening.map(
      (one) => `  bind ${socketAddress(one)}${tls}${acceptProxy ? ' accept-proxy' : ''}`,
    );
    return {
      text: [
        `listen ${place.id}-${port}`,
        `  mode ${mode}`,
        ...binds,
        `  server backend ${socketAddress({ address: place.address, port: backendPort })}${
          sendProxy === undefined ? '' : ` ${sendProxy}`
        }`,
      ].join('\n'),
      listening,
    };
  });
}

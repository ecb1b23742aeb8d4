import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../case.ts';
import { identityFiles, type MakeIdentity } from './identities.ts';
import { rootFile } from './nginx.ts';
import { at, joined, sharedServer, socketAddress } from './shared-server.ts';

/** One stunnel for all services. */
const addService = sharedServer('stunnel', async (lab, parts, listening) => {
  const file = join(lab.directory, 'stunnel.conf');
  await writeFile(file, `foreground = yes\npid =\nsyslog = no\ndebug = err\n${joined(parts)}\n`);
  await lab.customer.spawn('stunnel4', [file], { listening });
});

export interface StunnelOptions {
  readonly identity: MakeIdentity;
  /** Port at the place that gets the traffic in clear. */
  readonly connect: number;
  readonly port?: number;
  /** Lets in only clients with a certificate of the laboratory's root. */
  readonly verifyClient?: boolean;
}

export function stunnel(made: string, options: StunnelOptions): Site {
  const { identity, connect, port = 443, verifyClient = false } = options;
  return addService(`stunnel, ${made}`, async (place, lab) => {
    const { key, chain } = await identityFiles(place, lab, identity);
    const { address } = place;
    return {
      text: [
        `[${place.id}]`,
        `accept = ${socketAddress({ address, port })}`,
        `connect = ${socketAddress({ address, port: connect })}`,
        `cert = ${chain}`,
        `key = ${key}`,
        ...(verifyClient ? ['verifyChain = yes', `CAfile = ${await rootFile(lab)}`] : []),
      ].join('\n'),
      listening: at(place, port).slice(0, 1),
    };
  });
}

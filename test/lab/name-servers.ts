import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESOLVERS, ZONE } from './address-plan.ts';
import type { DnsRecords } from './case.ts';
import { SCRIPTED_PORT } from './faults/names.ts';
import type { Lab } from './topology.ts';

/** Starts a dnsmasq at each of the resolvers' addresses, with the records of all cases. */
export async function startNameServers(
  lab: Pick<Lab, 'dns' | 'directory'>,
  records: readonly DnsRecords[],
): Promise<void> {
  const hosts = join(lab.directory, 'hosts');
  const lines = records.flatMap(({ addresses = {} }) =>
    Object.entries(addresses).flatMap(([name, all]) => all.map((address) => `${address} ${name}\n`)),
  );
  await writeFile(hosts, lines.join(''));
  const shared = [
    'no-resolv',
    'no-hosts',
    'no-daemon',
    'bind-interfaces',
    'local-ttl=1',
    'user=root',
    // The laboratory's names are its own; what else there is, the scripted name server knows.
    `server=${RESOLVERS[0]}#${SCRIPTED_PORT}`,
    `local=/${ZONE}/`,
    `addn-hosts=${hosts}`,
    // A question that an upstream leaves without an answer must not keep others waiting.
    'dns-forward-max=1000',
    ...records.flatMap(({ lines: own = [] }) => own),
  ];
  await Promise.all(
    RESOLVERS.map(async (address, index) => {
      const file = join(lab.directory, `dnsmasq-${index + 1}.conf`);
      await writeFile(file, `${[...shared, `listen-address=${address}`].join('\n')}\n`);
      await lab.dns.spawn('dnsmasq', [`--conf-file=${file}`, '--pid-file='], {
        listening: [{ address, port: 53 }],
      });
    }),
  );
}

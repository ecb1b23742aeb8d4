import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../case.ts';
import { command } from '../namespaces.ts';
import { at, joined, sharedServer } from './shared-server.ts';

/** One OpenSSH for all; nobody can log in. */
const addAddress = sharedServer('sshd', async (lab, parts, listening) => {
  const key = join(lab.directory, 'ssh-host-key');
  const file = join(lab.directory, 'sshd_config');
  await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  // Where sshd drops its privileges to; the package makes it when its service starts, which it does not here.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await writeFile(file, `${COMMON}HostKey ${key}\n${joined(parts)}\n`);
  await lab.customer.spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], { listening });
});

const COMMON = `UsePAM no
AuthenticationMethods publickey
AuthorizedKeysFile none
PermitRootLogin no
PidFile none
LogLevel ERROR
MaxStartups 200
`;

export const sshd = (port = 22): Site =>
  addAddress('OpenSSH', (place) => {
    const listening = at(place, port);
    return {
      text: listening
        .map(({ address }) => `ListenAddress ${address.includes(':') ? `[${address}]` : address}:${port}`)
        .join('\n'),
      listening,
    };
  });

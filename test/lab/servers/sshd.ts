import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../case.ts';
import { command } from '../namespaces.ts';
import { at, joined, sharedServer } from './shared-server.ts';

/** One OpenSSH for all; no login is possible. */
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

/** An OpenSSH of its own that lets one client log in at a time, with one that is always about to. */
export const fullSshd = (port = 22): Site => ({
  made: 'OpenSSH, MaxStartups reached',
  start: async (place, lab) => {
    const key = join(lab.directory, `${place.id}-host-key`);
    const file = join(lab.directory, `${place.id}-sshd_config`);
    await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    const settings = COMMON.replace('MaxStartups 200', 'MaxStartups 1:100:1');
    const address = `ListenAddress ${place.address}:${port}`;
    await writeFile(file, `${settings}LoginGraceTime 0\nHostKey ${key}\n${address}\n`);
    await lab.customer.spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], {
      listening: [{ address: place.address, port }],
    });
    // It reads the identification before it is settled, so that the next client is the second one.
    const held = `exec 3<>/dev/tcp/${place.address}/${port}; read -r line <&3; echo held; exec sleep infinity`;
    const holder = await lab.customer.spawn('bash', ['-c', held], { listening: [] });
    await once(holder.stdout ?? holder, 'data');
  },
});

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

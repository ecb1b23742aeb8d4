import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, Site } from '../case.ts';
import { command } from '../namespaces.ts';
import { identityFiles, type MakeIdentity } from './identities.ts';
import { at, joined, type Part, sharedServer, socketAddress } from './shared-server.ts';

interface MailService extends Part {
  /** The domain that it takes mail for. */
  readonly host: string;
}

/** One Postfix for all: each case is a service of its own in master.cf, at its own address, with its own settings. */
const addService = sharedServer<MailService>('postfix', async (lab, parts, listening) => {
  const folder = join(lab.directory, 'postfix');
  await makeFolders(folder);
  await writeFile(
    join(folder, 'main.cf'),
    mainCf(
      folder,
      parts.map(({ host }) => host),
    ),
  );
  await writeFile(join(folder, 'master.cf'), `${INTERNAL_SERVICES}${joined(parts)}\n`);
  await lab.customer.spawn('/usr/lib/postfix/sbin/master', ['-c', folder, '-s'], {
    listening,
    env: { MAIL_CONFIG: folder },
  });
});

/** The one mailbox that there is. */
export const recipientOf = ({ host }: Pick<Place, 'host'>): string => `replies@${host}`;

const mainCf = (folder: string, hosts: readonly string[]): string => `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
mydestination = ${hosts.join(', ')}
mynetworks = 127.0.0.0/8
local_recipient_maps = inline:{replies=here}
alias_maps =
alias_database =
inet_protocols = all
smtpd_peername_lookup = no
smtpd_banner = $myhostname ESMTP Postfix
smtpd_tls_loglevel = 0
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
`;

const INTERNAL_SERVICES = `postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
cleanup unix n - n - 0 cleanup
tlsproxy unix - - n - 0 tlsproxy
dnsblog unix - - n - 0 dnsblog
`;

/** The folders that `postfix check` would make, with the owners that its daemons insist on. */
async function makeFolders(folder: string): Promise<void> {
  const mail = await ownerOf('postfix');
  await mkdir(join(folder, 'data'), { recursive: true });
  await chown(join(folder, 'data'), mail, -1);
  const queue = join(folder, 'queue');
  await mkdir(queue);
  for (const name of [
    'active',
    'bounce',
    'corrupt',
    'defer',
    'deferred',
    'flush',
    'hold',
    'incoming',
    'private',
    'public',
    'saved',
    'trace',
  ]) {
    await mkdir(join(queue, name), { mode: 0o700 });
    await chown(join(queue, name), mail, -1);
  }
  await chmod(join(queue, 'public'), 0o710);
  await mkdir(join(queue, 'pid'));
}

const ownerOf = async (user: string): Promise<number> => Number(await command('id', ['-u', user]));

export interface PostfixOptions {
  readonly port?: number;
  /** STARTTLS is offered when there is one. */
  readonly identity?: MakeIdentity;
  /** Settings of main.cf for this service alone. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `postscreen` runs in front of smtpd and makes clients wait. */
  readonly daemon?: 'smtpd' | 'postscreen';
}

export function postfix(made: string, options: PostfixOptions = {}): Site {
  const { port = 25, identity, settings = {}, daemon = 'smtpd' } = options;
  return addService(made === '' ? 'Postfix' : `Postfix, ${made}`, async (place, lab) => {
    const tls: Record<string, string> =
      identity === undefined
        ? {}
        : {
            smtpd_tls_security_level: 'may',
            smtpd_tls_chain_files: (await identityFiles(place, lab, identity)).both,
          };
    const overrides = Object.entries({
      myhostname: place.host,
      ...tls,
      ...settings,
    }).map(([name, value]) => `  -o { ${name} = ${value} }`);
    const listening = at(place, port);
    const service = (name: string, type: string, most: string, command: string): string =>
      [`${name} ${type} - n - ${most} ${command}`, ...overrides].join('\n');
    // postscreen keeps a list of whom it knows, so there is but one process of it; it passes them on to an smtpd.
    const behind = `${place.id}-smtpd`;
    const services =
      daemon === 'smtpd'
        ? listening.map((one) => service(socketAddress(one), 'inet n', '-', 'smtpd'))
        : [
            ...listening.map((one) =>
              service(socketAddress(one), 'inet n', '1', `postscreen -o smtpd_service_name=${behind}`),
            ),
            service(behind, 'pass -', '-', 'smtpd'),
          ];
    return { host: place.host, text: services.join('\n'), listening };
  });
}

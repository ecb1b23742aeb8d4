import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';
import { identityFiles, type MakeIdentity } from './identities.ts';
import { at, joined, sharedServer, socketAddress } from './shared-server.ts';

/** One nginx for all: a single process, which can be ended by its pid alone. */
const addServer = sharedServer('nginx', async (lab, parts, listening) => {
  const folder = join(lab.directory, 'nginx');
  await mkdir(folder);
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, joined(parts)));
  await lab.customer.spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { listening });
});

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'] as const;

const configuration = (folder: string, servers: string): string => `daemon off;
master_process off;
user root;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  default_type text/html;
  server_names_hash_bucket_size 128;
  keepalive_timeout 5s;
  ssl_protocols TLSv1.2 TLSv1.3;
${TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
${servers}
}
`;

type Directives = string | ((place: Place) => string);
const textOf = (directives: Directives, place: Place): string =>
  typeof directives === 'string' ? directives : directives(place);

/** A page with a title, as a directive. */
export const page = (title: string, status = 200): string =>
  `return ${status} "<!doctype html><title>${title}</title><h1>${title}</h1>";`;

export const CAMPAIGN = 'Spring campaign';

/**
 * A server in plain HTTP.
 *
 * @param directives inside `server { … }`; default: a page titled `CAMPAIGN`
 */
export function nginx(
  made: string,
  directives: Directives = page(CAMPAIGN),
  { port = 80, listen = '' }: { readonly port?: number; readonly listen?: string } = {},
): Site {
  return addServer(made === '' ? 'nginx' : `nginx, ${made}`, (place) => ({
    text: server(place, port, listen, textOf(directives, place)),
    listening: at(place, port),
  }));
}

/** The same over TLS. Addresses are each case's own, so protocols and ciphers are too. */
export function nginxTls(
  made: string,
  identity: MakeIdentity,
  directives: Directives = page(CAMPAIGN),
  { port = 443, listen = 'ssl' }: { readonly port?: number; readonly listen?: string } = {},
): Site {
  return addServer(made === '' ? 'nginx with TLS' : `nginx, ${made}`, async (place, lab) => {
    const { key, chain } = await identityFiles(place, lab, identity);
    const tls = `ssl_certificate ${chain}; ssl_certificate_key ${key};`;
    return {
      text: server(place, port, listen, `${tls} ${textOf(directives, place)}`),
      listening: at(place, port),
    };
  });
}

/** The root of the laboratory as a file, for servers that ask for client certificates. */
export async function rootFile(lab: Lab): Promise<string> {
  return lab.once('root file', async () => {
    const file = join(lab.directory, 'root.pem');
    await writeFile(file, lab.authority.root);
    return file;
  });
}

const server = (place: Place, port: number, listen: string, directives: string): string =>
  `  server {
${at(place, port)
  .map((one) => `    listen ${socketAddress(one)} ${listen};`)
  .join('\n')}
    server_name ${place.host};
    ${directives}
  }`;

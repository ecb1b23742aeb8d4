/** Starts the servers that are measured against: nginx for the web, a Node process for greeting and mail. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../lib/local/demo/authority.ts';
import { ADDRESSES, type Site } from './exchange.ts';
import { forkProcess, freePorts, untilListening } from './processes.ts';

export const HOST = 'www.example.test';
const EACH_ADDRESS = Object.values(ADDRESSES);
/** The healthy host that a whole profile is checked on; an address of its own, as its ports are fixed. */
export const HEALTHY_ADDRESS = '127.80.25.22';

export interface RunningSite extends Site {
  /** nginx has 80 and 443 of `HEALTHY_ADDRESS`, too (it is run by root). */
  readonly fixedPorts: boolean;
  close(): void;
}

/**
 * @param folder for certificates, configuration and pages
 * @param nginx  path of the program; without it there is no web server
 */
export async function startSite(folder: string, nginx: string | undefined): Promise<RunningSite> {
  const root = await createAuthority();
  const intermediate = await root.intermediate();
  const names = { names: [HOST], ip: [HEALTHY_ADDRESS] };
  // `one`: the root itself has signed it, so it is sent alone. `chain`: with an intermediate, as public CAs do it.
  const one = await root.issue(names);
  const chain = await intermediate.issue(names);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const files: WebFiles = {
    one: { key: file('one.key', one.key), certificates: file('one.pem', one.chain) },
    chain: { key: file('chain.key', chain.key), certificates: file('chain.pem', chain.chain) },
  };
  const rootFile = file('root.pem', root.root);

  const [http = 0, https = 0, httpsChain = 0, h2 = 0] = nginx ? await freePorts(4) : [];
  const fixedPorts = process.getuid?.() === 0;
  const web = nginx
    ? startNginx(nginx, folder, files, { http, https, httpsChain, h2, fixedPorts })
    : undefined;
  const { key, certificates } = files.one;
  const { child, first } = await forkProcess(folder, 'peers', [key, certificates, ...EACH_ADDRESS]);
  const peers = first as Record<'tcp' | 'smtp' | 'smtp-starttls', number>;
  for (const port of web ? [http, https, httpsChain, h2] : []) await untilListening(ADDRESSES.bare, port);
  const ports: Site['ports'] = {
    ...peers,
    http,
    https,
    tls: https,
    'https-chain': httpsChain,
    'tls-chain': httpsChain,
    'https-h2': h2,
  };
  return {
    host: HOST,
    ports,
    root: root.root,
    rootFile,
    fixedPorts,
    close: () => {
      web?.kill();
      child.kill();
    },
  };
}

type WebFiles = Readonly<Record<'one' | 'chain', { readonly key: string; readonly certificates: string }>>;

interface WebPorts {
  readonly http: number;
  readonly https: number;
  readonly httpsChain: number;
  readonly h2: number;
  readonly fixedPorts: boolean;
}

function startNginx(
  nginx: string,
  folder: string,
  files: WebFiles,
  { http, https, httpsChain, h2, fixedPorts }: WebPorts,
): ChildProcess {
  const pages = join(folder, 'www');
  mkdirSync(pages);
  const text = '<p>A page of about the size of a landing page without its pictures.</p>\n'.repeat(20);
  writeFileSync(
    join(pages, 'index.html'),
    `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Welcome</title></head>\n<body>\n${text}</body>\n</html>\n`,
  );
  const listen = (port: number, options: string, fixed?: number): string =>
    [
      ...EACH_ADDRESS.map((address) => `listen ${address}:${port} ${options} backlog=1024;`),
      ...(fixedPorts && fixed ? [`listen ${HEALTHY_ADDRESS}:${fixed} ${options};`] : []),
    ].join(' ');
  const identity = ({ key, certificates }: WebFiles['one']): string =>
    `ssl_certificate ${certificates}; ssl_certificate_key ${key};`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join(' ');
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log stderr crit;
${fixedPorts ? 'user root;' : ''}
events { worker_connections 2048; }
http {
  access_log off; ${temporary}
  types { text/html html; }
  root ${pages};
  ssl_protocols TLSv1.2 TLSv1.3;
  server { ${listen(http, '', 80)} }
  server { ${listen(https, 'ssl')} ${identity(files.one)} }
  server { ${listen(httpsChain, 'ssl', 443)} ${identity(files.chain)} }
  server { ${listen(h2, 'ssl http2')} ${identity(files.one)} }
}
`,
  );
  return spawn(nginx, ['-c', configuration, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
}

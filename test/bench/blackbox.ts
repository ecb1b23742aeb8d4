/**
 * prometheus-blackbox-exporter making the same exchanges. It is asked by HTTP, over connections that stay open; what
 * it spends on that and on its metrics counts, as a scrape can't be had without.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { ADDRESSES, type ExchangeId, type Measured, type Round, repeat, type Site } from './exchange.ts';
import { cpuMsOf, freePorts, untilListening } from './processes.ts';

export interface Blackbox {
  measure(round: Round): Promise<Measured>;
  close(): void;
}

export async function startBlackbox(program: string, folder: string, site: Site): Promise<Blackbox> {
  const [port = 0] = await freePorts(1);
  const configuration = join(folder, 'blackbox.json');
  // YAML is a superset of JSON.
  writeFileSync(configuration, JSON.stringify({ modules: modules(site) }));
  const child = spawn(
    program,
    [`--config.file=${configuration}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await untilListening('127.0.0.1', port);
  const agent = new Agent({ keepAlive: true });
  const { pid = 0 } = child;
  return {
    async measure(round) {
      const path = `/probe?module=${round.exchange}&target=${encodeURIComponent(targetOf(round.exchange, site))}`;
      const before = cpuMsOf(pid);
      const start = performance.now();
      const failed = await repeat(() => probe(port, path, agent), round);
      return { cpuMs: cpuMsOf(pid) - before, wallMs: performance.now() - start, failed };
    },
    close: () => {
      agent.destroy();
      child.kill();
    },
  };
}

function probe(port: number, path: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent }, (response) => {
      let metrics = '';
      response.setEncoding('latin1');
      response.on('data', (text: string) => {
        metrics += text;
      });
      response.on('end', () => resolve(metrics.includes('\nprobe_success 1\n')));
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

function targetOf(exchange: ExchangeId, { ports }: Site): string {
  const at = `${ADDRESSES.blackbox}:${ports[exchange]}`;
  return exchange.startsWith('https') ? `https://${at}/` : at;
}

function modules({ host, rootFile }: Site): Record<ExchangeId, object> {
  const tls = { tls_config: { ca_file: rootFile, server_name: host } };
  const tcp = (options: object) => ({ prober: 'tcp', timeout: '10s', tcp: options });
  const http = (options: object) => ({
    prober: 'http',
    timeout: '10s',
    http: { ...tls, headers: { Host: host }, follow_redirects: false, ...options },
  });
  const command = (send: string, expect: string) => [{ send }, { expect }];
  const transaction = [
    ...command('MAIL FROM:<>', '^250 '),
    ...command('RSET', '^250 '),
    ...command('QUIT', '^221 '),
  ];
  const handshake = tcp({ tls: true, ...tls });
  const page = http({ enable_http2: false, valid_http_versions: ['HTTP/1.1'] });
  const greeted = [{ expect: '^220 ' }, ...command('EHLO bench', '^250 ')];
  return {
    tcp: tcp({ query_response: [{ expect: '^220 ' }] }),
    tls: handshake,
    'tls-chain': handshake,
    https: page,
    'https-chain': page,
    'https-h2': http({ enable_http2: true, valid_http_versions: ['HTTP/2.0'] }),
    smtp: tcp({ query_response: [...greeted, ...transaction] }),
    'smtp-starttls': tcp({
      ...tls,
      query_response: [
        ...greeted,
        ...command('STARTTLS', '^220 '),
        { starttls: true },
        ...command('EHLO bench', '^250 '),
        ...transaction,
      ],
    }),
  };
}

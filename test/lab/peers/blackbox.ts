import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { Host } from '../host.ts';
import { type Peer, phrase, type Question, target } from './peer.ts';

const LISTEN = '127.0.0.1:9115';
/** One exporter in each vantage's namespace that is asked. */
const running = new Map<Host, Promise<unknown>>();

export const blackbox: Peer = {
  id: 'blackbox',
  title: 'blackbox_exporter',
  version: ['prometheus-blackbox-exporter', ['--version'], /version ([\d.]+)/],
  call: '/probe?debug=true, with a module for each kind (tls with verification, smtp with STARTTLS, ssh banner)',
  atOnce: 4,
  speaks: ({ kind }) => moduleOf(kind) !== undefined,
  async ask(question) {
    const { endpoint, host } = question;
    const started = running.get(host) ?? start(question);
    running.set(host, started);
    await started;
    const isWeb = endpoint.kind === 'http' || endpoint.kind === 'https';
    const asked = isWeb ? `${endpoint.kind}://${target(endpoint)}${endpoint.path ?? '/'}` : target(endpoint);
    const query = new URLSearchParams({
      target: asked,
      module: moduleOf(endpoint.kind) ?? '',
      debug: 'true',
    });
    const { stdout } = await host.run('curl', ['-sS', '-m', '9', `http://${LISTEN}/probe?${query}`], {
      timeoutMs: 10_000,
    });
    const success = /^probe_success (\d)/m.exec(stdout)?.[1];
    if (success === '1') return 'probe_success 1';
    const status = /^probe_http_status_code ([1-5]\d\d)/m.exec(stdout)?.[1];
    const why = lastError(stdout) ?? (status === undefined ? 'no reason given' : `HTTP status ${status}`);
    return phrase(`probe_success ${success ?? '?'}: ${why}`, 140);
  },
};

function moduleOf(kind: Endpoint['kind']): string | undefined {
  switch (kind) {
    case 'http':
    case 'https':
      return 'http';
    case 'tcp':
      return 'tcp';
    case 'tls':
    case 'smtps':
      return 'tls';
    case 'smtp':
      return 'smtp';
    case 'ssh':
      return 'ssh';
    case 'dns':
    case 'mx':
    case 'ntp':
    case 'quic':
    case 'listener':
      return undefined;
    default:
      return kind satisfies never;
  }
}

/** The last complaint of its log, without the one that every failure ends with. */
function lastError(output: string): string | undefined {
  const line = output
    .split('\n')
    .filter((one) => /^ts=.*level=(error|warn)/.test(one) && !/msg="Probe failed"/.test(one))
    .at(-1);
  if (line === undefined) return undefined;
  const words = [...line.matchAll(/\b(msg|err)=("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, , value = '']) =>
    value.replace(/^"|"$/g, '').replaceAll('\\"', '"'),
  );
  return words.join(': ');
}

async function start({ host, directory, trustFile }: Question): Promise<void> {
  const file = join(directory, `blackbox-${host.namespace}.yml`);
  await writeFile(file, configuration(trustFile));
  await host.spawn(
    'prometheus-blackbox-exporter',
    [`--config.file=${file}`, `--web.listen-address=${LISTEN}`],
    { listening: [{ address: '127.0.0.1', port: 9115 }] },
  );
}

const configuration = (trustFile: string): string => `modules:
  http:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
      tls_config: { ca_file: ${trustFile} }
  tcp:
    prober: tcp
    timeout: 5s
    tcp: { preferred_ip_protocol: ip4 }
  tls:
    prober: tcp
    timeout: 5s
    tcp:
      preferred_ip_protocol: ip4
      tls: true
      tls_config: { ca_file: ${trustFile} }
  ssh:
    prober: tcp
    timeout: 5s
    tcp:
      preferred_ip_protocol: ip4
      query_response:
        - expect: "^SSH-2.0-"
  smtp:
    prober: tcp
    timeout: 8s
    tcp:
      preferred_ip_protocol: ip4
      tls_config: { ca_file: ${trustFile} }
      query_response:
        - expect: "^220 "
        - send: "EHLO prober.lab.test"
        - expect: "^250-STARTTLS"
        - send: "STARTTLS"
        - expect: "^220"
        - starttls: true
        - send: "EHLO prober.lab.test"
        - expect: "^250"
        - send: "QUIT"
`;

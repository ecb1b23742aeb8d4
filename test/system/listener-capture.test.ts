/** What a listener's machine sees of packets below its sockets, in network namespaces: prober — router — host. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureRecord } from '../../lib/kinds/listener/capture-record.ts';
import { readPacket } from '../../lib/local/listen/capture/packet.ts';
import { loadSyscalls } from '../../lib/net/kernel/syscalls.ts';
import { createHost, type Host, nodeArgs, spawnIn } from '../lab/host.ts';
import { makeDirectory, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import { readPcapng } from '../local/listen/capture/read-pcapng.ts';
import { buildSite, HOST, machine, PROBER, setRules } from './both-ends/site.ts';

const ENTRY = fileURLToPath(new URL('./both-ends/capture-entry.ts', import.meta.url));
const RUN = '0123456789abcdef';
const NONCE = '00112233445566778899aabbccddeeff';
/** 80 answers; nothing has 81; a firewall of the host drops 82 and rejects 83. */
const PORTS = [80, 81, 82, 83];

const loaded = await loadSyscalls();
const reason = whyNoLab() ?? (loaded.ok ? undefined : loaded.why);
const hosts: Host[] = [];

/** Connects from the prober, and says so of each; and gives up what gets no answer. */
const CLIENT = `
const net = require('node:net');
const { host, ports, text } = JSON.parse(process.argv[1]);
for (const port of ports) {
  const socket = net.connect({ host, port });
  socket.on('error', () => {});
  socket.on('connect', () => socket.end(text));
  socket.resume();
  setTimeout(() => socket.destroy(), 1500);
}`;

beforeAll(async () => {
  if (reason !== undefined) {
    if (process.env.CI) throw new Error(reason);
    return;
  }
  await buildSite();
  await setRules(
    'host',
    `table inet own { chain input { type filter hook input priority 0;
      tcp dport 82 drop; tcp dport 83 reject with icmpx admin-prohibited; }
    }`,
  );
  const host = createHost(machine('host'));
  hosts.push(host);
  for (const family of [4, 6] as const)
    await host.listen(HOST[family], 80, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.end('ok'));
    });
});

afterAll(() => {
  for (const host of hosts) host.stop();
  removeOwnNamespaces();
});

/** Records of a capture during which the prober connects, and the file that it wrote. */
async function captured(family: 4 | 6): Promise<{ records: CaptureRecord[]; file: Buffer }> {
  const pcap = join(makeDirectory(), 'seen.pcapng');
  const capture = spawnIn(
    machine('host'),
    process.execPath,
    nodeArgs(ENTRY, JSON.stringify({ ports: PORTS, pcap })),
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  if (capture.stdout === null) throw new Error('no output');
  const records: CaptureRecord[] = [];
  const lines = createInterface({ input: capture.stdout });
  lines.on('line', (line) => records.push(CaptureRecord.parse(JSON.parse(line))));
  await once(lines, 'line');
  const asked = { host: HOST[family], ports: PORTS, text: `GET /icl1-${RUN}-${NONCE} HTTP/1.1\r\n\r\n` };
  const client = spawnIn(machine('prober'), process.execPath, ['-e', CLIENT, JSON.stringify(asked)], {
    stdio: 'inherit',
  });
  await once(client, 'close');
  capture.stdin?.end();
  await once(capture, 'close');
  return { records, file: readFileSync(pcap) };
}

describe.skipIf(reason !== undefined && !process.env.CI)('a capture', () => {
  it.each([4, 6] as const)('sees over IPv%s what arrived and what the host sent back', async (family) => {
    const { records, file } = await captured(family);
    expect(records[0]).toMatchObject({ what: 'watching', ports: PORTS });
    const of = (port: number): string[] =>
      records.flatMap((record) => ('port' in record && record.port === port ? [record.what] : []));
    expect(new Set(of(80))).toEqual(new Set(['syn', 'syn-ack', 'tagged']));
    expect(new Set(of(81))).toEqual(new Set(['syn', 'rst']));
    // The firewall drops it before a socket could see it, and the capture does all the same.
    expect(new Set(of(82))).toEqual(new Set(['syn']));
    expect(new Set(of(83))).toEqual(new Set(['syn', 'icmp']));
    const tagged = records.find((record) => record.what === 'tagged');
    const prober = family === 4 ? PROBER[4] : `[${PROBER[6]}]`;
    expect(tagged).toMatchObject({ run: RUN, nonce: NONCE, remote: expect.stringContaining(`${prober}:`) });
    const { packets } = readPcapng(file);
    expect(packets.length).toBeGreaterThanOrEqual(records.length - 1);
    for (const { bytes } of packets) expect(readPacket(bytes)).toBeDefined();
    const capinfos = spawnSync('capinfos', ['-c', '-M', '-'], { input: file, encoding: 'utf8' });
    if (capinfos.error === undefined) expect(capinfos.stdout).toContain(`${packets.length}`);
  });

  it('says which right is missing where it may not', async () => {
    const capture = spawnIn(
      machine('host'),
      'setpriv',
      [
        ...['--bounding-set', '-net_raw', '--inh-caps', '-net_raw', process.execPath],
        ...nodeArgs(ENTRY, JSON.stringify({ ports: PORTS })),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    capture.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(capture, 'close');
    expect(CaptureRecord.parse(JSON.parse(text))).toMatchObject({
      what: 'not-watching',
      why: expect.stringContaining('CAP_NET_RAW'),
    });
  });
});

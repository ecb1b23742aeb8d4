/** `inbound-check doctor --fleet` on a fleet with a vantage for port 25. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { droppingPort } from '../servers/tcp-peers.ts';
import { readAssembly, synthesize } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { VANTAGES } from './run-results.ts';
import { REFUSED_PORT, serveTcp, type TcpServer } from './site.ts';

const MAIL = 'eu-west-1-smtp';
let folder: string;
let rig: Rig;
let web: TcpServer;
let mail: TcpServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-rig-mail-'));
  await synthesize(folder, { smtpVantages: [{ region: 'eu-west-1', ehloName: 'probe.example.com' }] });
  [rig, web, mail] = await Promise.all([
    startRig({ assembly: readAssembly(folder), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
    serveTcp((socket) => socket.write('220 mx.example.com ESMTP\r\n')),
  ]);
});
afterAll(async () => {
  await Promise.all([rig?.stop(), web?.close(), mail?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The rows about ports, each as `topic: result: detail`; no control is named for a port that is not given. */
async function examined(port25: number): Promise<{ status: number | null; ports: string[] }> {
  const controls = ['--control', `443=127.0.0.1:${web.port}`, '--control', `25=127.0.0.1:${port25}`];
  const { status, stdout } = await runCli(['doctor', '--fleet', ...controls, '--json'], {
    env: operatorEnvironment(rig, 'operator'),
  });
  const rows = JSON.parse(stdout) as { topic: string; result: string; detail: string }[];
  const ports = rows.filter(({ topic }) => topic.includes(', port '));
  return { status, ports: ports.map(({ topic, result, detail }) => `${topic}: ${result}: ${detail}`) };
}

const webRows = () => [...VANTAGES, MAIL].map((id) => `${id}, port 443: ok: 127.0.0.1:${web.port} answers`);

it('asks the vantage for port 25 for it, and no other', async () => {
  const { status, ports } = await examined(mail.port);
  expect(ports.toSorted()).toEqual(
    [...webRows(), `${MAIL}, port 25: ok: 127.0.0.1:${mail.port} answers`].toSorted(),
  );
  expect(status).toBe(0);
});

it('names AWS’s own block where nothing answers, as it drops what is sent', async () => {
  const blocked = await droppingPort();
  const { status, ports } = await examined(blocked.port);
  const told = ports.filter((row) => !webRows().includes(row));
  expect(told).toEqual([
    expect.stringMatching(
      new RegExp(`^${MAIL}, port 25: not ok: .+: ask AWS to lift its block \\(docs/deploy\\.md, Port 25\\)$`),
    ),
  ]);
  expect(status).toBe(2);
  await blocked.close();
});

it('says the same of a control that refuses', async () => {
  const { status, ports } = await examined(REFUSED_PORT);
  expect(ports.filter((row) => row.startsWith(`${MAIL}, port 25: not ok: `))).toHaveLength(1);
  expect(status).toBe(2);
});

/** A station as the home of a story: the real `serve`, with TLS of its own and a base URL that leads to it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OPERATORS, type OperatorName } from '../../fleet-rig/http-api.ts';
import type { Home } from './home.ts';
import type { StationPlan } from './protocol.ts';
import type { World } from './world.ts';

const NAME = 'checks.example.com';
const ADDRESS = '203.0.114.40';
const TRUST = fileURLToPath(new URL('./trust-entry.mjs', import.meta.url));
/** Characters kept of what the station says, for when it ends. */
const MAX_SAID = 20_000;

/** @param root file of the authority that the world's certificates are from */
export async function startStationHome(
  { cli, folder }: StationPlan,
  root: string,
  world: World,
): Promise<Home> {
  const data = join(folder, 'station');
  const { key, chain } = await world.addHost(NAME, ADDRESS);
  const files = { key: join(folder, 'station-key.pem'), chain: join(folder, 'station-chain.pem') };
  writeFileSync(files.key, key, { mode: 0o600 });
  writeFileSync(files.chain, chain);
  const url = `https://${NAME}`;
  const env = { PATH: process.env.PATH, HOME: folder, NODE_EXTRA_CA_CERTS: root, STORY_ROOT: root };
  const tls = ['--tls-cert', files.chain, '--tls-key', files.key];
  const where = ['--listen', `${ADDRESS}:443`, '--base-url', url, '--data', data];
  const child = spawn(process.execPath, ['--import', TRUST, cli, 'serve', ...where, ...tls, '--verbose'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const said = await untilReady(child);
  const tokens = Object.fromEntries(
    OPERATORS.map((role) => {
      const args = [cli, 'serve', 'token', '--role', role, '--name', `anna-${role}`, '--data', data];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      if (status !== 0) throw new Error(`no token: ${stderr}`);
      return [role, stdout.trim()];
    }),
  ) as Record<OperatorName, string>;
  return {
    environment: (caller) => ({
      INBOUND_CHECK_API: url,
      INBOUND_CHECK_TOKEN: tokens[caller],
      NODE_EXTRA_CA_CERTS: root,
    }),
    published: () => said.published,
    due: () => Promise.reject(new Error('nobody can make a schedule of a station due')),
    missed: () => Promise.reject(new Error('nobody can make a schedule of a station late')),
    alertsSent: () => Promise.reject(new Error('nobody waits for the alerts of a station')),
  };
}

/** Gives what is counted from then on in the log. */
function untilReady(child: ChildProcess): Promise<{ readonly published: number }> {
  const said = { published: 0, text: '', rest: '' };
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.startsWith('station at ') && printed.includes('\n')) resolve(said);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said.text = (said.text + text).slice(-MAX_SAID);
      const lines = (said.rest + text).split('\n');
      said.rest = lines.pop() ?? '';
      said.published += lines.filter((line) => line.includes('"message":"run published"')).length;
    });
    child.once('error', reject);
    child.once('close', (status) => {
      reject(new Error(`serve ended with ${status}: ${said.text}`));
    });
  });
}

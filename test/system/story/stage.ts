/** Everything that a story needs, inside the namespaces: the world, the fleet or the station, and the command line that asks it. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { OperatorName } from '../../fleet-rig/http-api.ts';
import { startFleetHome } from './fleet-home.ts';
import type { Home } from './home.ts';
import type { Ran, RunnerPlan } from './protocol.ts';
import { startStationHome } from './station-home.ts';
import { startWorld, type World } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly home: Home;
  /** Whose managed policy, or token, the commands have. */
  caller: OperatorName;
  /** Starts the command line, like a person at a shell. */
  command(args: readonly string[]): Promise<Ran>;
}

export async function setStage(plan: RunnerPlan): Promise<Stage> {
  const interfaces = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
  if (interfaces.length > 0) throw new Error(`this is no private namespace: ${interfaces.join(', ')}`);
  asRoot('ip', ['link', 'set', 'lo', 'up']);
  const resolvers = join(plan.folder, 'resolv.conf');
  writeFileSync(resolvers, 'nameserver 127.0.0.1\n');
  asRoot('mount', ['--bind', resolvers, '/etc/resolv.conf']);
  const world = await startWorld();
  const root = join(plan.folder, 'root.pem');
  writeFileSync(root, world.root);
  const home =
    plan.home === 'fleet' ? await startFleetHome(plan, root) : await startStationHome(plan, root, world);
  const stage: Stage = {
    world,
    home,
    caller: 'operator',
    command: (args) => run(args, stage, plan),
  };
  return stage;
}

function asRoot(name: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
}

async function run(
  args: readonly string[],
  { home: answers, caller }: Stage,
  { cli, folder }: RunnerPlan,
): Promise<Ran> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  // One file for both, so that their lines come in the order in which a reader sees them.
  const printed = join(folder, 'printed.txt');
  const output = openSync(printed, 'w');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      // Pages take it from there (docs/webhooks.md).
      PAGERDUTY_KEY: '0123456789abcdef0123456789abcdef',
      ...answers.environment(caller),
    },
  });
  closeSync(output);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, printed: readFileSync(printed, 'utf8') };
}

/** Everything that a story needs, inside the namespaces: the world, the fleet, and the command line that asks it. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../fleet-rig/assembly.ts';
import type { OperatorName } from '../../fleet-rig/http-api.ts';
import { type Rig, startRig } from '../../fleet-rig/rig.ts';
import type { Ran, RunnerPlan } from './protocol.ts';
import { startWorld, type World } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly rig: Rig;
  /** Whose managed policy the commands have. */
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
  const rig = await startRig({
    assembly: readAssembly(plan.assembly),
    proberBundle: plan.proberBundle,
    notifierBundle: plan.notifierBundle,
    variables: { STORY_ROOT: root },
  });
  // The pause before a confirmation is for networks that recover; these don't.
  rig.pace = { waits: { WaitBeforeConfirming: 50 } };
  const stage: Stage = {
    world,
    rig,
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
  { rig, caller }: Stage,
  { cli, folder }: RunnerPlan,
): Promise<Ran> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const { accessKeyId, secretAccessKey } = rig.operators[caller];
  // One file for both, so that their lines come in the order in which a reader sees them.
  const printed = join(folder, 'printed.txt');
  const output = openSync(printed, 'w');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      INBOUND_CHECK_API: rig.api.url,
      AWS_REGION: rig.deployment.homeRegion,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  closeSync(output);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, printed: readFileSync(printed, 'utf8') };
}

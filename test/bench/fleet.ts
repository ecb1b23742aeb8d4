/**
 * `npm run bench:fleet`: what a check and a sweep take of the deployed functions, measured on the rig, where each
 * function runs its bundle in a process of its own. Writes lib/stacks/cost/workload.json, from which `npm run cost` computes.
 *
 * What is measured is CPU time, which a busy machine hardly changes. Loopback is no internet and this machine no Lambda:
 * CPU time is stretched to the share of a core that a function's memory buys, and what goes over a network in the cloud
 * gets its round trips.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { startSite } from '../../lib/local/demo/site.ts';
import { Workload } from '../../lib/stacks/cost/workload.ts';
import { readAssembly, synthesize } from '../fleet-rig/assembly.ts';
import { bundleHandler } from '../fleet-rig/bundle.ts';
import type { DeployedFunction } from '../fleet-rig/lambda-api.ts';
import { type Execution, startRig } from '../fleet-rig/rig.ts';
import { VOUCH } from '../fleet-rig/site.ts';

type FunctionMs = Workload['functionMs'];
type Name = keyof FunctionMs;
const NAMES: readonly Name[] = ['plan', 'dispatcher', 'prober', 'judge', 'report', 'publish'];
const FILE = fileURLToPath(new URL('../../lib/stacks/cost/workload.json', import.meta.url));

/** MiB at which Lambda gives a whole core. */
const MIB_A_CORE = 1_769;
/** Between a vantage and a target, ms: half around the world. */
const ROUND_TRIP_MS = 150;
/** The longest dialogue, that of mail: name, TCP, greeting, EHLO, STARTTLS, TLS, EHLO, MAIL, RSET, QUIT; and a control. */
const PROBING_MS = 12 * ROUND_TRIP_MS;
/** Ms that the cloud's network adds to one invocation; 20 for each call of a store in the same region. */
const NETWORK_MS: Readonly<Record<Name, number>> = {
  plan: 3 * 20,
  prober: PROBING_MS,
  // It waits for the prober. TLS to the Lambda API of another region takes three round trips, the call one.
  dispatcher: PROBING_MS + 4 * ROUND_TRIP_MS + 20,
  // Plan, answers, findings.
  judge: 3 * 20,
  // With one for the histories of the endpoints, which are read side by side; publish writes them as well.
  report: 4 * 20,
  publish: 7 * 20,
};
/** Bytes of START, END and REPORT, and what CloudWatch counts for each event beside its text. */
const LAMBDA_LOG_BYTES = 600;
/** Bytes of three events of Step Functions' log without execution data, with their overhead. */
const TRANSITION_LOG_BYTES = 1_200;
const SWEPT = 60;
/** Of `target`. */
const ENDPOINTS = 7;
/** Begins the line with an invocation's CPU ms. */
const METER = 'cpu-ms ';

const folder = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const assembly = join(folder, 'cdk.out');
const [proberBundle] = await Promise.all([bundleHandler('prober-entry.ts', folder), synthesize(assembly)]);
const [site, rig] = await Promise.all([
  startSite(),
  startRig({ assembly: readAssembly(assembly), proberBundle }),
]);
const { ports } = site;
rig.lambda.faults.code = metered();

/** Pages, mail, SSH and two ports that must be closed: about what a vendor's table asks for. */
const target = (host: string): object => ({
  name: host,
  check: [
    `http://${host}:${ports.http}/`,
    `https://${host}:${ports.landing}/`,
    `https://${host}:${ports.portal}/`,
    `smtp://${host}:${ports.smtp}`,
    `ssh://${host}:${ports.ssh}`,
  ],
  closed: [`tcp://${host}:${ports.database}`, `tcp://${host}:${ports.api}`],
});
const common = {
  requestedBy: 'bench',
  vouch: VOUCH,
  // What a confirmation costs is counted apart.
  settings: { defaultControls: false, confirm: '0', family: '4' },
};

// The first check finds no function running: the way of a check that comes alone.
const alone = await run(() =>
  rig.start('check', 'alone', { ...common, runId: 'alone', targets: [target('localhost')] }),
);
const hosts = Array.from({ length: SWEPT }, (_, n) => `t${n}.localhost`);
await rig.s3.write(rig.bucket, 'sweeps/lists/bench.json', JSON.stringify(hosts.map(target)));
const swept = await run(() =>
  rig.start('sweep', 'bench', { request: common, targetsKey: 'sweeps/lists/bench.json' }),
);

const checkMs = cloudMs(alone);
const sweepMs = cloudMs(swept);
const bytes = async (wanted: RegExp): Promise<number> => {
  const keys = (await rig.s3.keys(rig.bucket, 'runs/alone/')).filter((key) => wanted.test(key));
  const texts = await Promise.all(keys.map((key) => rig.s3.read(rig.bucket, key)));
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
};
const vantageCount = alone.get('prober')?.length ?? 0;
const logBytes = rig.lambda.logs
  .filter(({ line }) => !line.includes(METER))
  .reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0);
const workload: Workload = Workload.parse({
  basis:
    `measured on the rig on ${new Date().toISOString().slice(0, 10)} (Node ${process.versions.node}): ` +
    `CPU time for a target of ${ENDPOINTS} endpoints, checked alone with every function starting cold, and for ${SWEPT} such ` +
    `targets in a sweep; stretched to Lambda's CPU shares, and ${ROUND_TRIP_MS} ms added for each round trip`,
  endpointsPerTarget: ENDPOINTS,
  functionMs: checkMs,
  sweepFunctionMs: sweepMs,
  rawBytesPerTarget: Math.round((await bytes(/\/raw\//)) / vantageCount),
  judgedBytesPerTarget: await bytes(/\/judged\//),
  reportBytesPerTarget: await bytes(/\/report\./),
  logBytesPerInvocation: Math.round(logBytes / rig.lambda.calls.length) + LAMBDA_LOG_BYTES,
  logBytesPerTransition: TRANSITION_LOG_BYTES,
});
writeFileSync(FILE, `${JSON.stringify(workload, null, 2)}\n`);
const table = new Table({ head: ['function', 'a check alone, ms', 'in a sweep, ms'], style: { head: [] } });
for (const name of NAMES) table.push([name, checkMs[name], sweepMs[name]]);
process.stdout.write(`${table.toString()}\n${workload.basis}\nwritten to lib/stacks/cost/workload.json\n`);
await Promise.all([rig.stop(), site.close()]);

/** CPU ms of each invocation during one execution, by function; ends the bench when that failed. */
async function run(start: () => Promise<Execution>): Promise<Map<Name, number[]>> {
  const before = rig.lambda.logs.length;
  const { status, error, cause } = await start();
  if (status !== 'SUCCEEDED') throw new Error(`the execution ended with ${status}: ${error} ${cause}`);
  const measured = new Map<Name, number[]>(NAMES.map((name) => [name, []]));
  for (const { name, line } of rig.lambda.logs.slice(before))
    for (const [, ms] of line.matchAll(new RegExp(`${METER}(\\d+\\.\\d+)`, 'g')))
      measured.get(nameOf(name))?.push(Number(ms));
  return measured;
}

/**
 * Runs the deployed bundle with a meter around it. The first call of a process counts from its start, loading
 * included, as a cold start does.
 */
function metered(): (called: DeployedFunction) => { file: string; handler: string } {
  const files = new Map<string, string>();
  return ({ code }) => {
    let file = files.get(code.file);
    if (file === undefined) {
      file = join(folder, `metered-${files.size}.mjs`);
      files.set(code.file, file);
      writeFileSync(
        file,
        `import { ${code.handler} as inner } from ${JSON.stringify(pathToFileURL(code.file).href)};
let before = 0;
export async function handler(...given) {
  try {
    return await inner(...given);
  } finally {
    const { user, system } = process.cpuUsage();
    process.stdout.write('${METER}' + ((user + system) / 1000 - before).toFixed(3) + '\\n');
    before = (user + system) / 1000;
  }
}
`,
      );
    }
    return { file, handler: 'handler' };
  };
}

function nameOf(functionName: string): Name {
  const found = NAMES.find((name) => functionName.includes(`-${name}`));
  if (found === undefined) throw new Error(`no function is called ${functionName}`);
  return found;
}

/** Means of what Lambda would bill. A dispatcher waits for its prober and adds its own. */
function cloudMs(measured: ReadonlyMap<Name, readonly number[]>): FunctionMs {
  const own = (name: Name): number => {
    const all = measured.get(name) ?? [];
    if (all.length === 0) throw new Error(`${name} was not invoked`);
    const mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
    const called = rig.lambda.calls.find((call) => nameOf(call.function.name) === name);
    return (mean * MIB_A_CORE) / (called?.function.memoryMb ?? MIB_A_CORE);
  };
  const ms = (name: Name): number =>
    Math.round(own(name) + (name === 'dispatcher' ? own('prober') : 0) + NETWORK_MS[name]);
  return {
    plan: ms('plan'),
    dispatcher: ms('dispatcher'),
    prober: ms('prober'),
    judge: ms('judge'),
    report: ms('report'),
    publish: ms('publish'),
  };
}

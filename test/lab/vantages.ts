/** The probers at the vantages, seen from the runner. */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { VantageResult } from '../../lib/engine/vantage-result.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { RunSettings } from '../../lib/model/request.ts';
import { VANTAGES, type VantageId } from './address-plan.ts';
import { nodeArgs, spawnIn } from './host.ts';
import type { Lab } from './topology.ts';
import type { VantageAnswer, VantageWork } from './vantage-worker.ts';

const WORKER = fileURLToPath(new URL('./vantage-worker.ts', import.meta.url));

export interface Vantages {
  /** Checks an endpoint from one vantage. Rejects for bugs of ours alone. */
  check(vantage: VantageId, endpoint: Endpoint, settings: RunSettings): Promise<VantageResult>;
  stop(): void;
}

interface Prober {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (answer: Exclude<VantageAnswer, { ready: true }>) => void>;
}

/** Starts one prober in the namespace of each vantage that is needed. */
export async function startVantages(lab: Lab, needed: ReadonlySet<VantageId>): Promise<Vantages> {
  const probers = new Map(
    await Promise.all([...needed].map(async (id) => [id, await startProber(lab, id)] as const)),
  );
  let lastId = 0;
  return {
    async check(vantage, endpoint, settings) {
      const prober = probers.get(vantage);
      const source = VANTAGES.find(({ id }) => id === vantage);
      if (prober === undefined || source === undefined) throw new Error(`no prober at ${vantage}`);
      lastId += 1;
      const work: VantageWork = {
        id: lastId,
        endpoints: [endpoint],
        settings,
        vantage: { id: vantage, kind: 'local', sourceAddress: source.v4 },
      };
      const answer = await new Promise<Exclude<VantageAnswer, { ready: true }>>((resolve) => {
        prober.waiting.set(work.id, resolve);
        prober.child.send(work);
      });
      if ('error' in answer) throw new Error(`${vantage}: ${answer.error}`);
      const [result] = answer.results;
      if (result === undefined) throw new Error(`${vantage} gave no result for ${endpoint.id}`);
      // What came over the wire is checked, as it will be when it comes from another region.
      return VantageResult.parse(result);
    },
    stop() {
      for (const { child } of probers.values()) child.kill('SIGKILL');
    },
  };
}

async function startProber(lab: Lab, id: VantageId): Promise<Prober> {
  const child = spawnIn(lab.vantages[id].namespace, process.execPath, nodeArgs(WORKER), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting: Prober['waiting'] = new Map();
  await new Promise<void>((resolve, reject) => {
    child.on('message', (answer: VantageAnswer) => {
      if ('ready' in answer) return resolve();
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const error = `the prober ended (${code ?? signal})`;
      reject(new Error(`${id}: ${error}`));
      for (const [work, resolveWork] of waiting) resolveWork({ id: work, error });
      waiting.clear();
    });
  });
  return { child, waiting };
}

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssembly } from './assembly.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { eventsOf, reportOf, VANTAGES } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const TARGETS = 45;
let rig: Rig;
let server: TcpServer;
let sweep: Execution;

beforeAll(async () => {
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n'), '0.0.0.0'),
  ]);
  sweep = await start('sweep-1', targets(TARGETS));
}, 120_000);
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
});

const targets = (count: number): unknown[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `Target ${n}`,
    check: [`tcp://127.2.0.${n + 1}:${server.port}`],
  }));

async function start(runId: string, items: unknown): Promise<Execution> {
  const targetsKey = `sweeps/${runId}.json`;
  await rig.s3.write(rig.bucket, targetsKey, JSON.stringify(items));
  const { targets: _, ...rest } = request(runId, []);
  return rig.start('sweep', runId, { ...rest, targetsKey });
}

describe('a sweep', () => {
  it('asks the template for its items in the run bucket, twenty to a child', () => {
    const machine = rig.deployment.machines.find(({ name }) => name.endsWith('-sweep'));
    expect(machine?.definition.States.SweepTargets).toMatchObject({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: rig.bucket, 'Key.$': '$.targetsKey' },
      },
      ItemBatcher: { MaxItemsPerBatch: 20 },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } },
      ResultWriter: { Parameters: { Bucket: rig.bucket } },
    });
  });

  it('runs the chain of a check for each child', () => {
    expect(sweep.status).toBe('SUCCEEDED');
    expect(sweep.children.map(({ input }) => (input as { Items: unknown[] }).Items.length)).toEqual([
      20, 20, 5,
    ]);
    const check = rig.deployment.machines.find(({ name }) => name.endsWith('-check'));
    const child = sweep.children[0]?.executed.entered ?? [];
    expect(child.filter((name) => name === 'Dispatch')).toHaveLength(VANTAGES.length);
    expect(child.filter((name) => name !== 'Dispatch')).toEqual([
      'AuthoriseAndPlan',
      'ProbeFromVantages',
      'DiagnoseAndJudge',
      'NeedsConfirmation',
      'MakeReport',
      'Publish',
      'Notify',
      'Published?',
      'Finished',
    ]);
    expect(Object.keys(check?.definition.States ?? {})).toEqual(
      expect.arrayContaining([...new Set(child)].filter((name) => name !== 'Dispatch')),
    );
  });

  it('has a report and a latest state for each target', async () => {
    for (const [index, name] of [
      [0, 'Target 0'],
      [0, 'Target 20'],
      [4, 'Target 44'],
    ] as const) {
      const child = sweep.children.find(({ input }) => JSON.stringify(input).includes(`"${name}"`));
      expect(await reportOf(rig, child?.name ?? '', index), name).toMatchObject({
        verdict: 'pass',
        requestedBy: 'rig',
        endpoints: [{ target: name }],
      });
    }
    const states = await Promise.all(
      Array.from({ length: TARGETS }, (_, n) => rig.table.get(`TARGET#Target ${n}`, 'LATEST')),
    );
    expect(states.every((state) => state?.verdict === 'pass')).toBe(true);
  });

  it('says where its results lie', () => {
    expect(eventsOf(rig, 'sweep-1')).toMatchObject([
      {
        detailType: 'Inbound Check Sweep Finished',
        detail: {
          results: {
            ResultWriterDetails: { Bucket: rig.bucket, Key: expect.stringMatching(/manifest\.json$/) },
          },
        },
      },
    ]);
  });

  it('works without vouch and settings: what nobody proved is inconclusive', async () => {
    await rig.s3.write(rig.bucket, 'sweeps/bare.json', JSON.stringify(targets(2)));
    const seen = server.accepted();
    const bare = await rig.start('sweep', 'bare', {
      runId: 'bare',
      requestedBy: 'rig',
      targetsKey: 'sweeps/bare.json',
    });
    expect(bare.status).toBe('SUCCEEDED');
    expect(server.accepted()).toBe(seen);
    expect(await reportOf(rig, bare.children[0]?.name ?? '')).toMatchObject({
      verdict: 'inconclusive',
      endpoints: [{ cause: 'prober.target-not-authorised' }],
    });
  });

  it('tolerates no list that is all rubbish, and says so', async () => {
    const failed = await start('rubbish', [{ nonsense: true }]);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(eventsOf(rig, 'rubbish')).toMatchObject([{ detailType: 'Inbound Check Sweep Failed' }]);
  });

  it('fails by name when its list is not there', async () => {
    const asked = { runId: 'nowhere', requestedBy: 'rig', targetsKey: 'sweeps/nowhere.json' };
    expect(await rig.start('sweep', 'nowhere', asked)).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
    });
  });
});

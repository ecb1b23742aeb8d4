import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssembly } from './assembly.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { eventsOf, registerName, reportOf, VANTAGES } from './run-results.ts';
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
  await Promise.all(Array.from({ length: TARGETS }, (_, n) => registerName(rig, `Target ${n}`)));
  sweep = await start('sweep-1', targets(TARGETS));
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
});

const targets = (count: number): unknown[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `Target ${n}`,
    check: [`tcp://127.2.0.${n + 1}:${server.port}`],
  }));

async function start(
  runId: string,
  items: unknown,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Execution> {
  const targetsKey = `sweeps/lists/${runId}.json`;
  await rig.s3.write(rig.bucket, targetsKey, JSON.stringify(items));
  const { targets: _, runId: __, ...rest } = request(runId, []);
  return rig.start('sweep', runId, { request: { ...rest, ...more }, targetsKey });
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
      'TakeBatch',
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
    // No state of its own but the first.
    const known = ['TakeBatch', 'Dispatch', ...Object.keys(check?.definition.States ?? {})];
    expect(child.filter((name) => !known.includes(name))).toEqual([]);
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
      Array.from({ length: TARGETS }, (_, n) => rig.table.get(`STATE#Target ${n}`, 'LATEST')),
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

  it('probes nothing of a list that nobody vouches for, and says so', async () => {
    const seen = server.accepted();
    const bare = await start('bare', targets(2), { vouch: undefined });
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

  it.each([
    ['is not there', 'sweeps/lists/nowhere.json', /NoSuchKey|AccessDenied/],
    ['lies among the runs, which a sweep has no right to read', 'runs/healthy/plan.json', /AccessDenied/],
  ])('fails by name when its list %s', async (_, targetsKey, cause) => {
    const name = `list-${targetsKey.length}`;
    const failed = await rig.start('sweep', name, { request: { requestedBy: 'rig' }, targetsKey });
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause),
    });
  });

  it('goes on when one child in many fails', async () => {
    // One target in the last of eleven children is rubbish: that child refuses its request.
    const failed = await start('tolerant', [...targets(200), { nonsense: true }], { vouch: undefined });
    expect(failed.status).toBe('SUCCEEDED');
    const ends = failed.children.map(({ executed }) => executed.error);
    expect(ends.filter((error) => error !== undefined)).toEqual(['RequestRefused']);
    expect(ends).toHaveLength(11);
  });
});

/** The shell of docs/ci.md's examples and of docs/api.md, run as it is there against the emulated cloud. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { PROBLEMS } from '../../lib/service/contracts/problem.ts';
import { RunStatus, StartedRun } from '../../lib/service/contracts/runs.ts';
import { CreatedShare } from '../../lib/service/contracts/shares.ts';
import { cleanEnv, ROOT } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { serveTcp, type TcpServer } from './site.ts';

let rig: Rig;
let server: TcpServer;
let folder: string;
let tool: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inbound-check-ci-'));
  // What a team keeps where its pipelines find it.
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  tool = join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  await rig.table.put({
    pk: 'TARGET#shop',
    sk: 'TARGET',
    kind: 'target',
    name: 'shop',
    hosts: ['127.0.0.1'],
    definition: { check: [`tcp://127.0.0.1:${server.port}`] },
    vouch: { by: 'rig', reason: 'our own loopback', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

interface Shell {
  readonly status: number | null;
  readonly output: string;
}

/** As a runner does: `bash -e`, in a folder of its own, with the variables that the pipeline's settings give. */
function bash(commands: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<Shell> {
  mkdirSync(cwd, { recursive: true });
  const prefix = join(cwd, 'npm');
  const child = spawn('bash', ['-e', '-c', commands.join('\n')], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cleanEnv(),
      NPM_CONFIG_PREFIX: prefix,
      NPM_CONFIG_OFFLINE: 'true',
      NPM_CONFIG_CACHE: join(folder, 'npm-cache'),
      PATH: `${join(prefix, 'bin')}:${process.env.PATH}`,
      ...operatorEnvironment(rig, 'operator'),
      INBOUND_CHECK_PACKAGE: tool,
      ...more,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

const example = (name: string): unknown => parse(readFileSync(join(ROOT, 'docs/examples', name), 'utf8'));

describe('the pipeline examples', () => {
  it('GitHub Actions: installs, waits until all passes, shows the report', async () => {
    const workflow = example('github-action.yml') as {
      permissions: Record<string, string>;
      jobs: { reachable: { env: { TARGET: string }; steps: { run?: string }[] } };
    };
    expect(workflow.permissions['id-token']).toBe('write');
    const { env, steps } = workflow.jobs.reachable;
    const cwd = join(folder, 'github');
    const summary = join(folder, 'summary.md');
    const commands = steps.flatMap(({ run }) => run ?? []);
    expect(commands).toHaveLength(3);
    const { status, output } = await bash(commands, cwd, {
      TARGET: env.TARGET,
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(output).toContain('All expectations are met: 1 endpoint checked from 5 vantages');
    expect(status).toBe(0);
    expect(readFileSync(summary, 'utf8')).toContain(`tcp://127.0.0.1:${server.port}`);
    expect(readFileSync(join(cwd, 'reports/report.xml'), 'utf8')).toContain('<testcase ');
  });

  it('GitLab: the same, with the report where `artifacts` says', async () => {
    const { reachable: job } = example('gitlab-ci.yml') as {
      reachable: {
        variables: { TARGET: string };
        before_script: string[];
        script: string[];
        artifacts: { reports: { junit: string } };
      };
    };
    const cwd = join(folder, 'gitlab');
    const { status, output } = await bash([...job.before_script, ...job.script], cwd, {
      TARGET: job.variables.TARGET,
      AWS_TOKEN: 'a token',
    });
    expect(output).toContain('All expectations are met');
    expect(status).toBe(0);
    expect(readFileSync(join(cwd, job.artifacts.reports.junit), 'utf8')).toContain('<testcase ');
  });

  const step = (arguments_: readonly string[], command: string) => ({
    INBOUND_CHECK_COMMAND: command,
    INBOUND_CHECK_ARGUMENTS: `\n  ${arguments_.join('\n  ')}\n`,
  });
  const WAYS = [
    ['check', () => [`tcp://127.0.0.1:${server.port}`, '--allow-private', '--no-default-controls']],
    ['run', () => ['shop', '--no-share', '--no-default-controls']],
  ] as const;

  it.each(WAYS)('the action: %s, with JUnit and a summary', async (command, words) => {
    const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
      inputs: Record<string, object>;
      runs: { steps: { shell: string; run: string; if?: string; env: Record<string, string> }[] };
    };
    const { steps } = action.runs;
    // No input is pasted into a script, and each is one that there is.
    for (const { run, shell, env } of steps) {
      expect([shell, run.includes('${{')]).toEqual(['bash', false]);
      for (const value of Object.values(env))
        expect(Object.keys(action.inputs)).toContain(/^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1]);
    }
    const cwd = join(folder, `action-${command}`);
    const summary = join(cwd, 'summary.md');
    const more = {
      ...step(words(), command),
      INBOUND_CHECK_REPORTS: 'reports',
      GITHUB_STEP_SUMMARY: summary,
    };
    const { status, output } = await bash(
      steps.map(({ run }) => run),
      cwd,
      more,
    );
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(readFileSync(summary, 'utf8')).toContain(`tcp://127.0.0.1:${server.port}`);
    expect(readFileSync(join(cwd, 'reports/report.xml'), 'utf8')).toContain('<testcase ');
    // What stands in an argument is no command of the shell.
    const hostile = await bash([steps[1]?.run ?? ''], cwd, { ...more, ...step(['$(touch hit)'], command) });
    expect([hostile.status, existsSync(join(cwd, 'hit'))]).toEqual([64, false]);
  });

  it.each(WAYS)('the GitLab component: %s, with JUnit where `artifacts` says', async (command, words) => {
    const [spec, jobs] = parseAllDocuments(
      readFileSync(join(ROOT, 'templates/inbound-check.yml'), 'utf8'),
    ).map((document) => document.toJS() as unknown);
    const { inputs } = (spec as { spec: { inputs: Record<string, object> } }).spec;
    const { 'inbound-check': job } = jobs as {
      'inbound-check': {
        variables: Record<string, string>;
        before_script: string[];
        script: string[];
        artifacts: { reports: { junit: string } };
      };
    };
    for (const value of Object.values(job.variables))
      expect(Object.keys(inputs)).toContain(/^\$\[\[ inputs\.(\w+) \]\]$/.exec(value)?.[1]);
    expect([...job.before_script, ...job.script].join()).not.toContain('$[[');
    const cwd = join(folder, `component-${command}`);
    const { status, output } = await bash([...job.before_script, ...job.script], cwd, step(words(), command));
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(readFileSync(join(cwd, job.artifacts.reports.junit), 'utf8')).toContain('<testcase ');
  });

  it('fail where the target does', async () => {
    const { reachable: job } = example('gitlab-ci.yml') as {
      reachable: { before_script: string[]; script: string[] };
    };
    const cwd = join(folder, 'gitlab');
    const { status, output } = await bash(job.script, cwd, { TARGET: 'nobody' });
    expect(output).toContain('no target "nobody" is registered');
    expect(status).toBe(64);
  });
});

describe('docs/api.md', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
  const fences = (language: string): string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
      ([, text = '']) => text,
    );

  it('starts, follows, fetches and shares by curl', async () => {
    const [sign = '', start = '', look = '', fetched = ''] = fences('bash');
    const cwd = join(folder, 'api');
    mkdirSync(cwd, { recursive: true });
    const written = JSON.parse(fences('json')[0] ?? '') as { ticket: string };
    const body = { ...written, target: { check: [`tcp://127.0.0.1:${server.port}`] } };
    writeFileSync(join(cwd, 'validation.json'), JSON.stringify(body));
    const started = await bash([sign, start], cwd);
    const { runId: RUN } = StartedRun.parse(JSON.parse(started.output));
    await rig.states.ended(RUN);
    const run = await bash([sign, look], cwd, { RUN });
    expect(RunStatus.parse(JSON.parse(run.output))).toMatchObject({ status: 'finished', verdict: 'pass' });
    const [report = '', share = ''] = fetched.split('\n');
    expect((await bash([sign, report], cwd, { RUN })).output).toContain('<testsuites');
    expect(CreatedShare.parse(JSON.parse((await bash([sign, share], cwd, { RUN })).output)).runId).toBe(RUN);
    expect((await bash([sign, look], cwd, { RUN: '20260301T093005Z-1f0c9a7b' })).output).toBe(
      JSON.stringify(JSON.parse(fences('json')[1] ?? '')),
    );
  });

  it('names every type of problem with its status', () => {
    const rows = [...page.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (\d+) \|/gm)].flatMap(
      ([, kinds = '', status]) =>
        [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => [kind, Number(status)]),
    );
    const known = Object.entries(PROBLEMS).map(([kind, [status]]) => [kind, status]);
    expect(rows.sort()).toEqual(known.sort());
  });
});

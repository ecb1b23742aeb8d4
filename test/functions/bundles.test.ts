/** The functions as they are deployed: bundled by the settings of the stacks, run in processes of their own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProbeBatch } from '../../lib/model/fleet.ts';
import { esbuildOptions, FUNCTIONS, type FunctionName, functionEntry } from '../../lib/stacks/bundling.ts';
import { endpoint, settings } from '../run/fakes.ts';
import { ENVIRONMENT } from './environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'inbound-check-functions-'));
const fileOf = (name: FunctionName): string => join(folder, `${name}.mjs`);
const metafiles = new Map<FunctionName, Metafile>();

beforeAll(async () => {
  for (const name of FUNCTIONS) {
    const options = esbuildOptions(root, functionEntry(name), fileOf(name));
    metafiles.set(name, (await build({ ...options, metafile: true })).metafile);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Node's own in Lambda's version, not yet in the oldest that we support. undici names it for a cache that nobody opens. */
const LATER_BUILTINS = ['node:sqlite'];

/** Runs code that has the bundle's exports as `bundle` in a process without our environment. */
function inProcess(name: FunctionName, code: string, environment: Record<string, string> = ENVIRONMENT) {
  const program = `const bundle = await import(${JSON.stringify(pathToFileURL(fileOf(name)).href)}); ${code}`;
  return spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    env: environment,
    encoding: 'utf8',
  });
}

describe.each(FUNCTIONS)('%s', (name) => {
  it('is a short file: parse, call, return', () => {
    expect(readFileSync(join(root, functionEntry(name)), 'utf8').split('\n').length).toBeLessThan(40);
  });

  it('needs nothing that is not in its bundle but Node itself', () => {
    const outputs = Object.values(metafiles.get(name)?.outputs ?? {});
    const outside = outputs.flatMap(({ imports }) => imports.filter(({ external }) => external));
    const paths = outside.map(({ path }) => path);
    expect(paths.filter((path) => !isBuiltin(path) && !LATER_BUILTINS.includes(path))).toEqual([]);
  });

  it('loads and exports its handler', () => {
    const { stdout, stderr } = inProcess(name, 'console.log(Object.keys(bundle), typeof bundle.handler)');
    expect([stdout.trim(), stderr]).toEqual(["[ 'handler' ] function", '']);
  });

  it('bundles none of the SDK’s ways to credentials that a function does not use', () => {
    const inputs = Object.keys(metafiles.get(name)?.inputs ?? {}).join('\n');
    expect(inputs).not.toMatch(
      /credential-provider-(node|ini|sso|process|web-identity|login)\/|nested-clients|imds/,
    );
  });
});

it.each([
  ['plan', 'TABLE_NAME'],
  ['dispatcher', 'RUN_BUCKET'],
  ['plan', 'FLEET'],
] as const)('%s says by name that %s is not set', (name, missing) => {
  const { [missing]: _, ...rest } = ENVIRONMENT;
  const { status, stderr } = inProcess(name, '', rest as Record<string, string>);
  expect(status).not.toBe(0);
  expect(stderr).toContain(`the environment variable ${missing} is not set`);
});

describe('the prober', () => {
  it('is at most 500 kB and has neither SDK nor schemas in it', () => {
    expect(statSync(fileOf('prober')).size).toBeLessThanOrEqual(500_000);
    expect(Object.keys(metafiles.get('prober')?.inputs ?? {}).join('\n')).not.toMatch(/@aws-sdk|@smithy|zod/);
  });

  it('connects to no loopback address, whatever the batch and the environment say', async () => {
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const batch = ProbeBatch.parse({
      runId: 'run-1',
      vantage: { id: 'a', kind: 'lambda' },
      attempt: 1,
      settings: settings({
        allowPrivate: true,
        resolve: [{ host: 'www.example.com', port, address: '127.0.0.1' }],
        controls: [{ port, host: '127.0.0.1', hostPort: port }],
        negativeControl: { address: '127.0.0.1' },
      }),
      endpoints: ['127.0.0.1', 'www.example.com'].map((host) => endpoint({ host, port })),
    });
    const code = `
      const answer = await bundle.handler(${JSON.stringify(batch)}, { awsRequestId: 'r', getRemainingTimeInMillis: () => 20_000 });
      console.error(JSON.stringify(answer));`;
    const { stderr } = inProcess('prober', code, { ALLOW_PRIVATE: 'true', PATH: '' });
    server.close();
    const causes = JSON.parse(stderr).results.map(
      ({ judged }: { judged: { finding: { faults: { cause: string }[] } }[] }) =>
        judged.flatMap(({ finding }) => finding.faults.map(({ cause }) => cause)),
    );
    expect(causes).toEqual([['prober.address-refused'], ['dns.private-address']]);
    expect(calls).toBe(0);
  });
});

describe('the function that looks for proofs', () => {
  it('has no SDK in it: it meets servers that strangers name, and asks nothing of AWS', () => {
    expect(Object.keys(metafiles.get('ownership')?.inputs ?? {}).join('\n')).not.toMatch(/@aws-sdk|@smithy/);
  });
});

it('lets AWS packages be imported by adapters, stacks and functions alone', () => {
  const permitted = /^(lib\/adapters\/aws|lib\/stacks|functions)\/|^bin\/(app|cost)\.ts$/;
  const importsAws = /from '(@aws-sdk\/|@aws-lambda-powertools\/|aws-cdk-lib|constructs|aws-lambda)/;
  const sources = ['lib', 'bin', 'functions'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile() && item.name.endsWith('.ts'))
      .map((item) => relative(root, join(item.parentPath, item.name))),
  );
  const strays = sources
    .filter((path) => !permitted.test(path))
    .filter((path) => importsAws.test(readFileSync(join(root, path), 'utf8')));
  expect(sources.length).toBeGreaterThan(100);
  expect(strays).toEqual([]);
});

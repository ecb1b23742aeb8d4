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
import { BatchResult } from '../../lib/service/runs/batch-result.ts';
import { judgeAttempts } from '../../lib/service/runs/judged-attempts.ts';
import { ProbeBatch } from '../../lib/service/runs/messages.ts';
import {
  esbuildOptions,
  FUNCTIONS,
  type FunctionName,
  functionEntry,
  MAX_BUNDLE_BYTES,
} from '../../lib/stacks/bundling.ts';
import { endpoint, settings } from '../engine/run/fakes.ts';
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
});
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

const modulesOf = (name: FunctionName): string[] => {
  const output = Object.values(metafiles.get(name)?.outputs ?? {}).find(({ entryPoint }) => entryPoint);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return inputs.map(([path]) => path);
};

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

  it('has no JSON Schemas and no event streams in it, which no function needs', () => {
    const modules = modulesOf(name);
    expect(modules.filter((path) => /event-?stream(s|Serde)?\b/i.test(path))).toEqual(
      modules.filter((path) => path === 'lib/aws/no-event-streams.ts'),
    );
    const text = readFileSync(fileOf(name), 'utf8');
    expect(text).not.toContain('https://json-schema.org/draft');
  });

  it('reads no cache of discovered endpoints, in whose place there is none', () => {
    const reading = /endpointDiscoveryMiddleware|updateDiscoveredEndpoint|mnemonist/;
    expect(modulesOf(name).filter((path) => reading.test(path))).toEqual([]);
  });

  it('bundles none of the SDK’s ways to credentials that a function does not use', () => {
    const ways = modulesOf(name).filter((path) =>
      /credential-provider-(node|ini|sso|process|web-identity|login)\/|nested-clients|imds/.test(path),
    );
    // The dispatcher assumes roles of other accounts.
    const used =
      name === 'dispatcher' ? /nested-clients\/(dist-es\/submodules\/sts\/|package\.json$)/ : undefined;
    expect(ways.filter((path) => used?.test(path) !== true)).toEqual([]);
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

it.each(Object.entries(MAX_BUNDLE_BYTES) as [FunctionName, number][])(
  '%s has at most %i bytes',
  (name, most) => {
    expect(statSync(fileOf(name)).size).toBeLessThanOrEqual(most);
  },
);

it('the judge has no documentation of causes, no advice and no formats in it: it says what must be seen again', () => {
  const modules = modulesOf('judge');
  expect(modules).toContain('lib/service/runs/confirmation.ts');
  const REPORTING =
    /causes\.ts$|engine\/(firewall|compare)\/|verdict\/fix\.ts|lib\/(report|input\/profiles)\//;
  expect(modules.filter((path) => REPORTING.test(path))).toEqual([]);
});

it.each(['report', 'publish'] as const)('%s diagnoses nothing: the judge has found what it means', (name) => {
  const modules = modulesOf(name);
  expect(modules).toContain('lib/engine/report-schema.ts');
  const DIAGNOSING =
    /diagnos[ie]s(-\w+)?\.ts$|verdict\/judge-measured\.ts|kinds\/(?!run-causes)\w+\/(judge\/|(\w+-)?messages\.ts$)/;
  // A title, a broken HTTP/2 session and which TLSA record fits are told of the evidence, in the words of their protocol.
  const TOLD = [
    'lib/kinds/http/judge/http2.ts',
    'lib/kinds/http/judge/page-title.ts',
    'lib/kinds/mx/judge/dane.ts',
  ];
  const diagnosing = modules.filter((path) => DIAGNOSING.test(path) && !TOLD.includes(path));
  expect(diagnosing).toEqual([]);
});

describe('the prober', () => {
  it('has, beside what it had when it judged, 283 kB, no more than 65 kB for revocation lists, DNSSEC, name servers and mail routes', () => {
    expect(MAX_BUNDLE_BYTES.prober).toBeLessThanOrEqual(348_000);
    expect(statSync(fileOf('prober')).size).toBeLessThanOrEqual(348_000);
  });

  it('measures and judges nothing: no SDK, no schemas, no causes, no advice and no verdict are in it', () => {
    const modules = modulesOf('prober');
    expect(modules).toContain('lib/engine/measure/measure-all.ts');
    // What calls the kernel is native code that no function has.
    expect(modules.filter((path) => /koffi|lib\/net\/kernel/.test(path))).toEqual([]);
    const JUDGING =
      /@aws-sdk|@smithy|node_modules\/zod|causes\.ts$|diagnos[ie]s|kinds\/fault\.ts|kinds\/.*\/judge\/|engine\/(verdict|firewall|run|compare)|lib\/(report|input)\//;
    expect(modules.filter((path) => JUDGING.test(path))).toEqual([]);
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
    const result = BatchResult.parse(JSON.parse(stderr));
    const plan = { targets: [{ name: 'shop', endpoints: batch.endpoints, unprobed: [] }] };
    const causes = judgeAttempts(plan, [{ vantage: 'a', attempt: 1, result }]).flatMap((one) =>
      'results' in one
        ? [...one.results.values()].map(({ judged }) =>
            judged.flatMap(({ finding }) => finding.faults.map(({ cause }) => cause)),
          )
        : [],
    );
    expect(causes).toEqual([['prober.address-refused'], ['dns.private-address']]);
    expect(calls).toBe(0);
  });
});

describe('the function that looks for proofs', () => {
  it('has no schemas in it: two fields are read by hand', () => {
    expect(modulesOf('ownership').filter((path) => /node_modules\/zod/.test(path))).toEqual([]);
  });

  it('has no SDK in it: it meets servers that strangers name, and asks nothing of AWS', () => {
    expect(Object.keys(metafiles.get('ownership')?.inputs ?? {}).join('\n')).not.toMatch(/@aws-sdk|@smithy/);
  });
});

it('lets AWS packages be imported by adapters, stacks and functions alone', () => {
  const permitted = /^(lib\/aws|lib\/stacks|functions)\/|^bin\/(app|cost|bundle-function)\.ts$/;
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

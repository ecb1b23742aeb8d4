/** What `cdk synth` writes: templates of all stacks, and the bundled functions beside them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStack, type Stack, type Template } from './cloudformation.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly Stack[];
  /** The folder of a function's bundle, by `Code.S3Key`. */
  assetFolder(stack: Stack, s3Key: string): string;
}

/** Runs bin/app.ts as the CDK command line does, with the context of cdk.json and what is given on top. */
export async function synthesize(
  directory: string,
  context: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { context: own = {} } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context?: Readonly<Record<string, unknown>>;
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({
        'aws:cdk:enable-path-metadata': false,
        'aws:cdk:enable-asset-metadata': false,
        'aws:cdk:version-reporting': false,
        ...own,
        ...context,
      }),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-20_000);
    });
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`bin/app.ts ended with ${String(status)}: ${output}`);
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
      }
    >
  >;
}

export function readAssembly(directory: string): Assembly {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(directory, file), 'utf8')) as T;
  const { artifacts } = read<Manifest>('manifest.json');
  const stacks = Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment, properties }]) => {
      // As aws://ACCOUNT/REGION.
      const [account = '', region] = environment?.split('/').slice(-2) ?? [];
      if (region === undefined || properties?.templateFile === undefined)
        throw new Error(`the manifest says too little of ${id}`);
      const template = read<Template>(properties.templateFile);
      return createStack(
        properties.stackName ?? id,
        region,
        template,
        /^\d{12}$/.test(account) ? account : undefined,
      );
    });
  const folders = Object.values(artifacts)
    .filter(({ type }) => type === 'cdk:asset-manifest')
    .flatMap(({ properties }) => {
      const { file } = properties as { readonly file: string };
      return Object.values(read<AssetManifest>(file).files);
    })
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, source.path] as const),
    );
  const byKey = new Map(folders);
  return {
    directory,
    stacks,
    assetFolder(stack, s3Key) {
      const path = byKey.get(s3Key);
      if (path === undefined) throw new Error(`${stack.name} has no asset ${s3Key}`);
      return join(directory, path);
    },
  };
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

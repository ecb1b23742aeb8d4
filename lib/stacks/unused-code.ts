/**
 * Leaves out of the bundles what esbuild can't tell to be unused. Each change expects the package's text as it is today and
 * fails the build when an update has changed it.
 */
import { readFileSync } from 'node:fs';
import type { Loader, Plugin } from 'esbuild';

interface TextChange {
  /** Files by their path. */
  readonly of: RegExp;
  readonly loader?: Loader;
  /** Gives `text` back when it is not as expected. */
  readonly make: (text: string) => string;
}

/**
 * An SDK client's schemas of all operations. Their keys are computed, as `{ [_hE]: 404 }` with `const _hE = "httpError"`, and
 * a computed key may call a `toString`, so that esbuild keeps every schema. Written as literals, the schemas of
 * operations that a function doesn't call go: 55 kB of S3's.
 */
export function withLiteralKeys(text: string): string {
  const names = new Map(
    [...text.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name = '', literal = '']) => [
      name,
      literal,
    ]),
  );
  return text.replace(/\[(_\w+)\]:/g, (computed, name: string) => {
    const literal = names.get(name);
    return literal === undefined ? computed : `${literal}:`;
  });
}

const CHANGES: readonly TextChange[] = [
  { of: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/, make: withLiteralKeys },
  // The JSON Schemas of docs/ are written by `npm run schema` and `npm run openapi`, never by a function: 18 kB.
  {
    of: /zod\/v4\/classic\/schemas\.js$/,
    make: (text) => text.replace(/^ *inst\._zod\.processJSONSchema = .*;$/gm, ''),
  },
  {
    of: /zod\/v4\/core\/to-json-schema\.js$/,
    make: (text) =>
      text.replace(
        /^export const (create\w+Method) = [\s\S]*?^};$/gm,
        "export const $1 = () => () => { throw new Error('a bundled function writes no JSON Schema'); };",
      ),
  },
  // Asked for its version alone; esbuild would keep scripts and dependencies, too.
  {
    of: /\/package\.json$/,
    loader: 'json',
    make: (text) => JSON.stringify({ version: (JSON.parse(text) as { version?: unknown }).version }),
  },
];

export const withoutUnusedCode: Plugin = {
  name: 'without-unused-code',
  setup({ onLoad }) {
    for (const { of, loader = 'js', make } of CHANGES)
      onLoad({ filter: of }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = make(text);
        return contents === text
          ? { errors: [{ text: `${path} is not as expected: see lib/stacks/unused-code.ts` }] }
          : { contents, loader };
      });
  },
};

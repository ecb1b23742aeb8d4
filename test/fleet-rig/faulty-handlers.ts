/** Probers that go wrong, each in its own way. Written as they are into a folder: there is nothing to bundle. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionCode } from './sandbox.ts';

const SOURCES = {
  throws: `export const handler = async () => { throw new TypeError('cannot read properties of undefined'); };`,
  exits: 'export const handler = () => process.exit(1);',
  unloadable: `throw new Error('at load');`,
  hangs: 'export const handler = () => new Promise(() => setInterval(() => undefined, 1_000));',
  'answers nothing': 'export const handler = async () => undefined;',
  'answers a page': `export const handler = async () => '<html>502 Bad Gateway</html>';`,
  'answers more than 6 MB': `export const handler = async () => 'x'.repeat(6_300_000);`,
  'answers a gzip bomb': `import { gzipSync } from 'node:zlib';
    export const handler = async () => ({ gzip: gzipSync(Buffer.alloc(200_000_000)).toString('base64') });`,
} as const;

/** What this prober answers is made of what the good one (`__GOOD__`) does. */
const TWISTED = {
  'answers for another vantage': `
    const text = JSON.stringify(await good(event, context));
    return JSON.parse(text.replaceAll(event.vantage.id, 'elsewhere-1'));`,
  'answers twice for one endpoint': `
    const { results, ...rest } = await good(event, context);
    return { ...rest, results: [...results, ...results] };`,
  'leaves an endpoint out': `
    const { results, ...rest } = await good(event, context);
    return { ...rest, results: results.slice(1) };`,
  'is older and states no version': `
    const { version, ...rest } = await good(event, context);
    return rest;`,
  'is newer and answers what is known': `
    return { ...(await good(event, context)), version: event.version + 1, news: 'unheard of' };`,
  'is newer and takes nothing of this control stack': `
    return { version: event.version + 1 };`,
  'is too old': `
    return { ...(await good(event, context)), version: 0 };`,
} as const;

export type Fault = keyof typeof SOURCES | keyof typeof TWISTED;

export function writeFaultyHandlers(
  folder: string,
  goodBundle: string,
): Readonly<Record<Fault, FunctionCode>> {
  const write = (fault: string, source: string): [string, FunctionCode] => {
    const file = join(folder, `${fault.replaceAll(' ', '-')}.mjs`);
    writeFileSync(file, source);
    return [fault, { file, handler: 'handler' }];
  };
  const good = `import { handler as good } from ${JSON.stringify(pathToFileURL(goodBundle).href)};`;
  return Object.fromEntries([
    ...Object.entries(SOURCES).map(([fault, source]) => write(fault, source)),
    ...Object.entries(TWISTED).map(([fault, body]) =>
      write(fault, `${good}\nexport const handler = async (event, context) => {${body}\n};`),
    ),
  ]) as Record<Fault, FunctionCode>;
}

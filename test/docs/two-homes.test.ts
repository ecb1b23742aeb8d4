/** What docs/station.md says of the operations that only a station answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contracts } from '../../lib/service/api/operations.ts';
import { peopleContracts } from '../../lib/service/contracts/people.ts';
import { ROOT } from '../cli/run-cli.ts';

const page = readFileSync(join(ROOT, 'docs/station.md'), 'utf8');
const section =
  /^## Where a station and a fleet differ\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)?.[1] ?? '';
const named = [...section.matchAll(/`((?:GET|PUT|POST|DELETE) \/[^`]*)`/g)].map(([, one = '']) => one);
const line = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`;

it('names each operation that a station alone answers, and no other', () => {
  expect([...named].sort()).toEqual(Object.values(peopleContracts).map(line).sort());
});

it('calls none of those that both answer a station’s alone', () => {
  const both = contracts.map(line);
  expect(both.length).toBeGreaterThan(20);
  expect(named.filter((one) => both.includes(one))).toEqual([]);
});

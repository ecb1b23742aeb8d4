import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { documentedContracts as shared } from '../../../lib/service/api/documented.ts';
import { openApiDocument } from '../../../lib/service/api/openapi.ts';
import { segmentsOf } from '../../../lib/service/api/route.ts';
import type { Contract } from '../../../lib/service/contracts/contract.ts';
import { peopleContracts } from '../../../lib/service/contracts/people.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
const contracts: readonly Contract[] = [...shared, ...Object.values(peopleContracts)];
const text = openApiDocument(contracts);
const document = JSON.parse(text) as Document;

describe('the OpenAPI document', () => {
  it('is the one in docs (npm run openapi)', () => {
    expect(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')).toBe(text);
  });

  it('is valid OpenAPI 3.1, and its references lead somewhere', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(text) as Record<string, unknown>);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(0);
    for (const path of references)
      expect(
        path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document),
        path,
      ).toBeDefined();
  });

  it('has each contract, by a name of its own, with its parameters and with problems for errors', () => {
    const ids = contracts.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const contract of contracts) {
      const operation = document.paths[contract.path]?.[contract.method.toLowerCase()];
      expect(operation).toMatchObject({
        operationId: contract.id,
        responses: {
          [contract.status]: { description: expect.any(String) },
          default: { $ref: '#/components/responses/Problem' },
        },
      });
      const inPath = segmentsOf(contract.path).flatMap((part) => /^\{(\w+)\}$/.exec(part)?.[1] ?? []);
      const documented = operation?.parameters?.filter((one) => one.in === 'path') ?? [];
      expect(documented.map(({ name }) => name)).toEqual(inPath);
      expect(documented.every(({ required }) => required)).toBe(true);
    }
  });
});

/** The OpenAPI document, made from the contracts that requests are read by. */
import * as z from 'zod';
import type { Contract } from '../contracts/contract.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, Problem } from '../contracts/problem.ts';

type Json = { readonly [key: string]: unknown };

const TAGS: Readonly<Record<Contract['tag'], string>> = {
  targets: 'What is registered, and who has proven that it is theirs',
  runs: 'Checks, their progress and their reports',
  shares: 'Links to reports',
  schedules: 'Checks that come again by themselves, and when not to',
  alerts: 'Who is notified of changes',
  vantages: 'Machines elsewhere that measure, too',
  fleet: 'The fleet itself',
  people: 'Who may ask a station; in a fleet IAM has all of this, and its API nothing of it',
};

const DESCRIPTION = `Start, follow, fetch and share reachability checks of the deployed fleet, or of a station on one machine. A fleet wants every request signed (AWS Signature Version 4, service \`execute-api\`), and IAM decides by route who may do what; a station wants a token, whose role decides by the same routes. docs/station.md says what a station refuses yet. Times are ISO 8601 in UTC. Errors are problem details (RFC 9457), whose \`type\` is one of: ${Object.keys(
  PROBLEMS,
)
  .map((kind) => `\`urn:inbound-check:problem:${kind}\``)
  .join(', ')}.`;

const problemContent = { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };

/** docs/openapi.json: OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function openApiDocument(contracts: readonly Contract[]): string {
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Inbound Check',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{apiId}.execute-api.{region}.amazonaws.com',
        description: 'The output ApiUrl of the control stack',
        variables: { apiId: { default: 'abcdefghij' }, region: { default: 'eu-central-1' } },
      },
      { url: 'http://127.0.0.1:8025', description: 'A station on this machine' },
    ],
    security: [{ iam: [] }, { token: [] }],
    tags: Object.entries(TAGS)
      .filter(([name]) => contracts.some(({ tag }) => tag === name))
      .map(([name, description]) => ({ name, description })),
    paths: pathsOf(contracts),
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      responses: { Problem: { description: 'A problem (RFC 9457)', content: problemContent } },
      securitySchemes: {
        iam: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4 for the service execute-api',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
        vantageKey: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description:
            'Ed25519 signature of a site vantage over method, path, name, time, nonce and digest of the body (docs/vantages.md)',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of a station, as inbound-check serve token makes it',
        },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pathsOf(contracts: readonly Contract[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const contract of contracts) {
    const path = paths[contract.path] ?? {};
    path[contract.method.toLowerCase()] = operationOf(contract);
    paths[contract.path] = path;
  }
  return paths;
}

const SECURITY = { vantage: [{ vantageKey: [] }], code: [] } as const satisfies Record<
  NonNullable<Contract['caller']>,
  unknown
>;

function operationOf(contract: Contract): Json {
  const { id, tag, summary, caller, params, query, body, status, result, mediaType } = contract;
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(caller !== undefined && { security: SECURITY[caller] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      [status]: {
        description: STATUS_WORDS[status],
        ...(result !== undefined && {
          content: { [mediaType ?? 'application/json']: { schema: schemaOf(result, 'output') } },
        }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const STATUS_WORDS: Readonly<Record<Contract['status'], string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Begun',
  204: 'Done; there is nothing to say',
};

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...own }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: own,
  }));
}

/** Nothing is referred to: a `$ref` inside would be read from the document's root. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    reused: 'inline',
    override({ jsonSchema, zodSchema }) {
      delete jsonSchema.id;
      // zod's own format name, which strict validators refuse; its pattern says the same.
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
      delete jsonSchema.readOnly;
      // A reader must expect what a later version adds.
      if (io === 'output') delete jsonSchema.additionalProperties;
      // A number that comes as text in a query: what is sent is the number.
      if (io === 'input' && isCoercedNumber(zodSchema)) jsonSchema.type = 'integer';
    },
  });
  return inlined(json, (json as { $defs?: Json }).$defs ?? {}) as Json;
}

const isCoercedNumber = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodNumber && 'coerce' in schema._zod.def && schema._zod.def.coerce === true;

/** Schemas with an id of their own come as `$defs`, whatever `reused` says. */
function inlined(value: unknown, definitions: Json): unknown {
  if (Array.isArray(value)) return value.map((one) => inlined(one, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as Readonly<Record<string, unknown>>;
  const name = typeof $ref === 'string' ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined;
  const definition = name === undefined ? {} : (definitions[name] as Json);
  const merged = { ...definition, ...rest };
  return Object.fromEntries(
    Object.entries(merged)
      .filter(([key]) => key !== '$defs')
      .map(([key, inner]) => [key, inlined(inner, definitions)]),
  );
}

/** What the policies in a template allow, statement by statement. */
import * as z from 'zod';

const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));

const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list(z.string()),
  Resource: list(z.unknown()),
  Condition: z.unknown().optional(),
});
export type Statement = z.infer<typeof Statement>;

const Resources = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

export const Document = z.object({ Statement: z.array(Statement) });
const Policy = z.object({ PolicyDocument: Document, Roles: z.array(z.object({ Ref: z.string() })) });
const Role = z.object({
  Policies: z.array(z.object({ PolicyDocument: Document })).default([]),
  ManagedPolicyArns: z.array(z.unknown()).default([]),
});

/** Statements of identity policies, by the logical id of the role that has them. */
export function statementsByRole(template: unknown): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const [id, { Type, Properties }] of Object.entries(Resources.parse(template).Resources)) {
    if (Type === 'AWS::IAM::Role') {
      const { Policies } = Role.parse(Properties);
      found.set(id, [
        ...(found.get(id) ?? []),
        ...Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      ]);
    }
    if (Type === 'AWS::IAM::Policy') {
      const { PolicyDocument, Roles } = Policy.parse(Properties);
      for (const { Ref } of Roles) found.set(Ref, [...(found.get(Ref) ?? []), ...PolicyDocument.Statement]);
    }
  }
  return found;
}

/** Managed policies that roles have; ours have none. */
export const managedPolicies = (template: unknown): unknown[] =>
  Object.values(Resources.parse(template).Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::IAM::Role' ? Role.parse(Properties).ManagedPolicyArns : [],
  );

/** Resources of a type, by logical id. */
export function resourcesOf(template: unknown, type: string): [string, Record<string, unknown>][] {
  return Object.entries(Resources.parse(template).Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type ? [[id, Properties] as [string, Record<string, unknown>]] : [],
  );
}

export const resourceTypes = (template: unknown): Set<string> =>
  new Set(Object.values(Resources.parse(template).Resources).map(({ Type }) => Type));

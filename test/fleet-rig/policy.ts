/** What roles may do: identity policies of a template, evaluated as IAM does (explicit deny, then allow, then deny). */
import type { Stack } from './cloudformation.ts';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, unknown>> | undefined;
}

/** All statements that a role has: inline, and of policies of the template. AWS's own name logs alone. */
export function statementsOf(stack: Stack, roleLogicalId: string): Statement[] {
  const role = stack.physicalName(roleLogicalId);
  const own = stack.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId === roleLogicalId);
  const inline = (own?.properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[];
  const named = (own?.properties.ManagedPolicyArns ?? []) as readonly string[];
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => stack.ofType(type))
    .filter(
      ({ logicalId, properties }) =>
        ((properties.Roles ?? []) as readonly string[]).includes(role) ||
        named.includes(stack.physicalName(logicalId)),
    )
    .map(({ properties }) => properties.PolicyDocument);
  return [...inline.map(({ PolicyDocument }) => PolicyDocument), ...attached].flatMap(statements);
}

/** Of one policy document. */
export function statements(document: unknown): Statement[] {
  const { Statement } = document as { Statement: unknown };
  return asList(Statement).map((one) => {
    const { Effect, Action, Resource, Condition, NotAction, NotResource } = one as Readonly<
      Record<string, unknown>
    >;
    if (NotAction !== undefined || NotResource !== undefined)
      throw new Error('the rig does not know NotAction and NotResource');
    return {
      effect: Effect === 'Deny' ? 'Deny' : 'Allow',
      actions: asList(Action).map(String),
      resources: asList(Resource).map(String),
      conditions: Condition as Statement['conditions'],
    };
  });
}

/**
 * `undefined` when the action is allowed, else the message.
 *
 * @param conditionKeys values of the condition keys that the rig knows (`dynamodb:LeadingKeys`); a statement with another
 * one is a bug of the rig
 */
export function refusal(
  role: string,
  rights: readonly Statement[],
  { action, resource }: { readonly action: string; readonly resource: string },
  conditionKeys: Readonly<Record<string, readonly string[]>> = {},
): string | undefined {
  const applies = (one: Statement): boolean =>
    one.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    one.resources.some((pattern) => matches(pattern, resource)) &&
    holds(one.conditions, conditionKeys);
  const words = `${role} is not authorized to perform: ${action} on resource: ${resource}`;
  if (rights.some((one) => one.effect === 'Deny' && applies(one))) return `${words} with an explicit deny`;
  if (rights.some((one) => one.effect === 'Allow' && applies(one))) return undefined;
  return `${words} because no identity-based policy allows the action`;
}

/** `*` any text, `?` any character. */
function matches(pattern: string, text: string): boolean {
  const source = [...pattern]
    .map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's').test(text);
}

function holds(
  conditions: Statement['conditions'],
  keys: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(conditions ?? {}).every(([operator, wanted]) =>
    Object.entries(wanted as Readonly<Record<string, unknown>>).every(([key, patterns]) => {
      const values = keys[key];
      const name = operator.replace(/^ForAllValues:|^ForAnyValue:/, '');
      if (values === undefined || !['StringEquals', 'StringLike', 'ArnEquals'].includes(name))
        throw new Error(`the rig does not know the condition ${operator} ${key}`);
      const fits = (value: string): boolean =>
        asList(patterns).some((pattern) =>
          name === 'StringEquals' ? pattern === value : matches(String(pattern), value),
        );
      if (operator.startsWith('ForAllValues:')) return values.every(fits);
      // A key that the request does not have fits nothing.
      return values.some(fits);
    }),
  );
}

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ItemCondition, ItemFields } from '../service/ports/item-store.ts';

export interface ConditionExpression {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

const ABSENT = 'attribute_not_exists(pk)';
const PRESENT = 'attribute_exists(pk)';

/** In DynamoDB's syntax. An absent item has no attributes, so `pk` shows whether it exists. */
export function conditionExpression(condition: ItemCondition | undefined): ConditionExpression {
  if (condition === undefined) return {};
  if ('absent' in condition) return { ConditionExpression: ABSENT };
  if ('present' in condition) return { ConditionExpression: PRESENT };
  if ('equals' in condition) return allOf(condition.equals, (all) => [PRESENT, ...all].join(' AND '));
  return allOf(condition.absentOrEquals, (all) =>
    all.length === 0 ? `${ABSENT} OR ${PRESENT}` : `${ABSENT} OR (${all.join(' AND ')})`,
  );
}

function allOf(fields: ItemFields, whole: (all: readonly string[]) => string): ConditionExpression {
  const entries = Object.entries(fields);
  const values = Object.fromEntries(
    entries.flatMap(([, value], index) => (value === undefined ? [] : [[`:f${index}`, value]])),
  );
  return {
    ConditionExpression: whole(
      entries.map(([, value], index) =>
        value === undefined ? `attribute_not_exists(#f${index})` : `#f${index} = :f${index}`,
      ),
    ),
    // DynamoDB refuses empty lists of names and of values.
    ...(entries.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#f${index}`, name])),
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
  };
}

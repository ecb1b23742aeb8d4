import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of cdk-nag, or of CDK's own validation, on a construct and what it holds, and says why. `id` names
 * the finding itself (`AwsSolutions-IAM5[Resource::*]`), so that a second one on the same construct is still reported.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** The same for a right on all resources that fit an ARN with a `*` in it. */
export function acknowledgeWildcard(construct: IConstruct, arn: string, reason: string): void {
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(arn))}]`, reason);
}

/** cdk-nag's way to write what CloudFormation resolves: `<LogicalId.Arn>:*`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
      const [delimiter, parts] = value['Fn::Join'] as [string, unknown[]];
      return parts.map(flat).join(delimiter);
    }
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt']))
      return `<${value['Fn::GetAtt'].join('.')}>`;
    if ('Ref' in value) return `<${String(value.Ref)}>`;
  }
  return JSON.stringify(value);
}

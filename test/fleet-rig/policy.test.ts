import { describe, expect, it } from 'vitest';
import { createStack } from './cloudformation.ts';
import { refusal, statementsOf } from './policy.ts';

const stack = createStack('fleet', 'eu-central-1', {
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket' },
    Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'runs' } },
    Role: { Type: 'AWS::IAM::Role' },
    Other: { Type: 'AWS::IAM::Role' },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:PutObject',
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/runs/*/raw/*']] },
            },
            {
              Effect: 'Allow',
              Action: ['dynamodb:GetItem', 'dynamodb:*Item'],
              Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
              Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#*'] } },
            },
            { Effect: 'Deny', Action: 's3:*', Resource: '*/raw/secret' },
          ],
        },
      },
    },
  },
});

const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/runs';
const rights = statementsOf(stack, 'Role');

describe('rights of a role', () => {
  it.each([
    ['s3:PutObject', 'arn:aws:s3:::fleet-bucket/runs/a/raw/1-x.json', undefined, true],
    ['s3:PutObject', 'arn:aws:s3:::fleet-bucket/runs/a/report.json', undefined, false],
    ['s3:GetObject', 'arn:aws:s3:::fleet-bucket/runs/a/raw/1-x.json', undefined, false],
    ['s3:PutObject', 'arn:aws:s3:::fleet-bucket/runs/a/raw/secret', undefined, false],
    ['dynamodb:PutItem', table, ['RUN#1'], true],
    ['dynamodb:PutItem', table, ['TARGET#1'], false],
    ['dynamodb:PutItem', `${table}2`, ['RUN#1'], false],
    ['dynamodb:Query', table, ['RUN#1'], false],
  ])('%s on %s with keys %s: %s', (action, resource, keys, allowed) => {
    const message = refusal('Role', rights, { action, resource }, keys && { 'dynamodb:LeadingKeys': keys });
    expect(message === undefined).toBe(allowed);
  });

  it('belong to the roles of the policy alone', () => {
    expect(statementsOf(stack, 'Other')).toEqual([]);
  });

  it('does not pass over a condition that it does not know', () => {
    const unknown = [
      {
        effect: 'Allow' as const,
        actions: ['*'],
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': true } },
      },
    ];
    expect(() => refusal('Role', unknown, { action: 's3:GetObject', resource: 'x' })).toThrow(
      /SecureTransport/,
    );
  });
});

/** What a deployment of the assembly consists of, as far as the rig runs it: functions, roles, machines, stores. */
import { join } from 'node:path';
import type { Assembly } from './assembly.ts';
import type { Stack } from './cloudformation.ts';
import { type DistributionPlan, distributionOf } from './cloudfront.ts';
import type { TablePlan } from './dynamodb.ts';
import { type RulePlan, rulesOf } from './event-rules.ts';
import { type HttpApiPlan, httpApiOf } from './http-api.ts';
import { type JournalPlan, journalOf } from './journal.ts';
import type { DeployedFunction } from './lambda-api.ts';
import { type Statement, statements, statementsOf } from './policy.ts';
import { type SchedulerPlan, schedulerOf } from './scheduler-api.ts';
import { type TopicPlan, topicsOf } from './sns.ts';
import type { Definition } from './states-language.ts';

/** A role with keys of its own, so that a signed request shows who sent it. */
export interface Principal {
  readonly accessKeyId: string;
  readonly role: string;
  /** Absent: an AWS service. */
  readonly arn?: string;
  readonly rights: readonly Statement[];
}

export interface PlannedFunction extends Omit<DeployedFunction, 'prefix'> {
  /** As the template has it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly principal: Principal;
}

/** A role that other roles may assume. */
export interface AssumableRole {
  readonly arn: string;
  readonly principal: Principal;
  /** Of its trust policy. */
  readonly trust: readonly Statement[];
}

export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly definition: Definition;
  readonly principal: Principal;
}

export interface Deployment {
  readonly homeRegion: string;
  readonly functions: readonly PlannedFunction[];
  readonly machines: readonly Machine[];
  readonly buckets: readonly string[];
  readonly table: TablePlan;
  /** ARNs of the keys that sign. */
  readonly signingKeys: readonly string[];
  /** Absent: the fleet is deployed without links. */
  readonly distribution: DistributionPlan | undefined;
  readonly journal: JournalPlan;
  /** Rules of the bus that invoke functions. */
  readonly rules: readonly RulePlan[];
  readonly topics: readonly TopicPlan[];
  readonly api: HttpApiPlan;
  readonly scheduler: SchedulerPlan;
  readonly assumable: readonly AssumableRole[];
}

export function readDeployment(assembly: Assembly): Deployment {
  const { stacks } = assembly;
  const home = stacks.find((stack) => stack.ofType('AWS::StepFunctions::StateMachine').length > 0);
  if (home === undefined) throw new Error('no stack has a state machine');
  const principals = new Map<string, Principal>();
  const principalOf = (stack: Stack, roleArn: string): Principal => {
    const known = principals.get(roleArn);
    if (known !== undefined) return known;
    const role = stack.ofType('AWS::IAM::Role').find(({ logicalId }) => stack.arn(logicalId) === roleArn);
    if (role === undefined) throw new Error(`${stack.name} has no role ${roleArn}`);
    const made: Principal = {
      accessKeyId: `RIGKEY${String(principals.size + 1).padStart(6, '0')}`,
      role: stack.physicalName(role.logicalId),
      arn: roleArn,
      rights: statementsOf(stack, role.logicalId),
    };
    principals.set(roleArn, made);
    return made;
  };
  return {
    homeRegion: home.region,
    functions: stacks.flatMap((stack) => functionsOf(assembly, stack, principalOf)),
    machines: home
      .ofType('AWS::StepFunctions::StateMachine')
      .map(({ logicalId, properties: { RoleArn, DefinitionString } }) => ({
        name: home.physicalName(logicalId),
        arn: home.arn(logicalId),
        roleArn: String(RoleArn),
        definition: JSON.parse(String(DefinitionString)) as Definition,
        principal: principalOf(home, String(RoleArn)),
      })),
    buckets: home.ofType('AWS::S3::Bucket').map(({ logicalId }) => home.physicalName(logicalId)),
    table: tableOf(home),
    signingKeys: home
      .ofType('AWS::KMS::Key')
      .filter(({ properties }) => properties.KeySpec === 'ECC_NIST_EDWARDS25519')
      .map(({ logicalId }) => home.arn(logicalId)),
    distribution: distributionOf(home),
    journal: journalOf(home),
    rules: rulesOf(home),
    topics: topicsOf(home),
    api: httpApiOf(home),
    scheduler: schedulerOf(home, principalOf),
    assumable: stacks.flatMap((stack) => assumableIn(stack, principalOf)),
  };
}

/** Roles that trust an account, and not only a service. */
function assumableIn(
  stack: Stack,
  principalOf: (stack: Stack, roleArn: string) => Principal,
): AssumableRole[] {
  return stack.ofType('AWS::IAM::Role').flatMap(({ logicalId, properties: { AssumeRolePolicyDocument } }) => {
    if (!JSON.stringify(AssumeRolePolicyDocument).includes('"AWS":')) return [];
    const arn = stack.arn(logicalId);
    return [{ arn, principal: principalOf(stack, arn), trust: statements(AssumeRolePolicyDocument) }];
  });
}

function functionsOf(
  assembly: Assembly,
  stack: Stack,
  principalOf: (stack: Stack, roleArn: string) => Principal,
): PlannedFunction[] {
  // CDK's own, which CloudFormation calls while it deploys: console-home.ts does its work.
  const deploying = new Set(
    stack.ofType('Custom::CDKBucketDeployment').map(({ properties }) => String(properties.ServiceToken)),
  );
  const functions = stack
    .ofType('AWS::Lambda::Function')
    .filter(({ logicalId }) => !deploying.has(stack.arn(logicalId)));
  return functions.map(({ logicalId, properties }) => {
    const { Handler, Code, Environment, Timeout, MemorySize, ReservedConcurrentExecutions, Role, Runtime } =
      properties;
    if (Runtime !== 'nodejs24.x')
      throw new Error(`the rig runs functions on Node 24, not on ${String(Runtime)}`);
    // `index.handler`: export `handler` of the file index.mjs.
    const [file = '', handler = ''] = String(Handler).split('.');
    const { S3Key } = Code as { readonly S3Key: string };
    const { Variables = {} } = (Environment ?? {}) as {
      readonly Variables?: Readonly<Record<string, string>>;
    };
    return {
      name: stack.physicalName(logicalId),
      region: stack.region,
      arn: stack.arn(logicalId),
      code: { file: join(assembly.assetFolder(stack, S3Key), `${file}.mjs`), handler },
      variables: Variables,
      timeoutMs: Number(Timeout) * 1_000,
      memoryMb: Number(MemorySize),
      ...(ReservedConcurrentExecutions !== undefined && {
        concurrency: Number(ReservedConcurrentExecutions),
      }),
      principal: principalOf(stack, String(Role)),
    };
  });
}

function tableOf(home: Stack): Deployment['table'] {
  const [table, ...more] = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'].flatMap((type) =>
    home.ofType(type),
  );
  if (table === undefined || more.length > 0) throw new Error('the rig runs one table');
  const named = (keys: unknown, type: 'HASH' | 'RANGE'): string =>
    (keys as readonly KeyElement[]).find(({ KeyType }) => KeyType === type)?.AttributeName ?? '';
  const { KeySchema, GlobalSecondaryIndexes = [] } = table.properties;
  return {
    name: home.physicalName(table.logicalId),
    partitionKey: named(KeySchema, 'HASH'),
    sortKey: named(KeySchema, 'RANGE'),
    indexes: (GlobalSecondaryIndexes as readonly IndexElement[]).map((index) => ({
      name: index.IndexName,
      partitionKey: named(index.KeySchema, 'HASH'),
      sortKey: named(index.KeySchema, 'RANGE'),
    })),
  };
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}
interface IndexElement {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
}

/** As much of CloudFormation as it takes to read a synthesized template: what its functions (Ref, Fn::…) come to. */
import { ACCOUNT } from './account.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly template: Template;
  /** A value of the template with all functions of CloudFormation carried out. */
  resolve(value: unknown): unknown;
  /** What `Ref` and `Fn::GetAtt Arn` give. */
  arn(logicalId: string): string;
  physicalName(logicalId: string): string;
  /** Resources of a type, with resolved properties. */
  ofType(
    type: string,
  ): { readonly logicalId: string; readonly properties: Readonly<Record<string, unknown>> }[];
}

interface Naming {
  /** Property that gives the physical name. */
  readonly property?: string;
  /** `service:REGION:ACCOUNT:` + this + name. */
  readonly arn: (name: string, region: string) => string;
  /** `Ref` gives the ARN, not the name. */
  readonly refIsArn?: true;
}

const regional =
  (service: string, prefix: string) =>
  (name: string, region: string): string =>
    `arn:aws:${service}:${region}:${ACCOUNT}:${prefix}${name}`;

/** Return values of `Ref` and `Arn` (CloudFormation template reference, each type's "Return values"). */
const NAMINGS: Readonly<Record<string, Naming>> = {
  'AWS::Lambda::Function': { property: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::S3::Bucket': { property: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::DynamoDB::Table': { property: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::DynamoDB::GlobalTable': { property: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    arn: regional('states', 'stateMachine:'),
    refIsArn: true,
  },
  'AWS::IAM::Role': { property: 'RoleName', arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}` },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    arn: (name, region) => `${regional('logs', 'log-group:')(name, region)}:*`,
  },
  'AWS::SNS::Topic': { property: 'TopicName', arn: regional('sns', ''), refIsArn: true },
  'AWS::SQS::Queue': { property: 'QueueName', arn: regional('sqs', '') },
  'AWS::KMS::Key': { arn: regional('kms', 'key/') },
  'AWS::Events::EventBus': { property: 'Name', arn: regional('events', 'event-bus/') },
  'AWS::Scheduler::ScheduleGroup': { property: 'Name', arn: regional('scheduler', 'schedule-group/') },
  'AWS::Events::Rule': { property: 'Name', arn: regional('events', 'rule/') },
};
const OTHER: Naming = { arn: regional('other', '') };

/** Ids that AWS makes, which are part of names that others use. */
const COGNITO_IDS: Readonly<Record<string, (region: string) => string>> = {
  'AWS::Cognito::UserPool': (region) => `${region}_RigPool01`,
  'AWS::Cognito::UserPoolClient': () => 'rigbrowserclient',
  'AWS::Cognito::IdentityPool': (region) => `${region}:0a1b2c3d-1111-4000-8000-000000000000`,
};

/** Where a browser finds what was made. */
const SERVED: Readonly<Record<string, (name: string, region: string) => string>> = {
  'AWS::CloudFront::Distribution DomainName': (name) => `${name.toLowerCase()}.cloudfront.net`,
  'AWS::ApiGatewayV2::Api ApiEndpoint': (name, region) =>
    `https://${name.toLowerCase()}.execute-api.${region}.amazonaws.com`,
  'AWS::Cognito::UserPool ProviderName': (name, region) => `cognito-idp.${region}.amazonaws.com/${name}`,
};

/** @param account in which it is deployed */
export function createStack(name: string, region: string, template: Template, account = ACCOUNT): Stack {
  const namingOf = (logicalId: string): Naming => NAMINGS[resource(logicalId).Type] ?? OTHER;

  function resource(logicalId: string): Resource {
    const found = template.Resources[logicalId];
    if (found === undefined) throw new Error(`${name} has no resource ${logicalId}`);
    return found;
  }
  function physicalName(logicalId: string): string {
    const cognito = COGNITO_IDS[resource(logicalId).Type];
    if (cognito !== undefined) return cognito(region);
    const { property } = namingOf(logicalId);
    const given = property === undefined ? undefined : resolve(resource(logicalId).Properties?.[property]);
    if (typeof given === 'string') return given;
    const generated = `${name}-${logicalId}`;
    return resource(logicalId).Type === 'AWS::S3::Bucket' ? generated.toLowerCase().slice(0, 63) : generated;
  }
  const arn = (logicalId: string): string =>
    namingOf(logicalId).arn(physicalName(logicalId), region).replace(`:${ACCOUNT}:`, `:${account}:`);

  function ref(to: string): unknown {
    switch (to) {
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return name;
      case 'AWS::StackId':
        return `${regional('cloudformation', 'stack/')(name, region)}/rig`;
      case 'AWS::NoValue':
        return undefined;
      default:
        if (template.Parameters?.[to] !== undefined) return template.Parameters[to].Default;
        return namingOf(to).refIsArn ? arn(to) : physicalName(to);
    }
  }
  function attribute(logicalId: string, wanted: string): string {
    if (wanted === 'Arn' || wanted === 'TopicArn') return arn(logicalId);
    if (wanted === 'Name') return physicalName(logicalId);
    const served = SERVED[`${resource(logicalId).Type} ${wanted}`];
    if (served !== undefined) return served(physicalName(logicalId), region);
    return resource(logicalId).Properties === undefined ? '' : `${physicalName(logicalId)}.${wanted}`;
  }
  function substitute(text: string, variables: Readonly<Record<string, unknown>>): string {
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, variable: string) => {
      if (literal !== '') return whole.replace('!', '');
      if (variable in variables) return String(resolve(variables[variable]));
      const [logicalId = '', wanted] = variable.split('.');
      return wanted === undefined ? String(ref(variable)) : attribute(logicalId, wanted);
    });
  }
  function call(fn: string, given: unknown): unknown {
    const list = (): unknown[] => resolve(given) as unknown[];
    switch (fn) {
      case 'Ref':
        return ref(String(given));
      case 'Fn::GetAtt': {
        const [logicalId = '', wanted = ''] = Array.isArray(given)
          ? (given as string[])
          : String(given).split('.');
        return attribute(logicalId, wanted);
      }
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.join(separator);
      }
      case 'Fn::Sub':
        return Array.isArray(given)
          ? substitute(String(given[0]), given[1] as Record<string, unknown>)
          : substitute(String(given), {});
      case 'Fn::Select': {
        const [index, from] = list() as [number | string, unknown[]];
        return from[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::FindInMap': {
        const [map = '', top = '', second = ''] = list() as string[];
        return template.Mappings?.[map]?.[top]?.[second];
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
      default:
        throw new Error(`the rig does not know ${fn}`);
    }
  }
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return call(...only);
    return Object.fromEntries(
      entries
        .map(([key, inner]) => [key, resolve(inner)] as const)
        .filter(([, inner]) => inner !== undefined),
    );
  }

  return {
    name,
    region,
    template,
    resolve,
    arn,
    physicalName,
    ofType: (type) =>
      Object.entries(template.Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([logicalId, { Properties = {} }]) => ({
          logicalId,
          properties: resolve(Properties) as Readonly<Record<string, unknown>>,
        })),
  };
}

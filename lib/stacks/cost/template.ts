/**
 * What the cost depends on, read out of synthesized CloudFormation templates and so from what is really deployed: the
 * state machines' definitions, and the memory of each function.
 */
import * as z from 'zod';

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });
export const Template = z.object({ Resources: z.record(z.string(), Resource) });
export type Template = z.infer<typeof Template>;

/** A state of the Amazon States Language, the parts that are needed to go through a definition. */
export interface MachineState {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: MachineDefinition & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly [field: string]: unknown;
}
export interface MachineDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, MachineState>>;
  readonly [field: string]: unknown;
}

/** The definitions of all state machines, by name. References are in them as `${LogicalId}` or `${LogicalId.Arn}`. */
export function definitions(template: Template): Map<string, MachineDefinition> {
  return new Map(
    ofType(template, 'AWS::StepFunctions::StateMachine').map(({ StateMachineName, DefinitionString }) => [
      String(StateMachineName),
      JSON.parse(text(DefinitionString)) as MachineDefinition,
    ]),
  );
}

/** MiB of each function, by its whole name. */
export function functionMemory(template: Template): Map<string, number> {
  return new Map(
    ofType(template, 'AWS::Lambda::Function').map(({ FunctionName, MemorySize }) => [
      String(FunctionName),
      z.number().parse(MemorySize),
    ]),
  );
}

/** How many functions are in a VPC. */
export const functionsInVpc = (template: Template): number =>
  ofType(template, 'AWS::Lambda::Function').filter(({ VpcConfig }) => VpcConfig !== undefined).length;

/** Metrics that alarms watch, each of those in an expression: that is what AWS asks for. */
export function alarmedMetrics(template: Template): number {
  return ofType(template, 'AWS::CloudWatch::Alarm').reduce((sum, { Metrics }) => {
    const watched = Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in Object(metric)) : [];
    return sum + Math.max(1, watched.length);
  }, 0);
}

/** How many resources of a type there are. */
export const countOf = (template: Template, type: string): number => ofType(template, type).length;

function ofType(template: Template, type: string): Record<string, unknown>[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Type === type ? [Properties ?? {}] : [],
  );
}

/** A CloudFormation value as text. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const parsed = Intrinsic.parse(value);
  if ('Fn::Join' in parsed) {
    const [delimiter, parts] = parsed['Fn::Join'];
    return parts.map(text).join(delimiter);
  }
  return `\${${'Ref' in parsed ? parsed.Ref : parsed['Fn::GetAtt'].join('.')}}`;
}

const Intrinsic = z.union([
  z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
  z.strictObject({ Ref: z.string() }),
  z.strictObject({ 'Fn::GetAtt': z.array(z.string()) }),
]);

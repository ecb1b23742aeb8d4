/**
 * Rules of the event bus whose target is a log group: EventBridge makes a log stream and writes the event into it, by the
 * policy on the log group alone. What it may not write goes to the rule's dead-letter queue.
 */
import type { Stack } from './cloudformation.ts';
import type { PutEvent } from './event-bus.ts';
import { type EventPattern, matchesPattern } from './event-pattern.ts';
import { refusal, type Statement, statements } from './policy.ts';

export interface JournalPlan {
  readonly bus: string;
  readonly ruleArn: string;
  readonly pattern: EventPattern;
  /** ARN of the log group, without `:*`. */
  readonly logGroupArn: string;
  /** What the log group's policy allows or denies EventBridge. */
  readonly rights: readonly Statement[];
}

export interface Journal {
  /** Events that were written, oldest first. */
  readonly written: readonly PutEvent[];
  /** Events that were not, each with the refusal. */
  readonly lost: readonly { readonly event: PutEvent; readonly why: string }[];
  take(event: PutEvent): void;
}

const SERVICE = 'events.amazonaws.com';

/** The one journal of a stack. */
export function journalOf(stack: Stack): JournalPlan {
  const [plan, ...more] = stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) =>
    (properties.Targets as readonly { readonly Arn: string }[])
      .filter(({ Arn }) => Arn.includes(':log-group:'))
      .map(
        ({ Arn }): JournalPlan => ({
          bus: String(properties.EventBusName),
          ruleArn: ruleArn(stack, logicalId, properties),
          pattern: properties.EventPattern as EventPattern,
          logGroupArn: Arn,
          rights: rightsOn(stack, Arn),
        }),
      ),
  );
  if (plan === undefined || more.length > 0) throw new Error('the rig runs one journal');
  return plan;
}

/** A rule of a bus of one's own has the bus in its ARN (CloudFormation, AWS::Events::Rule, return values). */
function ruleArn(stack: Stack, logicalId: string, properties: Readonly<Record<string, unknown>>): string {
  const name = stack.physicalName(logicalId);
  return stack.arn(logicalId).replace(new RegExp(`${name}$`), `${String(properties.EventBusName)}/${name}`);
}

function rightsOn(stack: Stack, logGroupArn: string): Statement[] {
  const group = stack
    .ofType('AWS::Logs::LogGroup')
    .find(({ logicalId }) => stack.arn(logicalId) === `${logGroupArn}:*`);
  const { Statement = [] } = (group?.properties.ResourcePolicyDocument ?? {}) as {
    readonly Statement?: readonly {
      readonly Principal?: { readonly Service?: string | readonly string[] };
    }[];
  };
  return statements({
    Statement: Statement.filter(({ Principal }) => [Principal?.Service].flat().includes(SERVICE)),
  });
}

/** Writes what the rule matches. */
export function openJournal({ bus, ruleArn, pattern, logGroupArn, rights }: JournalPlan): Journal {
  const written: PutEvent[] = [];
  const lost: { event: PutEvent; why: string }[] = [];
  const resource = `${logGroupArn}:log-stream:rig`;
  // Reported by users and in no document (docs/aws-facts.md): the rule is named with the events, not with the stream.
  const requests = [
    { action: 'logs:CreateLogStream', sourceArn: [] },
    { action: 'logs:PutLogEvents', sourceArn: [ruleArn] },
  ];
  return {
    written,
    lost,
    take(event) {
      if (event.bus !== bus || !matchesPattern(pattern, event)) return;
      const why = requests
        .map(({ action, sourceArn }) =>
          refusal(SERVICE, rights, { action, resource }, { 'aws:SourceArn': sourceArn }),
        )
        .find((refused) => refused !== undefined);
      if (why === undefined) written.push(event);
      else lost.push({ event, why });
    },
  };
}

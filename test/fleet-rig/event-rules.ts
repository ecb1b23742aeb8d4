/**
 * Rules of the event bus that invoke functions, as the template has them: EventBridge hands the event to Lambda, which
 * invokes asynchronously, tries again as the function is configured, and passes on what finally failed.
 */
import { randomUUID } from 'node:crypto';
import { ACCOUNT } from './account.ts';
import type { Stack } from './cloudformation.ts';
import type { Principal } from './deployment.ts';
import type { EventBus, PutEvent } from './event-bus.ts';
import { type EventPattern, matchesPattern } from './event-pattern.ts';
import { invokeLater, type LambdaApi } from './lambda-api.ts';

export interface RulePlan {
  readonly bus: string;
  /** EventBridge as the function's own policy lets it in for this rule, or not. */
  readonly principal: Principal;
  readonly functionName: string;
  readonly region: string;
  /** Absent: the rule goes by the clock. */
  readonly pattern: EventPattern | undefined;
  /** After the first invocation. */
  readonly retries: number;
  /** ARN of the queue for events that could not be handed to Lambda, and for those that the function failed on. */
  readonly undelivered: string | undefined;
  readonly failed: string | undefined;
}

interface Target {
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}
interface Permission {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
}
interface InvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** AWS Lambda, asynchronous invocation: two more attempts by default. */
const DEFAULT_RETRIES = 2;

export function rulesOf(stack: Stack): RulePlan[] {
  const permissions = stack
    .ofType('AWS::Lambda::Permission')
    .map(({ properties }) => properties as unknown as Permission);
  const configs = stack
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map(({ properties }) => properties as unknown as InvokeConfig);
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) =>
    (properties.Targets as readonly Target[])
      .filter(({ Arn }) => Arn.includes(':function:'))
      .map(({ Arn, DeadLetterConfig }): RulePlan => {
        const functionName = Arn.split(':').at(-1) ?? '';
        const isOf = (name: string): boolean => name === Arn || name === functionName;
        const allowed = permissions.some(
          (one) =>
            one.Action === 'lambda:InvokeFunction' &&
            one.Principal === 'events.amazonaws.com' &&
            one.SourceArn === stack.arn(logicalId) &&
            isOf(one.FunctionName),
        );
        const config = configs.find(({ FunctionName }) => isOf(FunctionName));
        return {
          bus: String(properties.EventBusName),
          principal: {
            accessKeyId: `RIGRULE${logicalId.toUpperCase()}`,
            role: 'events.amazonaws.com',
            rights: allowed
              ? [
                  {
                    effect: 'Allow',
                    actions: ['lambda:InvokeFunction'],
                    resources: [Arn],
                    conditions: undefined,
                  },
                ]
              : [],
          },
          functionName,
          region: stack.region,
          pattern: properties.EventPattern as RulePlan['pattern'],
          retries: config?.MaximumRetryAttempts ?? DEFAULT_RETRIES,
          undelivered: DeadLetterConfig?.Arn,
          failed: config?.DestinationConfig?.OnFailure?.Destination,
        };
      }),
  );
}

export interface DeadLetter {
  readonly queue: string;
  /** The event as the function would have got it. */
  readonly event: Readonly<Record<string, unknown>>;
}

export interface Deliveries {
  readonly deadLetters: readonly DeadLetter[];
  /** Wakes the functions that rules call by the clock. */
  tick(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** Carries each event on from when this is called. Retries follow immediately. */
export function carryEvents(
  bus: EventBus,
  rules: readonly RulePlan[],
  lambda: Pick<LambdaApi, 'url' | 'freed'>,
): Deliveries {
  const deadLetters: DeadLetter[] = [];
  const underWay = new Set<Promise<void>>();
  const lose = (queue: string | undefined, event: DeadLetter['event']): void => {
    if (queue !== undefined) deadLetters.push({ queue, event });
  };
  async function carry(rule: RulePlan, event: DeadLetter['event']): Promise<void> {
    for (let tries = 0; tries <= rule.retries; tries += 1) {
      const answer = await invokeLater(lambda, rule.functionName, {
        region: rule.region,
        accessKeyId: rule.principal.accessKeyId,
        payload: JSON.stringify(event),
      });
      const failed = answer.headers.has('x-amz-function-error');
      await answer.text();
      if (answer.status !== 200) return lose(rule.undelivered, event);
      if (!failed) return;
    }
    lose(rule.failed, event);
  }
  bus.takers.push((put) => {
    for (const rule of rules) {
      if (rule.pattern === undefined || rule.bus !== put.bus || !matchesPattern(rule.pattern, put)) continue;
      const work = carry(rule, envelope(put, rule.region));
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    }
  });
  return {
    deadLetters,
    async tick() {
      const byClock = rules.filter(({ pattern }) => pattern === undefined);
      await Promise.all(byClock.map((rule) => carry(rule, scheduledEvent(rule.region))));
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** What a rule with a schedule sends. */
const scheduledEvent = (region: string) =>
  envelope({ source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [] }, region);

/** EventBridge user guide, "Events": what a target gets. */
const envelope = ({ source, detailType, detail, resources }: Omit<PutEvent, 'bus'>, region: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account: ACCOUNT,
  time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  region,
  resources,
  detail,
});

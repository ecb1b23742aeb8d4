/**
 * EventBridge Scheduler's REST API: keeps schedules as they were sent, for callers with permission, and calls a schedule's target
 * when a test says that it is due, by the rights of the schedule's own role.
 */
import { randomUUID } from 'node:crypto';
import { ACCOUNT } from './account.ts';
import type { Stack } from './cloudformation.ts';
import type { Principal } from './deployment.ts';
import { type Action, type Front, startFront } from './front.ts';
import { invokeLater, type LambdaApi } from './lambda-api.ts';
import { type ApiAnswer, type ApiRequest, jsonError } from './loopback-server.ts';

export interface SchedulerPlan {
  readonly region: string;
  /** Names of schedule groups. */
  readonly groups: readonly string[];
  /** Roles that the service may assume, by ARN. */
  readonly roles: ReadonlyMap<string, Principal>;
}

/** A request as it was sent, with the name of the path. */
export type SentSchedule = Readonly<Record<string, unknown>> & {
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpression: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input: string;
    readonly DeadLetterConfig?: { readonly Arn: string };
  };
};

export interface Fired {
  readonly status: number;
  /** What the function answered, or its error. */
  readonly body: unknown;
}

export interface SchedulerService extends Front {
  readonly schedules: () => readonly SentSchedule[];
  /** Takes one away behind everybody's back. */
  lose(name: string): void;
  /** Calls the target as if the schedule were due then; rejects for one that is not there or switched off. */
  fire(name: string, due: { readonly scheduledTime: string; readonly executionId?: string }): Promise<Fired>;
}

type Authorise = (
  request: ApiRequest,
  action: Action,
  keys?: Readonly<Record<string, readonly string[]>>,
) => string | undefined;

const SERVICE = 'scheduler.amazonaws.com';

export function schedulerOf(
  stack: Stack,
  principalOf: (stack: Stack, roleArn: string) => Principal,
): SchedulerPlan {
  const assumable = stack.ofType('AWS::IAM::Role').filter(({ properties }) => {
    const { Statement } = properties.AssumeRolePolicyDocument as {
      readonly Statement: readonly { readonly Principal: { readonly Service?: string } }[];
    };
    return Statement.some(({ Principal: who }) => who.Service === SERVICE);
  });
  return {
    region: stack.region,
    groups: stack
      .ofType('AWS::Scheduler::ScheduleGroup')
      .map(({ logicalId }) => stack.physicalName(logicalId)),
    roles: new Map(
      assumable.map(({ logicalId }) => {
        const arn = stack.arn(logicalId);
        return [arn, principalOf(stack, arn)];
      }),
    ),
  };
}

/** API reference, CreateSchedule: request syntax and constraints, as far as ours are concerned. */
const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const EXPRESSION = /^(rate\([1-9]\d* minutes\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$/;
const MAX_START_AGE_MS = 300_000;

export async function startScheduler(
  { region, groups, roles }: SchedulerPlan,
  authorise: Authorise,
  lambda: () => Pick<LambdaApi, 'url' | 'freed'>,
): Promise<SchedulerService> {
  const kept = new Map<string, SentSchedule>();
  const tokens = new Map<string, string>();

  function problemWith(sent: SentSchedule, request: ApiRequest): ApiAnswer | undefined {
    const { Target: target, ScheduleExpression: expression, StartDate: start } = sent;
    if (!groups.includes(sent.GroupName))
      return jsonError(404, 'ResourceNotFoundException', `Schedule group ${sent.GroupName} does not exist.`);
    const isPast = typeof start === 'number' && start * 1_000 < Date.now() - MAX_START_AGE_MS;
    if (isPast) return invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
    const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ');
    if (!EXPRESSION.test(expression) || (fields && (fields[2] === '?') === (fields[4] === '?')))
      return invalid(`Invalid Schedule Expression ${expression}.`);
    if (!NAME.test(sent.Name)) return invalid(`Invalid name ${sent.Name}.`);
    const passed = authorise(
      request,
      { action: 'iam:PassRole', resource: target.RoleArn },
      { 'iam:PassedToService': [SERVICE] },
    );
    if (passed !== undefined) return jsonError(403, 'AccessDeniedException', passed);
    if (!roles.has(target.RoleArn))
      return invalid(
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      );
    return undefined;
  }

  async function service(request: ApiRequest): Promise<ApiAnswer> {
    const sent = sentBy(request);
    const key = `${sent.GroupName}/${sent.Name}`;
    const there = kept.get(key);
    switch (request.method) {
      case 'POST':
      case 'PUT': {
        const problem = problemWith(sent, request);
        if (problem !== undefined) return problem;
        const token = String(sent.ClientToken);
        // A call that is repeated is one call (ClientToken).
        if (request.method === 'POST' && there !== undefined && tokens.get(key) !== token)
          return jsonError(409, 'ConflictException', `Schedule ${sent.Name} already exists.`);
        if (request.method === 'PUT' && there === undefined) return absent(sent.Name);
        kept.set(key, sent);
        tokens.set(key, token);
        return json({ ScheduleArn: arnOf(region, key) });
      }
      case 'GET':
        return there === undefined ? absent(sent.Name) : json({ ...there, Arn: arnOf(region, key) });
      case 'DELETE':
        return kept.delete(key) ? json({}) : absent(sent.Name);
      default:
        return invalid(request.method);
    }
  }

  const front = await startFront({
    actionOf: (request) => {
      const action = ACTIONS[request.method];
      if (action === undefined || !/^\/schedules\/[^/]+$/.test(request.path)) return undefined;
      const { GroupName, Name } = sentBy(request);
      return { action, resource: arnOf(request.caller?.region ?? '', `${GroupName}/${Name}`) };
    },
    authorise,
    deny: (message) => jsonError(403, 'AccessDeniedException', message),
    service,
  });
  return Object.assign(front, {
    schedules: () => [...kept.values()],
    lose(name: string) {
      for (const key of kept.keys()) if (key.endsWith(`/${name}`)) kept.delete(key);
    },
    async fire(name: string, due: { readonly scheduledTime: string; readonly executionId?: string }) {
      const found = [...kept.values()].find((one) => one.Name === name);
      if (found === undefined || found.State === 'DISABLED') throw new Error(`nothing is due of ${name}`);
      const role = roles.get(found.Target.RoleArn);
      if (role === undefined) throw new Error(`nobody may assume ${found.Target.RoleArn}`);
      const attributes: Readonly<Record<string, string>> = {
        'scheduled-time': due.scheduledTime,
        'execution-id': due.executionId ?? randomUUID(),
      };
      const payload = found.Target.Input.replace(
        /<aws\.scheduler\.([a-z-]+)>/g,
        (whole, attribute: string) => attributes[attribute] ?? whole,
      );
      const answer = await invokeLater(lambda(), found.Target.Arn, {
        region,
        accessKeyId: role.accessKeyId,
        payload,
      });
      return { status: answer.status, body: await answer.json() };
    },
  });
}

const ACTIONS: Readonly<Record<string, string>> = {
  POST: 'scheduler:CreateSchedule',
  PUT: 'scheduler:UpdateSchedule',
  GET: 'scheduler:GetSchedule',
  DELETE: 'scheduler:DeleteSchedule',
};

/** The group is in the body, or in the query where there is none. */
function sentBy({ path, query, body }: ApiRequest): SentSchedule {
  const sent = body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>);
  return {
    GroupName: query.get('groupName') ?? 'default',
    ...sent,
    Name: decodeURIComponent(path.split('/').at(-1) ?? ''),
  } as unknown as SentSchedule;
}

const arnOf = (region: string, key: string): string =>
  `arn:aws:scheduler:${region}:${ACCOUNT}:schedule/${key}`;
const invalid = (message: string): ApiAnswer => jsonError(400, 'ValidationException', message);
const absent = (name: string): ApiAnswer =>
  jsonError(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
const json = (body: unknown): ApiAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** From the event bus to the receivers: rule, notifier, webhooks and mail topic, as they are deployed. */

import { createHmac } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ChangeEvent } from '../../lib/model/change-event.ts';
import { newSecret } from '../../lib/service/alerts/generic.ts';
import { CHANGE, EVENT_SOURCE, RUN_FINISHED } from '../../lib/service/runs/run-events.ts';
import type { Webhook } from '../../lib/service/state/webhooks.ts';
import { change, HOSTILE, hostileChange } from '../service/alerts/change.ts';
import { type Answer, answering, inTurn, type Receiver, startReceiver } from '../service/alerts/receiver.ts';
import { readAssembly } from './assembly.ts';
import { jsonError } from './loopback-server.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({
    assembly: readAssembly(inject('assembly')),
    proberBundle: inject('proberBundle'),
    notifierBundle: inject('notifierBundle'),
  });
});
afterAll(() => rig?.stop());

const isNotifier = ({ name }: { readonly name: string }): boolean => name.endsWith('-notifier');

/** Of each test its own, so that none gets the events of another. */
let events = 0;
function newId(): string {
  events += 1;
  return events.toString(16).padStart(32, '0');
}

/** Says yes so many times, and no after that; `asked` counts both. */
function times(limit: number) {
  let asked = 0;
  return {
    asked: () => asked,
    still: (): boolean => {
      asked += 1;
      return asked <= limit;
    },
  };
}

/** Puts events as the state machine's role does, and waits until all is delivered or lost. */
async function put(detail: object, detailType = CHANGE): Promise<void> {
  const [machine] = rig.deployment.machines;
  const client = new EventBridgeClient({
    endpoint: rig.bus.url,
    region: rig.deployment.homeRegion,
    credentials: { accessKeyId: machine?.principal.accessKeyId ?? '', secretAccessKey: 'rig' },
  });
  const { FailedEntryCount } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: 'inbound-check',
          Source: EVENT_SOURCE,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  client.destroy();
  expect(FailedEntryCount).toBe(0);
  await rig.deliveries.settled();
}

async function register(id: string, answer: Answer, different: Partial<Webhook> = {}): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  const webhook = {
    id,
    kind: 'slack',
    url: `http://127.0.0.1:${receiver.port}/services/SECRET-PATH`,
    changedBy: 'rig',
    changedAt: '2026-11-25T00:00:00.000Z',
    ...different,
  };
  await rig.table.put({ pk: `WEBHOOK#${id}`, sk: 'WEBHOOK', kind: 'webhook', name: id, webhook });
  return receiver;
}

const mailsOf = (target: string) =>
  rig.sns.published.filter(({ attributes }) => attributes.target === target);
const logOf = (text: string): string[] =>
  rig.lambda.logs.filter((one) => isNotifier(one) && one.line.includes(text)).map(({ line }) => line);

describe('a change on the bus', () => {
  it('reaches Slack, Teams, a signed webhook and the mail topic', async () => {
    const secret = newSecret();
    const filter = { targets: ['all-*'] };
    const slack = await register('all-slack', answering(200, {}, 'ok'), filter);
    const teams = await register('all-teams', answering(202), { ...filter, kind: 'teams' });
    const generic = await register('all-generic', answering(204), { ...filter, kind: 'generic', secret });
    const event = change({ id: newId(), target: 'all-forms' });
    await put(event);
    expect(JSON.parse(slack.got[0]?.body ?? '')).toMatchObject({ text: expect.stringContaining('Shop') });
    expect(JSON.parse(teams.got[0]?.body ?? '')).toMatchObject({
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
    });
    const [got] = generic.got;
    expect(ChangeEvent.parse(JSON.parse(got?.body ?? ''))).toEqual(event);
    const signed = `${event.id}.${String(got?.headers['webhook-timestamp'])}.${got?.body}`;
    const key = Buffer.from(secret.slice(6), 'base64');
    expect(got?.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(mailsOf('all-forms')).toMatchObject([
      {
        subject: 'CRITICAL: Shop: 2 of 3 endpoints fail, the network drops them',
        message: expect.stringContaining('Open port 443'),
        attributes: { kind: 'failing', severity: 'critical' },
      },
    ]);
    expect(rig.deliveries.deadLetters).toEqual([]);
  });

  it('is sent once, however often the bus brings it', async () => {
    const receiver = await register('once', answering(200), { targets: ['once'] });
    const event = change({ id: newId(), target: 'once' });
    await put(event);
    await put(event);
    expect(receiver.got).toHaveLength(1);
    expect(mailsOf('once')).toHaveLength(1);
    expect(await rig.table.all(`SENT#${event.id}`)).toMatchObject([
      { sk: '@mail', outcome: 'delivered', ttl: expect.any(Number) },
      { sk: 'once', outcome: 'delivered' },
    ]);
  });

  it('comes again to those alone who were ill, by another invocation', async () => {
    const ill = await register('ill', inTurn(...Array<Answer>(4).fill(answering(503)), answering(200)), {
      targets: ['ill'],
    });
    const well = await register('well', answering(200), { targets: ['ill'] });
    const event = change({ id: newId(), target: 'ill' });
    await put(event);
    expect([ill.got.length, well.got.length, mailsOf('ill').length]).toEqual([5, 1, 1]);
    expect(new Set(ill.got.map(({ headers }) => headers['content-type']))).toEqual(
      new Set(['application/json']),
    );
    expect(rig.lambda.calls.filter((call) => call.payload.includes(event.id))).toHaveLength(2);
  });

  it('ends in the dead-letter queue when somebody never takes it, and is no longer sent to the others', async () => {
    const dead = await register('dead', answering(500), { targets: ['dead'] });
    const event = change({ id: newId(), target: 'dead' });
    await put(event);
    expect(dead.got).toHaveLength(12);
    expect(mailsOf('dead')).toHaveLength(1);
    const letters = rig.deliveries.deadLetters.filter(({ event: { detail } }) =>
      JSON.stringify(detail).includes(event.id),
    );
    expect(letters).toMatchObject([
      { queue: expect.stringContaining('Notifications'), event: { detail: { id: event.id } } },
    ]);
  });

  it('is given up at once where it is refused for good, and a metric says so', async () => {
    const gone = await register('gone', answering(410), { targets: ['gone'] });
    await put(change({ id: newId(), target: 'gone' }));
    expect(gone.got).toHaveLength(1);
    const [line = '{}'] = logOf('"webhook":"gone"');
    expect(JSON.parse(line)).toMatchObject({ level: 'ERROR', code: 410, reason: 'answered 410' });
    expect(logOf('DeliveriesRefused').length).toBeGreaterThan(0);
  });

  it('is mailed later when the topic is out of order', async () => {
    const faults = times(4);
    rig.sns.intercept = (_, { body }) =>
      body.includes('sns-out') && faults.still()
        ? { status: 500, body: '<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>' }
        : undefined;
    const receiver = await register('sns-out', answering(200), { targets: ['sns-out'] });
    await put(change({ id: newId(), target: 'sns-out' }));
    rig.sns.intercept = () => undefined;
    expect(faults.asked()).toBe(5);
    expect(mailsOf('sns-out')).toHaveLength(1);
    expect(receiver.got).toHaveLength(1);
  });

  it('comes late, not never, when the notifier is throttled or the table is out of order', async () => {
    const receiver = await register('table-out', answering(200), { targets: ['table-out'] });
    const faults = times(4);
    rig.table.intercept = ({ action }, { body }) =>
      action === 'dynamodb:Query' && body.includes('SENT#') && faults.still()
        ? jsonError(500, 'InternalServerError', 'on purpose')
        : undefined;
    await put(change({ id: newId(), target: 'table-out' }));
    rig.table.intercept = () => undefined;
    expect(faults.asked()).toBe(5);
    expect(receiver.got).toHaveLength(1);
  });

  it('with hostile text in every field is taken by SNS and stays text', async () => {
    const receiver = await register('hostile', answering(200), { targets: ['<!channel>*'] });
    await put({ ...hostileChange(), id: newId() });
    expect(receiver.got[0]?.body).toContain('&lt;!channel&gt;');
    expect(receiver.got[0]?.body).not.toMatch(/<[!@]/);
    expect(mailsOf(HOSTILE)).toMatchObject([{ subject: expect.stringContaining('CRITICAL: <!channel>') }]);
  });

  it('is the only event that wakes the notifier', async () => {
    const before = rig.lambda.calls.filter(({ function: called }) => isNotifier(called)).length;
    await put({ fleet: 'inbound-check', runId: 'x' }, RUN_FINISHED);
    expect(rig.lambda.calls.filter(({ function: called }) => isNotifier(called))).toHaveLength(before);
  });
});

describe('the production notifier', () => {
  it('refuses loopback for good, whatever is registered', async () => {
    const receiver = await register('inside', answering(200), { targets: ['production'] });
    const deployed = rig.deployment.functions.find(isNotifier);
    rig.lambda.faults.code = (called, payload) =>
      isNotifier(called) && payload.includes('"production"') ? deployed?.code : undefined;
    const event = change({ id: newId(), target: 'production' });
    await put(event);
    expect(receiver.connections()).toBe(0);
    const [line = '{}'] = logOf('"webhook":"inside"');
    expect(JSON.parse(line)).toMatchObject({
      level: 'ERROR',
      reason: expect.stringContaining('loopback'),
      eventId: event.id,
    });
    expect(mailsOf('production')).toHaveLength(1);
  });
});

describe('the notifier', () => {
  it('writes no URL, no secret and no word of a receiver to its log', () => {
    const lines = rig.lambda.logs.filter(isNotifier).map(({ line }) => line);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line).not.toMatch(/SECRET-PATH|whsec_|\/services\/|127\.0\.0\.1/);
  });

  it('may do what it needs and nothing else', () => {
    const { rights = [] } = rig.deployment.functions.find(isNotifier)?.principal ?? {};
    const actions = new Set(rights.flatMap((right) => right.actions));
    expect([...actions].sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sns:Publish',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });
});

/** Whether events reach the journal, by the policy on its log group alone. */
import { expect, inject, it } from 'vitest';
import { EVENT_SOURCE } from '../../lib/service/runs/run-events.ts';
import { readAssembly } from './assembly.ts';
import { readDeployment } from './deployment.ts';
import type { PutEvent } from './event-bus.ts';
import { openJournal } from './journal.ts';

const { journal: plan } = readDeployment(readAssembly(inject('assembly')));
const event: PutEvent = {
  source: EVENT_SOURCE,
  detailType: 'Inbound Check Run Finished',
  detail: {},
  resources: [],
  bus: plan.bus,
};

it('takes each event, though EventBridge names no rule when it makes the stream for it', () => {
  const journal = openJournal(plan);
  journal.take(event);
  journal.take({ ...event, source: 'somebody.else' });
  journal.take({ ...event, bus: 'default' });
  expect(journal.written).toEqual([event]);
  expect(journal.lost).toEqual([]);
});

it('would lose each of them if the stream were for the rule alone, too', () => {
  const conditions = { ArnEquals: { 'aws:SourceArn': plan.ruleArn } };
  const journal = openJournal({ ...plan, rights: plan.rights.map((one) => ({ ...one, conditions })) });
  journal.take(event);
  expect(journal.written).toEqual([]);
  expect(journal.lost).toEqual([
    {
      event,
      why: expect.stringContaining('events.amazonaws.com is not authorized to perform: logs:CreateLogStream'),
    },
  ]);
});

it('takes nothing of another rule', () => {
  const journal = openJournal({ ...plan, ruleArn: plan.ruleArn.replace(/[^/]+$/, 'another') });
  journal.take(event);
  expect(journal.lost).toEqual([{ event, why: expect.stringContaining('logs:PutLogEvents') }]);
});

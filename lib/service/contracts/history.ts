import * as z from 'zod';
import { Change, EndpointRecord } from '../../engine/history.ts';
import { EndpointTimes } from '../state/phase-times.ts';
import { TargetName } from '../state/target-record.ts';
import type { Contract } from './contract.ts';
import { ShownAcknowledgement } from './open-alert.ts';
import { TargetRunEntry } from './runs.ts';

const RunId = z.string().min(1).max(80);

export const ComparedRuns = z.object({
  before: TargetRunEntry,
  after: TargetRunEntry,
  differences: z
    .array(
      z.object({
        ...Change.shape,
        what: z.enum([...Change.shape.what.options, 'added', 'removed']),
        endpoint: z.string().describe('Its id.'),
      }),
    )
    .describe(
      'Empty: nothing but times differs. Of a run of some endpoints alone the others count as removed.',
    ),
});
export type ComparedRuns = z.infer<typeof ComparedRuns>;

export const historyContracts = {
  getHistory: {
    id: 'getHistory',
    method: 'GET',
    path: '/targets/{name}/history',
    tag: 'targets',
    summary: 'The last runs of a target’s endpoints, and since when each is as it is',
    params: z.strictObject({ name: z.string().min(1).max(200) }),
    query: z.strictObject({
      endpoint: z
        .string()
        .min(1)
        .max(4_096)
        .optional()
        .describe('Id of one endpoint, as reports have it; left out: all, in pages.'),
      after: z.string().min(1).max(4_096).optional().describe('`next` of the page before.'),
    }),
    status: 200,
    result: z.object({
      records: z.array(EndpointRecord).describe('By endpoint.'),
      acknowledged: z
        .array(ShownAcknowledgement)
        .optional()
        .describe('Who acknowledged alerts of the target, newest first; with the first page.'),
      next: z.string().optional().describe('To go on with; absent: that was all.'),
    }),
  },
  compareRuns: {
    id: 'compareRuns',
    method: 'GET',
    path: '/targets/{name}/comparison',
    tag: 'targets',
    summary: 'What differs between two runs of a target',
    params: z.strictObject({ name: TargetName }),
    query: z.strictObject({
      before: RunId.optional().describe('Left out: the run before `after`.'),
      after: RunId.optional().describe('Left out: the last run.'),
    }),
    status: 200,
    result: ComparedRuns,
  },
  getTimes: {
    id: 'getTimes',
    method: 'GET',
    path: '/targets/{name}/times',
    tag: 'targets',
    summary: 'How long the phases of each endpoint took from each vantage, in the last runs, newest first',
    params: z.strictObject({ name: TargetName }),
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(30).describe('Runs.'),
    }),
    status: 200,
    result: z.object({
      runs: z.array(
        z.object({
          runId: z.string(),
          startedAt: z.string(),
          endpoints: z.array(EndpointTimes).describe('Milliseconds. Empty: nothing was measured, or kept.'),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Contract>;

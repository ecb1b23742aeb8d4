import * as z from 'zod';
import { EndpointRecord } from '../../engine/history.ts';
import type { Contract } from './contract.ts';
import { ShownAcknowledgement } from './open-alert.ts';

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
} as const satisfies Record<string, Contract>;

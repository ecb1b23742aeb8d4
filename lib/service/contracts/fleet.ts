import * as z from 'zod';
import { FleetVantage } from '../../model/fleet-vantage.ts';
import { OwnCondition } from '../../model/own-condition.ts';
import { KeyId } from '../../model/signature.ts';
import { StopNotice } from '../../model/stop-notice.ts';
import type { Contract } from './contract.ts';
import { SourcesSeen } from './sources.ts';

export const FleetStatus = z.object({
  signingKey: KeyId.optional().describe(
    'Fingerprint of the key that signs the reports; absent: the key is out of reach at the moment.',
  ),
  stopped: StopNotice.optional().describe('Who stopped the fleet and why; absent: it runs.'),
  conditions: z
    .array(OwnCondition)
    .optional()
    .describe(
      'What was wrong with the station itself lately, newest first. Absent: nothing, or a fleet, whose alarms say it.',
    ),
  vantages: z.array(
    FleetVantage.pick({
      id: true,
      region: true,
      kind: true,
      position: true,
      sourceAddress: true,
      smtp: true,
      families: true,
    }),
  ),
  payloadVersion: z
    .int()
    .optional()
    .describe(
      'Version of what the control stack and its probers send each other; a report has that of each vantage. Absent: older than the first that states it.',
    ),
  runs: z
    .array(
      z.object({
        name: z.string().describe('The run’s id, or a sweep’s.'),
        kind: z.enum(['check', 'sweep']),
        status: z.enum(['running', 'finished', 'failed', 'stopped']),
        startedAt: z.string(),
        stoppedAt: z.string().optional(),
      }),
    )
    .describe('The last ones, newest first.'),
});
export type FleetStatus = z.infer<typeof FleetStatus>;

export const Stopped = z.object({
  stopped: StopNotice,
  ended: z.number().int().describe('Runs that were under way and were stopped.'),
  left: z
    .number()
    .int()
    .describe('Runs that could not be stopped; they ask no vantage any more and end by themselves.'),
});

export const fleetContracts = {
  getFleet: {
    id: 'getFleet',
    method: 'GET',
    path: '/fleet',
    tag: 'fleet',
    summary: 'Show whether the fleet is stopped, its vantages and its last runs',
    status: 200,
    result: FleetStatus,
  },
  getSources: {
    id: 'getSources',
    method: 'GET',
    path: '/fleet/sources',
    tag: 'fleet',
    summary: 'Name the source addresses that each vantage was seen with lately, and those that are fixed',
    status: 200,
    result: SourcesSeen,
  },
  getStop: {
    id: 'getStop',
    method: 'GET',
    path: '/stop',
    tag: 'fleet',
    summary: 'Say whether the fleet is stopped, by whom and why',
    status: 200,
    result: z.object({ stopped: StopNotice.optional() }),
  },
  stopFleet: {
    id: 'stopFleet',
    method: 'PUT',
    path: '/stop',
    tag: 'fleet',
    summary: 'Stop every probe at once, and let none begin until the fleet is resumed',
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    status: 200,
    result: Stopped,
  },
  resumeFleet: {
    id: 'resumeFleet',
    method: 'DELETE',
    path: '/stop',
    tag: 'fleet',
    summary: 'Let the fleet probe again',
    status: 200,
    result: z.object({ was: StopNotice.optional().describe('Absent: it was not stopped.') }),
  },
} as const satisfies Record<string, Contract>;

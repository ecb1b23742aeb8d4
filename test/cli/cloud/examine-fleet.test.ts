/** What `doctor --fleet` makes of the API's answers; what it finds in a fleet that runs is in test/fleet-rig/doctor.test.ts. */
import { describe, expect, it } from 'vitest';
import { examineFleet } from '../../../lib/cli/cloud/examine-fleet.ts';
import type { Examination } from '../../../lib/local/doctor.ts';
import type { ApiClient, Asking } from '../../../lib/service/contracts/api-client.ts';
import type { ResultOf } from '../../../lib/service/contracts/contract.ts';
import { fleetContracts } from '../../../lib/service/contracts/fleet.ts';
import { type ProblemKind, problem } from '../../../lib/service/contracts/problem.ts';
import { schedulesContracts } from '../../../lib/service/contracts/schedules.ts';

type Refusal = Exclude<Asking<never>, { status: 'answered' }>;
const refused = (kind: ProblemKind, detail: string): Refusal => ({
  status: 'refused',
  problem: problem(kind, detail),
});

/** Rows about a fleet that is stopped, so that nothing is run, and has no schedule. */
async function examined(removal: Refusal): Promise<Map<string, Examination>> {
  const answers = new Map<string, Asking<unknown>>([
    [
      fleetContracts.getFleet.id,
      {
        status: 'answered',
        value: {
          stopped: { at: '2026-03-01T09:30:00.000Z', by: 'operator', reason: 'upgrade' },
          signingKey: `SHA256:${'A'.repeat(43)}`,
          vantages: [],
          runs: [],
        },
      },
    ],
    [schedulesContracts.removeSchedule.id, removal],
    [schedulesContracts.listSchedules.id, { status: 'answered', value: { schedules: [] } }],
  ]);
  const client: ApiClient = async (contract) =>
    (answers.get(contract.id) ?? refused('internal', `${contract.id} is not asked here`)) as Asking<
      ResultOf<typeof contract>
    >;
  const { found } = await examineFleet(client, { controlsOf: () => [] });
  return new Map(found.map((row) => [row.topic, row]));
}

describe('the right to operate', () => {
  it('is there when a schedule that there is not can’t be found, and then EventBridge Scheduler was asked', async () => {
    const rows = await examined(refused('not-found', 'no schedule'));
    expect(rows.get('operating')).toMatchObject({ result: 'ok' });
    expect(rows.get('schedules')).toMatchObject({
      result: 'note',
      detail: 'none yet; EventBridge Scheduler answers',
    });
  });

  it('is not of this role when IAM refuses, which is no fault', async () => {
    const rows = await examined(refused('forbidden', 'AWS refuses DELETE'));
    expect(rows.get('operating')).toMatchObject({
      result: 'note',
      detail: 'not with this role: AWS refuses DELETE',
    });
    expect(rows.get('schedules')?.detail).toBe('none yet, so EventBridge Scheduler was not asked');
  });

  it.each([
    refused('unavailable', 'a service that the API needs does not answer: try again in a moment'),
    refused('rate-limited', 'too many requests: try again in a minute'),
    { status: 'unreachable', message: 'the API fails at DELETE' } as const,
  ])('is not blamed when %j is the answer', async (answer) => {
    const { result, detail } = (await examined(answer)).get('operating') ?? {};
    expect(result).toBe('not ok');
    expect(detail).toMatch(/^changing a schedule fails: /);
    expect(detail).not.toContain('role');
  });
});

/** What a vantage is, and where, is said by the plan: its own word counts for nothing. */
import { expect, it } from 'vitest';
import { FleetVantage } from '../../../lib/model/fleet-vantage.ts';
import type { VantageFacts } from '../../../lib/model/plan.ts';
import { judgeAttempts } from '../../../lib/service/runs/judged-attempts.ts';
import { endpoint, filtered } from '../../engine/verdict/sample.ts';

it('takes position, kind and fixed address from the plan, in facts and in each result', () => {
  const { observation } = filtered({ vantage: 'branch' });
  const claimed: VantageFacts = {
    id: 'branch',
    kind: 'lambda',
    position: 'internet',
    sourceAddress: '198.51.100.7',
    families: [4],
    controls: [],
  };
  const one = endpoint();
  const planned = FleetVantage.parse({
    id: 'branch',
    region: 'site',
    functionName: 'site',
    kind: 'site',
    position: 'inside',
  });
  const [attempt] = judgeAttempts(
    { targets: [{ name: 'shop', endpoints: [one], unprobed: [] }], vantages: [planned] },
    [
      {
        vantage: 'branch',
        attempt: 1,
        result: {
          vantage: claimed,
          results: [
            {
              endpointId: one.id,
              measured: [{ vantage: 'branch', attempt: 1, observation }],
              facts: claimed,
            },
          ],
        },
      },
    ],
  );
  const facts = attempt && 'results' in attempt ? attempt.facts : undefined;
  const result = attempt && 'results' in attempt ? attempt.results.get(one.id)?.facts : undefined;
  for (const seen of [facts, result]) {
    expect(seen).toMatchObject({ id: 'branch', kind: 'site', position: 'inside' });
    expect(seen).not.toHaveProperty('sourceAddress');
  }
});

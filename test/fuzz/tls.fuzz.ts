import { expect, it } from 'vitest';
import { probes } from '../../lib/kinds/probes.ts';
import type { FuzzedKind } from './kinds.ts';
import { fuzz } from './loop.ts';
import { account, countsOf, ONLY, SEED } from './settings.ts';

const KINDS = ['tls', 'https', 'smtps'] as const satisfies readonly FuzzedKind[];

it('the kinds over TLS survive whatever a server says', async () => {
  process.stdout.write(`FUZZ_SEED=${SEED} ${KINDS.join(' ')}\n`);
  const result = await fuzz({
    seed: SEED,
    probes,
    counts: countsOf(...KINDS),
    lanes: 10,
    save: true,
    ...ONLY,
  });
  process.stdout.write(`${account(result)}\n`);
  expect(result.failures).toEqual([]);
  expect(result.leaked).toEqual([]);
  if (ONLY.only !== undefined) return;
  // The loop is worth nothing where no exchange gets through to the end.
  for (const kind of KINDS)
    expect([...result.seen.keys()].filter((key) => key.startsWith(`${kind} open`))).not.toEqual([]);
});

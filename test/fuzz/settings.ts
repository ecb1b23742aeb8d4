/** How long and with which seed the loop runs: from the environment, so that a failure can be run again. */
import type { FuzzedKind } from './kinds.ts';
import type { FuzzResult } from './loop.ts';

/** Exchanges in all; CI runs the default. */
export const COUNT = Number(process.env.FUZZ_COUNT ?? 20_000);
/** Absent: a new one each time, printed; on CI always the same, so that a change can't fail because of an unrelated case. */
export const SEED = process.env.FUZZ_SEED ?? (process.env.CI ? '1' : String(Date.now() % 1_000_000_000));
/** `smtp:1234`: that exchange alone. */
const CASE = /^([a-z]+):(\d+)$/.exec(process.env.FUZZ_CASE ?? '');

/** Parts of the whole that each kind gets, in percent: more where there is more to get wrong. */
const SHARES: Readonly<Record<FuzzedKind, number>> = {
  dns: 5,
  ntp: 4,
  quic: 3,
  listener: 3,
  tcp: 5,
  ssh: 7,
  http: 15,
  smtp: 20,
  tls: 15,
  https: 13,
  smtps: 10,
};

export function countsOf(...kinds: readonly FuzzedKind[]): Partial<Record<FuzzedKind, number>> {
  const [, kind, index] = CASE ?? [];
  if (kind !== undefined) {
    const wanted = kinds.find((one) => one === kind);
    return wanted === undefined ? {} : { [wanted]: Number(index) + 1 };
  }
  return Object.fromEntries(kinds.map((one) => [one, Math.ceil((COUNT * SHARES[one]) / 100)]));
}

export const ONLY: { only?: number } = CASE?.[2] === undefined ? {} : { only: Number(CASE[2]) };

/** What was run and what came of it. */
export function account(result: FuzzResult): string {
  const states = [...result.seen]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, number]) => `  ${key}: ${number}`);
  const failures = result.failures.map(
    ({ kind, index, problem, saved }) =>
      `  FUZZ_SEED=${SEED} FUZZ_CASE=${kind}:${index} npm run fuzz\n  ${saved ?? ''}\n  ${problem.split('\n').slice(0, 6).join('\n  ')}`,
  );
  const sound = result.soundNotOpen.map((one) => `  ${one}`);
  return [
    `${result.exchanges} exchanges`,
    ...states,
    ...(sound.length > 0
      ? ['true exchanges that were not found open (the machine was too slow):', ...sound]
      : []),
    ...(failures.length > 0 ? ['failures:', ...failures] : []),
  ].join('\n');
}

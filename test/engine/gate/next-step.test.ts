import { describe, expect, it } from 'vitest';
import { type GatedEndpoint, type GateState, nextStep } from '../../../lib/engine/gate/next-step.ts';

/** Greylisting and deny-lists of mail sites. */
const MAIL_PAUSE_MS = 300_000;
const EVERY = 60_000;
const web = (
  id: string,
  verdict: GatedEndpoint['verdict'],
  cause?: GatedEndpoint['cause'],
): GatedEndpoint => ({
  id,
  verdict,
  kind: 'https',
  port: 443,
  ...(cause !== undefined && { cause }),
});
const mail = (
  id: string,
  verdict: GatedEndpoint['verdict'],
  cause?: GatedEndpoint['cause'],
): GatedEndpoint => ({
  ...web(id, verdict, cause),
  kind: 'smtp',
  port: 25,
});
const state = (lastWasWhole: boolean, ...known: (readonly [GatedEndpoint, number])[]): GateState => ({
  known: known.map(([endpoint, probedAt]) => ({ endpoint, probedAt })),
  lastWasWhole,
});

describe('a gate', () => {
  it('is done when a whole run passed, warnings allowed', () => {
    expect(nextStep(state(true, [web('a', 'pass'), 0], [web('b', 'warn'), 0]), EVERY)).toEqual({
      kind: 'done',
    });
  });

  it('asks for everything once more when all has turned green bit by bit', () => {
    expect(nextStep(state(false, [web('a', 'pass'), 0]), EVERY)).toEqual({ kind: 'run', at: 0 });
  });

  it('asks again only for what fails, after the pause', () => {
    const mixed = state(
      true,
      [web('a', 'pass'), 0],
      [web('b', 'fail'), 0],
      [web('c', 'inconclusive'), 5_000],
    );
    expect(nextStep(mixed, EVERY)).toEqual({ kind: 'run', at: 65_000, only: ['b', 'c'] });
  });

  it('goes to no mail server more often than every five minutes', () => {
    const both = state(true, [web('a', 'fail'), 0], [mail('m', 'fail'), 0]);
    expect(nextStep(both, EVERY)).toEqual({ kind: 'run', at: EVERY, only: ['a'] });
    const mailAlone = state(false, [web('a', 'pass'), 60_000], [mail('m', 'fail'), 0]);
    expect(nextStep(mailAlone, EVERY)).toEqual({ kind: 'run', at: MAIL_PAUSE_MS, only: ['m'] });
  });

  it.each(['tcp.filtered', 'tcp.refused', 'tcp.unreachable'] as const)(
    'asks for port 25 as often as for others while no mail server hears of it: %s',
    (cause) => {
      const shut = state(true, [web('a', 'pass'), 0], [mail('m', 'fail', cause), 0]);
      expect(nextStep(shut, EVERY)).toEqual({ kind: 'run', at: EVERY, only: ['m'] });
    },
  );

  it('keeps the all-clear back until mail servers may be asked', () => {
    const green = state(false, [web('a', 'pass'), 250_000], [mail('m', 'pass'), 100_000]);
    expect(nextStep(green, EVERY)).toEqual({ kind: 'run', at: 100_000 + MAIL_PAUSE_MS });
  });

  it('does not wait for what nobody at the far end can change, but for the rest', () => {
    const refused = web('x', 'inconclusive', 'prober.target-not-authorised');
    expect(nextStep(state(true, [refused, 0]), EVERY)).toEqual({ kind: 'hopeless' });
    expect(nextStep(state(true, [refused, 0], [web('b', 'fail', 'tcp.refused'), 0]), EVERY)).toMatchObject({
      only: ['b'],
    });
  });
});

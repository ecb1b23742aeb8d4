import type { Endpoint } from '../model/endpoint.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { RunSettings } from '../model/request.ts';
import { addressScope } from '../net/guard.ts';
import type { ProbeContext, ProbeRegistry } from '../probe/probe.ts';
import type { Controls } from './controls.ts';
import type { NegativeControls } from './negative-control.ts';
import type { Tried } from './probe-endpoint.ts';
import type { Resolve } from './resolution.ts';
import type { RunEvents } from './run-events.ts';
import type { Slots } from './slots.ts';
import type { Turns } from './turns.ts';

/** Where a run probes from. */
export type RunVantage = Pick<VantageFacts, 'id' | 'kind'> & Partial<Pick<VantageFacts, 'sourceAddress'>>;

/** Which attempt a run makes first. */
export interface FirstAttempt {
  /** 1, or more where an earlier run of the same check has gone before. */
  readonly number: number;
  /** By endpoint id: what failed then, and alone is tried again. Endpoints that are not named are probed whole. */
  readonly again?: ReadonlyMap<string, readonly Tried[]>;
}

/** What all endpoints of one run share. */
export interface RunState {
  readonly settings: RunSettings;
  readonly context: ProbeContext;
  readonly probes: ProbeRegistry;
  readonly vantage: RunVantage;
  readonly attempt: FirstAttempt;
  readonly events: RunEvents;
  readonly slots: Slots;
  readonly turns: Turns;
  readonly resolve: Resolve;
  readonly controls: Controls;
  readonly negatives: NegativeControls;
}

/**
 * What the vantage has proved so far and may be held against one address: results of built-in controls, which lie on
 * the internet, are left out for loopback and private addresses, and those
 * are spoken to in both families, whatever the way to the internet allows.
 */
export function vantageFacts(run: RunState, address: string, port: Endpoint['port']): VantageFacts {
  const { vantage, context, controls, negatives } = run;
  const scope = addressScope(address);
  const negative = negatives.known(port, scope);
  return {
    ...vantage,
    families: scope === 'public' ? [...(context.families ?? [4, 6])] : [4, 6],
    controls: controls.for(scope),
    ...(negative && { negative }),
  };
}

import type { ProbeContext } from '../../kinds/contract/probe.ts';
import type { ProbeRegistry } from '../../kinds/probes.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { RunSettings } from '../../model/request.ts';
import type { Family } from '../../model/vocabulary.ts';
import { createSlots, type Slots } from '../../net/slots.ts';
import { type AnsweringPorts, createAnsweringPorts } from './answering-ports.ts';
import { type Controls, createControls } from './controls.ts';
import { createEvidenceBudget, type EvidenceBudget } from './evidence-budget.ts';
import type { MeasureEvents } from './measure-events.ts';
import { createNegativeControls, type NegativeControls } from './negative-control.ts';
import { createResolve, type Resolve } from './resolution.ts';
import { NO_SOURCES, type Sources } from './sources.ts';
import type { Tried } from './tried.ts';
import { createTurns, type Turns, turnKey } from './turns.ts';

/** Where a run probes from. */
export type RunVantage = Pick<VantageFacts, 'id' | 'kind'> & Partial<Pick<VantageFacts, 'sourceAddress'>>;

/** Which attempt is made first. */
export interface FirstAttempt {
  /** 1, or more where there was an earlier run of the same check. */
  readonly number: number;
  /** By endpoint id: what failed then; only that is tried again. Endpoints that are not named are probed completely. */
  readonly again?: ReadonlyMap<string, readonly Tried[]>;
}

export interface MeasuringOptions {
  readonly settings: RunSettings;
  /** Its `deadline` ends the measuring. */
  readonly context: ProbeContext;
  /** For controls, where the guard of `context` would not let them out. */
  readonly controlContext?: ProbeContext;
  readonly probes: ProbeRegistry;
  readonly vantage: RunVantage;
  readonly events: MeasureEvents;
  /** The one family whose addresses are judged from here, where another vantage judges the other's. Absent: both. */
  readonly only?: Family;
  /** By endpoint id: addresses beyond which it may not be probed. Endpoints that are not named may be probed at all of theirs. */
  readonly onlyAt?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Absent: the first. */
  readonly attempt?: FirstAttempt;
  /** Asked when the first public address is met. Absent: nobody is asked. */
  readonly sources?: Sources;
}

/** What all endpoints of one vantage share. */
export interface Measuring extends MeasuringOptions {
  readonly attempt: FirstAttempt;
  readonly sources: Sources;
  readonly slots: Slots;
  readonly turns: Turns;
  readonly resolve: Resolve;
  readonly controls: Controls;
  readonly negatives: NegativeControls;
  readonly answering: AnsweringPorts;
  readonly evidence: EvidenceBudget;
}

export function startMeasuring({
  attempt = { number: 1 },
  sources = NO_SOURCES,
  ...options
}: MeasuringOptions): Measuring {
  const { settings, probes, vantage, events, only, onlyAt } = options;
  const slots = createSlots(settings.concurrency);
  const turns = createTurns();
  const context: ProbeContext = {
    ...options.context,
    vantage: vantage.id,
    visit: async (peer) => {
      const key = turnKey(peer);
      if (key !== undefined) await turns.take(key);
      const release = await slots.acquire();
      return () => {
        release();
        if (key !== undefined) turns.end(key);
      };
    },
  };
  return {
    settings,
    context,
    probes,
    vantage,
    attempt,
    sources,
    events,
    ...(only !== undefined && { only }),
    ...(onlyAt !== undefined && { onlyAt }),
    slots,
    turns,
    resolve: createResolve(context.resolver, settings.resolve, sources.begin),
    controls: createControls(settings, options.controlContext ?? context, probes, (result) =>
      events.control?.(result),
    ),
    negatives: createNegativeControls(settings, context, only),
    answering: createAnsweringPorts(),
    evidence: createEvidenceBudget(context.clock),
  };
}

/**
 * Endpoints that may be in progress at the same time. Those that pause before a confirmation, or wait for a control, hold no
 * slot, so they are bounded too.
 */
export const maxInProgress = ({ settings }: Measuring): number => settings.concurrency * 16;

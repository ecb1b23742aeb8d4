import type { ControlResult, ProbeSpec } from '../model/plan.ts';
import type { RunSettings } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import type { AddressScope } from '../net/guard.ts';
import type { ProbeContext, ProbeRegistry } from '../probe/probe.ts';
import { proveControl } from './control-probe.ts';
import { type ControlHost, defaultControls } from './default-controls.ts';

/** What a silence is about: the control must be of the same port, family and transport. */
export type Silence = Pick<ProbeSpec, 'port'> & {
  readonly family: Family;
  readonly transport: 'tcp' | 'udp';
  readonly scope: AddressScope;
};

export interface Controls {
  /** Makes the control for this silence, once a run, and waits for it. Does nothing when there is none to make. */
  prove(silence: Silence): Promise<void>;
  /** Results that a target of this scope may be judged by. */
  for(scope: AddressScope): ControlResult[];
  /** All results, those of controls that could not be tried too. */
  readonly all: readonly ControlResult[];
}

interface Known {
  readonly result: ControlResult;
  /** False: it could not be tried (no such address, refused by the guard), so it proves nothing either way. */
  readonly tried: boolean;
  readonly builtIn: boolean;
}

/**
 * Positive controls, made lazily: only when a timeout has to be decided between "they drop it" and "we can't get out".
 * A control that the user names serves any target. The built-in ones lie on the internet, so they are neither contacted
 * for a target on a private network nor used to judge it: another way leads there.
 */
export function createControls(
  settings: Pick<RunSettings, 'controls' | 'defaultControls'>,
  context: ProbeContext,
  probes: ProbeRegistry,
  onResult: (result: ControlResult) => void,
): Controls {
  const known: Known[] = [];
  const all: ControlResult[] = [];
  const underWay = new Map<string, Promise<void>>();

  const make = async (silence: Silence, hosts: readonly ControlHost[], builtIn: boolean): Promise<void> => {
    for (const host of hosts) {
      const { result, tried } = await proveControl(host, silence, context, probes);
      known.push({ result, tried, builtIn });
      all.push(result);
      onResult(result);
      if (result.ok || context.deadline.aborted) return;
    }
  };

  return {
    prove(silence) {
      const named = silence.transport === 'tcp' || silence.port === 123 ? settings.controls : [];
      const explicit = named
        .filter(({ port }) => port === silence.port)
        .map(({ host, hostPort }) => ({ host, port: hostPort }));
      const builtIn = explicit.length === 0;
      if (builtIn && (silence.scope !== 'public' || !settings.defaultControls)) return Promise.resolve();
      const hosts = builtIn ? defaultControls(silence.port, silence.transport) : explicit;
      const key = `${silence.transport} ${silence.port} ${silence.family}`;
      const made = underWay.get(key) ?? make(silence, hosts, builtIn);
      underWay.set(key, made);
      return made;
    },
    for: (scope) =>
      known
        .filter(({ tried, builtIn }) => tried && (!builtIn || scope === 'public'))
        .map(({ result }) => result),
    all,
  };
}

import type { ProbeContext } from '../../kinds/contract/probe.ts';
import type { Silence } from '../../kinds/contract/reading.ts';
import { datagramKind } from '../../kinds/datagram-kind.ts';
import type { ProbeRegistry } from '../../kinds/probes.ts';
import type { ControlResult } from '../../model/plan.ts';
import type { RunSettings } from '../../model/request.ts';
import type { AddressScope } from '../../net/guard.ts';
import { proveControl } from './control-probe.ts';
import { type ControlHost, defaultControls } from './default-controls.ts';

export interface Controls {
  /** Makes the control for this silence, once a run, and waits for it. Does nothing when there is none to make. */
  prove(silence: Silence): Promise<void>;
  /** Results that a target of this scope may be judged by. */
  for(scope: AddressScope): ControlResult[];
  /** All results, including controls that could not be tried. */
  readonly all: readonly ControlResult[];
}

interface Known {
  readonly result: ControlResult;
  /** False: it could not be tried (no such address, refused by the guard), so it proves nothing either way. */
  readonly tried: boolean;
  readonly builtIn: boolean;
}

/**
 * Positive controls, made only when a timeout may mean "they drop it" or "we can't send to this port".
 * A control that the user names is used for any target. The built-in ones are on the internet, so they are not contacted
 * for a target on a private network and not used to judge it: it has another route.
 */
export function createControls(
  settings: Pick<RunSettings, 'controls' | 'defaultControls'>,
  context: ProbeContext,
  probes: ProbeRegistry,
  onResult: (result: ControlResult) => void,
): Controls {
  const known: Known[] = [];
  const all: ControlResult[] = [];
  const inProgress = new Map<string, Promise<void>>();

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
      const provable = silence.transport === 'tcp' || datagramKind(silence.port) !== undefined;
      const named = provable ? settings.controls : [];
      const explicit = named
        .filter(({ port }) => port === silence.port)
        .map(({ host, hostPort }) => ({ host, port: hostPort }));
      const builtIn = explicit.length === 0;
      if (builtIn && (silence.scope !== 'public' || !settings.defaultControls)) return Promise.resolve();
      const hosts = builtIn ? defaultControls(silence.port, silence.transport) : explicit;
      const key = `${silence.transport} ${silence.port} ${silence.family}`;
      const made = inProgress.get(key) ?? make(silence, hosts, builtIn);
      inProgress.set(key, made);
      return made;
    },
    for: (scope) =>
      known
        .filter(({ tried, builtIn }) => tried && (!builtIn || scope === 'public'))
        .map(({ result }) => result),
    all,
  };
}

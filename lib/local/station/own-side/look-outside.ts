import { createLocalContext } from '../../../engine/context.ts';
import { proveControl } from '../../../engine/measure/control-probe.ts';
import { defaultControls } from '../../../engine/measure/default-controls.ts';
import { probes } from '../../../kinds/probes.ts';
import { RunSettings } from '../../../model/request.ts';

const PORTS = [443, 80];
const DEADLINE_MS = 12_000;

/** The controls that a run would ask: whether any of them answers, and what each said, in one line. Never rejects. */
export async function lookOutside(): Promise<{ readonly answers: boolean; readonly detail: string }> {
  const settings = RunSettings.parse({ deadlineMs: DEADLINE_MS });
  const context = createLocalContext(settings, new AbortController().signal);
  const asked = PORTS.flatMap((port) =>
    ([4, 6] as const).flatMap((family) =>
      defaultControls(port, 'tcp').map((host) =>
        proveControl(host, { port, family, transport: 'tcp', scope: 'public' }, context, probes),
      ),
    ),
  );
  const results = (await Promise.all(asked)).map(({ result }) => result);
  return {
    answers: results.some(({ ok }) => ok),
    detail: results.map(({ target, family, detail }) => `${target} (IPv${family}): ${detail}`).join('; '),
  };
}

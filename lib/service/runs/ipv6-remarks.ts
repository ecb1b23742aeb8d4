import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import { hasIpv6Alone, isAskedOf } from './asked.ts';
import type { PlannedTarget, RunPlan } from './run-plan.ts';

/** What the report on a target says of the vantages that judge IPv6: why they were not asked, or asked without knowing. */
export function ipv6Remarks(
  { endpoints, unprobed }: Pick<PlannedTarget, 'endpoints' | 'unprobed'>,
  { vantages, settings, ipv6 }: Pick<RunPlan, 'vantages' | 'settings' | 'ipv6'>,
): string[] {
  if (ipv6 === undefined) return [];
  const left = new Set(unprobed.map(({ endpointId }) => endpointId));
  const probed = endpoints.filter(({ id }) => !left.has(id));
  if (probed.length === 0) return [];
  const idle = vantages
    .filter(hasIpv6Alone)
    .filter((vantage) => !probed.some((endpoint) => isAskedOf(vantage, endpoint, ipv6)))
    .map(({ id }) => id);
  const filling = { vantages: idle.join(', ') };
  const hosts = new Set(probed.map(({ host }) => host));
  return [
    ...(idle.length === 0
      ? []
      : [(settings.family === '4' ? say.ipv6NotWanted(filling) : say.noIpv6Host(filling)).text]),
    ...ipv6.unknown
      .filter(({ host }) => hosts.has(host))
      .map(({ host, why }) => say.ipv6Unknown({ host, reason: why }).text),
  ];
}

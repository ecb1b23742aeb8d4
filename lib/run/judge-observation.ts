import { isIP } from 'node:net';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { ConnectResult, Observation } from '../model/observation.ts';
import type { Family } from '../model/vocabulary.ts';
import { addressScope } from '../net/guard.ts';
import type { Silence } from './controls.ts';
import { type RunState, vantageFacts } from './run-state.ts';

/**
 * Diagnoses one observation, after making the controls that decide it: a timeout waits for the control of its port and
 * family, a bare connect for the negative control. What answered waits for nothing.
 */
export async function judgeObservation(
  endpoint: Endpoint,
  observation: Observation,
  run: RunState,
): Promise<Finding> {
  for (const silence of silencesIn(observation)) await run.controls.prove(silence);
  const first = diagnoseNow(endpoint, observation, run);
  if (!restsOnBareConnect(observation, first)) return first;
  const negative = await run.negatives.result(observation.port, addressScope(observation.address));
  return negative === undefined ? first : diagnoseNow(endpoint, observation, run);
}

function diagnoseNow(endpoint: Endpoint, observation: Observation, run: RunState): Finding {
  return diagnose(observation, {
    endpoint,
    vantage: vantageFacts(run, observation.address, observation.port),
    now: run.context.clock.now(),
  });
}

/** Connects that got no answer: the endpoint's own, and those of the redirects it led to. */
export function silencesIn(observation: Observation): Silence[] {
  switch (observation.kind) {
    case 'dns':
      return [];
    case 'ntp':
      return silence(observation.connect, observation.address, observation.port, 'udp');
    case 'http':
    case 'https':
      return [
        ...silence(observation.connect, observation.address, observation.port, 'tcp'),
        ...(observation.http?.hops ?? []).flatMap((hop) =>
          silence(hop.connect, hop.address, portOf(hop.url), 'tcp'),
        ),
      ];
    case 'tcp':
    case 'tls':
    case 'smtp':
    case 'smtps':
    case 'ssh':
      return silence(observation.connect, observation.address, observation.port, 'tcp');
    default:
      return observation satisfies never;
  }
}

function silence(
  connect: ConnectResult,
  address: string,
  port: number | undefined,
  transport: Silence['transport'],
): Silence[] {
  if (connect.status !== 'timeout' || port === undefined) return [];
  const family: Family = isIP(address) === 6 ? 6 : 4;
  return [{ port, family, transport, scope: addressScope(address) }];
}

function portOf(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80);
}

/**
 * Would the finding say something of the target because a handshake was completed, without its protocol having
 * answered? A network that answers for everyone completes handshakes too. `refused` needs no such proof.
 */
function restsOnBareConnect(observation: Observation, finding: Finding): boolean {
  if (observation.kind === 'dns' || finding.state === 'open') return false;
  const { status } = observation.connect;
  return status === 'connected' || status === 'reset';
}

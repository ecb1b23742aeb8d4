/** One region's vantages: a prober outside a VPC, one with IPv6 alone, one with a fixed address; or one in another account. Exports nothing. */
import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PROBER_TIMEOUT_S } from '../service/runs/limits.ts';
import type { FleetConfiguration } from './configuration.ts';
import { useOwnFlags } from './feature-flags.ts';
import { allowNetworkInterfaces, FixedAddress } from './fixed-address.ts';
import { addInvokeRole } from './invoke-role.ts';
import { Ipv6Egress } from './ipv6-egress.ts';
import { NodeFunction } from './node-function.ts';
import type { PlannedVantage } from './vantages.ts';

/**
 * MiB. 64 probes side by side need 60 MiB of heap; the rest buys CPU: with 1,024 MiB a function has 0.58 of a core, and
 * less would show in the timings of TLS handshakes, because Lambda takes the CPU away in slices of 20 ms.
 */
export const PROBER_MEMORY = 1_024;

export interface ProbeStackProps extends StackProps {
  readonly configuration: FleetConfiguration;
  /** Those of this stack's region. */
  readonly vantages: readonly PlannedVantage[];
}

export class ProbeStack extends Stack {
  constructor(scope: Construct, id: string, props: ProbeStackProps) {
    super(scope, id, props);
    useOwnFlags(this);
    for (const vantage of props.vantages) addVantage(this, vantage, props.configuration);
  }
}

/** The network that a vantage needs, and what its prober has to know of it. */
function networkOf(stack: Stack, { smtp, ipv6 }: PlannedVantage, logRetentionDays: number) {
  if (ipv6 !== undefined)
    return { id: 'Ipv6Prober', network: new Ipv6Egress(stack, 'Ipv6', { vantage: ipv6 }) };
  if (smtp === undefined) return { id: 'Prober' };
  const network = new FixedAddress(stack, 'FixedAddress', { vantage: smtp, logRetentionDays });
  return { id: 'SmtpProber', network, environment: { SOURCE_ADDRESS: network.address } };
}

function addVantage(stack: Stack, vantage: PlannedVantage, configuration: FleetConfiguration): void {
  const { logRetentionDays, proberConcurrency } = configuration;
  const { facts, elsewhere } = vantage;
  const { id, ...placed } = networkOf(stack, vantage, logRetentionDays);
  const prober = new NodeFunction(stack, id, {
    functionName: facts.functionName,
    source: 'prober',
    description: `Probes what the dispatcher asks, from ${facts.id}`,
    memory: PROBER_MEMORY,
    timeoutSeconds: PROBER_TIMEOUT_S,
    logRetentionDays,
    // No X-Ray here: a prober connects to hostile servers, and its only permission is to write its log.
    ...(proberConcurrency === 0 ? {} : { concurrency: proberConcurrency }),
    ...placed,
  });
  if (elsewhere !== undefined)
    addInvokeRole(stack, 'InvokeRole', { configuration, vantage: facts.id, elsewhere, prober });
  if (placed.network !== undefined)
    allowNetworkInterfaces(
      prober.role,
      stack.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: facts.functionName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
}

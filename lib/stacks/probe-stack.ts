/** One region's vantages: a prober outside a VPC, one with a fixed address, or both. Exports nothing. */
import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PROBER_TIMEOUT_S } from '../fleet/limits.ts';
import type { FleetConfiguration } from './configuration.ts';
import { allowNetworkInterfaces, FixedAddress } from './fixed-address.ts';
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
    for (const vantage of props.vantages) addVantage(this, vantage, props.configuration);
  }
}

function addVantage(stack: Stack, { facts, smtp }: PlannedVantage, configuration: FleetConfiguration): void {
  const { logRetentionDays, proberConcurrency } = configuration;
  const network =
    smtp === undefined
      ? undefined
      : new FixedAddress(stack, 'FixedAddress', { vantage: smtp, logRetentionDays });
  const prober = new NodeFunction(stack, smtp === undefined ? 'Prober' : 'SmtpProber', {
    functionName: facts.functionName,
    source: 'prober',
    description: `Probes what the dispatcher asks, from ${facts.id}`,
    memory: PROBER_MEMORY,
    timeoutSeconds: PROBER_TIMEOUT_S,
    logRetentionDays,
    // No X-Ray here: a prober meets hostile servers, and has no right at all but to write its log.
    ...(proberConcurrency === 0 ? {} : { concurrency: proberConcurrency }),
    ...(network === undefined ? {} : { network, environment: { SOURCE_ADDRESS: network.address } }),
  });
  if (network !== undefined)
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

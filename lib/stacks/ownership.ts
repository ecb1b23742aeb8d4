import type { Construct } from 'constructs';
import type { FleetConfiguration } from './configuration.ts';
import { NodeFunction } from './node-function.ts';

/** It waits for 20 s of look-ups at most; the rest is its start. */
const TIMEOUT_S = 25;

/** Looks for proofs of ownership. It connects to untrusted servers, so its only permission is to write its log. */
export const addOwnershipFunction = (
  scope: Construct,
  { fleetName, logRetentionDays }: FleetConfiguration,
): NodeFunction =>
  new NodeFunction(scope, 'Ownership', {
    functionName: `${fleetName}-ownership`,
    source: 'ownership',
    description: 'Looks for proofs of ownership in the DNS and on web servers',
    memory: 512,
    timeoutSeconds: TIMEOUT_S,
    logRetentionDays,
  });

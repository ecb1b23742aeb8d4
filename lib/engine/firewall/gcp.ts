import { type CheckedFlow, seenComment, sourceCidrs } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * Google Cloud VPC firewall rules. The lowest priority number wins, and among equals a deny rule; names have at most 63
 * characters, letters, digits and hyphens. Rules see the instance's inside address, as the external one is translated
 * before; a network tag picks the instance.
 * https://cloud.google.com/sdk/gcloud/reference/compute/firewall-rules/create (2026-11-30)
 */
function rule(flow: CheckedFlow): string {
  return [
    '# NETWORK: of the instance; TAG: a network tag that it has (without --target-tags the rule is for all instances).',
    `gcloud compute firewall-rules create ${flow.name} --network="$NETWORK" --direction=INGRESS --priority=900 --action=${flow.action === 'allow' ? 'ALLOW' : 'DENY'} --rules=${flow.protocol}:${flow.port} --source-ranges=${sourceCidrs(flow).join(',')} --target-tags="$TAG" --enable-logging`,
    '# Hierarchical and network firewall policies come before: gcloud compute networks get-effective-firewalls "$NETWORK"',
  ].join('\n');
}

export const gcp: FirewallWriter = {
  id: 'gcp',
  product: 'Google Cloud firewall',
  rule,
  find: (flow) => {
    const source =
      flow.seen.source === undefined ? '' : ` AND jsonPayload.connection.src_ip="${flow.seen.source}"`;
    return [
      `gcloud logging read 'log_id("compute.googleapis.com/firewall") AND jsonPayload.connection.dest_port=${flow.port}${source}' --freshness=1d --limit=20`,
      ...seenComment(flow),
    ].join('\n');
  },
};

import { type CheckedFlow, seenComment, sourceCidrs } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * Azure CLI. Inbound rules are processed after the public address has been translated, so the destination is `*` (or
 * the private address). Names are placeholders for the group of the subnet or interface. A priority (100 to 4096, the
 * lower one wins) may be used once in a group and direction, so the first free one is looked for.
 * https://learn.microsoft.com/cli/azure/network/nsg/rule#az-network-nsg-rule-create (not opened)
 */
function rule(flow: CheckedFlow): string {
  const name = `ic-${flow.action}-${flow.protocol}-${flow.port}-ipv${flow.family}`;
  const blocks = sourceCidrs(flow).join(' ');
  const sources = flow.sources.length === 0 ? `'${blocks}'` : blocks;
  const access = flow.action === 'allow' ? 'Allow' : 'Deny';
  const protocol = flow.protocol === 'tcp' ? 'Tcp' : 'Udp';
  return [
    '# RESOURCE_GROUP and NSG: of the subnet and of the interface; both groups must let the traffic through.',
    `USED=$(az network nsg rule list --resource-group "$RESOURCE_GROUP" --nsg-name "$NSG" --query "[?direction=='Inbound'].priority" --output tsv)`,
    'PRIORITY=100; while echo "$USED" | grep -qx "$PRIORITY"; do PRIORITY=$((PRIORITY + 1)); done',
    `az network nsg rule create --resource-group "$RESOURCE_GROUP" --nsg-name "$NSG" --name ${name} --priority "$PRIORITY" --direction Inbound --access ${access} --protocol ${protocol} --source-address-prefixes ${sources} --source-port-ranges '*' --destination-address-prefixes '*' --destination-port-ranges ${flow.port}`,
    '# It must come before (have a lower priority than) the rule that decides now:',
    'az network nsg rule list --resource-group "$RESOURCE_GROUP" --nsg-name "$NSG" --include-default --output table',
  ].join('\n');
}

export const azureNsg: FirewallWriter = {
  id: 'azure',
  product: 'Azure NSG',
  rule,
  find: (flow) =>
    [
      '# VM and its inside address in place of VM and LOCAL; says which rule decides:',
      `az network watcher test-ip-flow --resource-group "$RESOURCE_GROUP" --vm "$VM" --direction Inbound --protocol ${flow.protocol.toUpperCase()} --local "$LOCAL:${flow.port}" --remote ${flow.seen.source ?? '"$SOURCE"'}:40000`,
      ...seenComment(flow),
    ].join('\n'),
};

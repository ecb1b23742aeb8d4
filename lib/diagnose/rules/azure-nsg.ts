import { type CheckedFlow, sourceCidr } from './flow.ts';

/**
 * Azure CLI. Inbound rules are processed after the public address has been translated, so the destination is `*` (or
 * the private address). Names are placeholders for the group of the subnet or interface; a lower priority wins.
 * https://learn.microsoft.com/cli/azure/network/nsg/rule#az-network-nsg-rule-create
 */
export const azureNsg = (flow: CheckedFlow): string => {
  const name = `ic-${flow.action}-${flow.protocol}-${flow.port}-ipv${flow.family}`;
  const sources = flow.sources.length === 0 ? 'Internet' : flow.sources.map(sourceCidr).join(' ');
  const access = flow.action === 'allow' ? 'Allow' : 'Deny';
  const protocol = flow.protocol === 'tcp' ? 'Tcp' : 'Udp';
  return [
    '# RESOURCE_GROUP and NSG: of the subnet and of the interface; both groups must let the traffic through.',
    `az network nsg rule create --resource-group "$RESOURCE_GROUP" --nsg-name "$NSG" --name ${name} --priority 100 --direction Inbound --access ${access} --protocol ${protocol} --source-address-prefixes ${sources} --source-port-ranges '*' --destination-address-prefixes '*' --destination-port-ranges ${flow.port}`,
  ].join('\n');
};

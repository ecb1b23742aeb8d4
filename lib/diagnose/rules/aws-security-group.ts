import { type CheckedFlow, sourceCidr } from './flow.ts';

/**
 * AWS CLI v2. A security group has no deny rules: to close a port the rule that allows it is removed. Permissions must
 * match the rule exactly, so the rules that cover the port are listed first and removed by their id.
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html
 */
export const awsSecurityGroup = (flow: CheckedFlow): string => {
  const filter = flow.family === 4 ? 'association.public-ip' : 'ipv6-addresses.ipv6-address';
  const group = [
    '# The security group of the interface that has this address (behind a load balancer: of the load balancer).',
    `GROUP=$(aws ec2 describe-network-interfaces --filters Name=${filter},Values=${flow.address} --query 'NetworkInterfaces[0].Groups[0].GroupId' --output text)`,
  ];
  if (flow.action === 'deny') {
    return [
      ...group,
      `aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$GROUP" --query 'SecurityGroupRules[?!IsEgress && (IpProtocol==\`"-1"\` || (IpProtocol==\`"${flow.protocol}"\` && FromPort<=\`${flow.port}\` && ToPort>=\`${flow.port}\`))].[SecurityGroupRuleId,FromPort,ToPort,CidrIpv4,CidrIpv6]' --output text`,
      '# A rule of the list that is wider than this port must be replaced by narrower ones. Remove the rule by its id:',
      'aws ec2 revoke-security-group-ingress --group-id "$GROUP" --security-group-rule-ids "$RULE_ID"',
    ].join('\n');
  }
  const description = `Inbound Check ${flow.protocol} ${flow.port}`;
  const cidrs =
    flow.sources.length === 0 ? [flow.family === 4 ? '0.0.0.0/0' : '::/0'] : flow.sources.map(sourceCidr);
  const permission = {
    IpProtocol: flow.protocol,
    FromPort: flow.port,
    ToPort: flow.port,
    ...(flow.family === 4
      ? { IpRanges: cidrs.map((CidrIp) => ({ CidrIp, Description: description })) }
      : { Ipv6Ranges: cidrs.map((CidrIpv6) => ({ CidrIpv6, Description: description })) }),
  };
  return [
    ...group,
    `aws ec2 authorize-security-group-ingress --group-id "$GROUP" --ip-permissions '${JSON.stringify([permission])}'`,
    "# Then look at the subnet's network ACL, which is stateless: it must let the port in and 1024-65535 back out.",
  ].join('\n');
};

import { type CheckedFlow, seenComment, sourceCidrs } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * AWS CLI v2. A security group has no deny rules: to close a port the rule that allows it is removed. Permissions must
 * match the rule exactly, so the rules that cover the port are listed first and removed by their id. An interface has
 * up to 16 groups, whose rules add up: to close a port, all of them are looked at; to open one, one is enough.
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html (2026-11-30)
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html (not opened)
 */
function rule(flow: CheckedFlow): string {
  const filter = flow.family === 4 ? 'association.public-ip' : 'ipv6-addresses.ipv6-address';
  const group = [
    '# All security groups of the interface that has this address (behind a load balancer: of the load balancer).',
    `GROUPS_OF=$(aws ec2 describe-network-interfaces --filters Name=${filter},Values=${flow.address} --query 'NetworkInterfaces[0].Groups[].GroupId' --output text)`,
    'echo "$GROUPS_OF"',
  ];
  if (flow.action === 'deny') {
    return [
      ...group,
      `aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$(echo $GROUPS_OF | tr ' ' ,)" --query 'SecurityGroupRules[?!IsEgress && (IpProtocol==\`"-1"\` || (IpProtocol==\`"${flow.protocol}"\` && FromPort<=\`${flow.port}\` && ToPort>=\`${flow.port}\`))].[GroupId,SecurityGroupRuleId,FromPort,ToPort,CidrIpv4,CidrIpv6]' --output text`,
      '# A rule of the list that is wider than this port must be replaced by narrower ones. Remove each by group and id:',
      'aws ec2 revoke-security-group-ingress --group-id "$GROUP" --security-group-rule-ids "$RULE_ID"',
    ].join('\n');
  }
  const description = `Inbound Check ${flow.protocol} ${flow.port}`;
  const cidrs = sourceCidrs(flow);
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
    '# One of them is enough; prefer one that this interface alone has.',
    'GROUP=$(echo $GROUPS_OF | cut -d" " -f1)',
    `aws ec2 authorize-security-group-ingress --group-id "$GROUP" --ip-permissions '${JSON.stringify([permission])}'`,
    "# Then look at the subnet's network ACL, which is stateless: it must let the port in and 1024-65535 back out.",
  ].join('\n');
}

export const awsSecurityGroup: FirewallWriter = {
  id: 'aws',
  product: 'AWS security group',
  rule,
  find: (flow) => {
    const source = flow.seen.source === undefined ? '' : ` "${flow.seen.source}"`;
    return [
      '# VPC flow logs in CloudWatch (LOG_GROUP): fields srcaddr, dstport, action (ACCEPT or REJECT).',
      `aws logs filter-log-events --log-group-name "$LOG_GROUP" --filter-pattern '"REJECT" " ${flow.port} "${source}'`,
      ...seenComment(flow),
    ].join('\n');
  },
};

import { type CheckedFlow, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * Blocks that contain every IPv6 source of the internet and no IPv4 source (and the other way round): `Any` would open the port for
 * both families. Windows refuses 0.0.0.0/0 and ::/0 as addresses, so each is two halves.
 */
const ALL = { 4: ['0.0.0.0/1', '128.0.0.0/1'], 6: ['::/1', '8000::/1'] } as const;

/**
 * Windows Firewall on the server itself, in an elevated PowerShell. No local address: behind NAT it is a private one.
 * A block rule wins over every allow rule.
 * https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule (2026-11-30)
 */
function rule(flow: CheckedFlow): string {
  const name = `Inbound Check ${flow.action} ${flow.protocol.toUpperCase()} ${flow.port} IPv${flow.family}`;
  const sources = flow.sources.length === 0 ? ALL[flow.family] : flow.sources.map(sourceText);
  const remote = sources.map((source) => `'${source}'`).join(',');
  const action = flow.action === 'allow' ? 'Allow' : 'Block';
  const protocol = flow.protocol.toUpperCase();
  return [
    `New-NetFirewallRule -DisplayName '${name}' -Direction Inbound -Action ${action} -Protocol ${protocol} -LocalPort ${flow.port} -RemoteAddress ${remote} -Profile Any`,
    '# The same in cmd.exe:',
    `# netsh advfirewall firewall add rule name="${name}" dir=in action=${action.toLowerCase()} protocol=${protocol} localport=${flow.port} remoteip=${sources.join(',')}`,
  ].join('\n');
}

export const windowsFirewall: FirewallWriter = {
  id: 'windows',
  product: 'Windows Firewall',
  rule,
  find: (flow) =>
    [
      `Get-NetFirewallPortFilter | Where-Object LocalPort -eq ${flow.port} | Get-NetFirewallRule | Format-Table DisplayName, Enabled, Direction, Action, Profile`,
      '# What was dropped, once logging is on (Set-NetFirewallProfile -All -LogBlocked True):',
      `Select-String -Path "$env:SystemRoot\\System32\\LogFiles\\Firewall\\pfirewall.log" -Pattern ' ${flow.port} '`,
      ...seenComment(flow),
    ].join('\n'),
};

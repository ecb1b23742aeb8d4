import { type CheckedFlow, sourceText } from './flow.ts';

/**
 * Windows Firewall on the server itself, in an elevated PowerShell. No local address: behind NAT it is a private one.
 * A block rule wins over every allow rule.
 * https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule
 */
export const windowsFirewall = (flow: CheckedFlow): string => {
  const name = `Inbound Check ${flow.action} ${flow.protocol.toUpperCase()} ${flow.port} IPv${flow.family}`;
  const sources = flow.sources.map(sourceText);
  const remote = sources.length === 0 ? 'Any' : sources.map((source) => `'${source}'`).join(',');
  const action = flow.action === 'allow' ? 'Allow' : 'Block';
  const protocol = flow.protocol.toUpperCase();
  return [
    `New-NetFirewallRule -DisplayName '${name}' -Direction Inbound -Action ${action} -Protocol ${protocol} -LocalPort ${flow.port} -RemoteAddress ${remote} -Profile Any`,
    '# The same in cmd.exe:',
    `# netsh advfirewall firewall add rule name="${name}" dir=in action=${action.toLowerCase()} protocol=${protocol} localport=${flow.port} remoteip=${sources.length === 0 ? 'any' : sources.join(',')}`,
  ].join('\n');
};

import type { FirewallRules } from './case.ts';

/** One ruleset for the customer's firewall, from what all cases ask for. Each rule names its place's addresses. */
export function firewallRuleset(rules: readonly FirewallRules[]): string {
  const chain = (name: string, hook: string, statements: readonly string[]): string =>
    [`  chain ${name} {`, `    ${hook}`, ...statements.map((line) => `    ${line}`), '  }'].join('\n');
  const all = (key: Exclude<keyof FirewallRules, 'routes'>): string[] =>
    rules.flatMap((one) => one[key] ?? []);
  return [
    'table inet lab {',
    chain('raw', 'type filter hook prerouting priority raw; policy accept;', all('raw')),
    chain('nat', 'type nat hook prerouting priority dstnat; policy accept;', all('nat')),
    chain('forward', 'type filter hook forward priority filter; policy accept;', all('forward')),
    chain('output', 'type filter hook output priority filter; policy accept;', all('output')),
    '}',
    '',
  ].join('\n');
}

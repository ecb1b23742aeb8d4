/** The values of `--firewall`; in a separate file, as the command line's start needs nothing else of the rules. */
export const FIREWALL_IDS = [
  'pan-os',
  'fortigate',
  'cisco-asa',
  'nftables',
  'windows',
  'aws',
  'azure',
  'sophos',
  'pfsense',
  'mikrotik',
  'iptables',
  'ufw',
  'firewalld',
  'gcp',
] as const;
export type FirewallId = (typeof FIREWALL_IDS)[number];

import type { ProfileInput } from '../../model/profile.ts';
import { CICADA_REQUIREMENTS } from './sources.ts';

type Row = ProfileInput['rows'][number];

const mustNotBeReachable = (port: number, service: string): Row => ({
  kind: 'tcp',
  port,
  expect: 'closed',
  level: 'required',
  reason: `${service} on the customer's own addresses must not be reachable from the internet.`,
  source: CICADA_REQUIREMENTS,
});

/** Which of these vendor endpoints a customer needs depends on the integrations in use, so none of them fails the run. */
const dependency = (host: string, reason: string): Row => ({
  kind: 'tls',
  port: 443,
  host,
  expect: 'open',
  level: 'recommended',
  group: 'dependency',
  reason,
  source: CICADA_REQUIREMENTS,
});

const timeServer = (host: string): Row => ({
  ...dependency(host, 'Time by NTP (UDP 123).'),
  kind: 'ntp',
  port: 123,
});

export const cicadaIr: ProfileInput = {
  id: 'cicada-ir',
  title: 'CICADA IR',
  description:
    'An incident response server whose web interface analysts use from known networks; nothing else of it is for the internet.',
  sources: [CICADA_REQUIREMENTS],
  rows: [
    {
      kind: 'https',
      port: 443,
      path: '/',
      expect: 'open',
      level: 'required',
      restricted: true,
      reason: 'The web interface, used by analysts.',
      quote: 'from analyst workstations',
      source: CICADA_REQUIREMENTS,
    },
    {
      kind: 'ssh',
      port: 22,
      expect: 'closed',
      level: 'required',
      reason: 'SSH is for the management network only, and off by default.',
      source: CICADA_REQUIREMENTS,
    },
    mustNotBeReachable(389, 'LDAP'),
    mustNotBeReachable(636, 'LDAPS'),
    mustNotBeReachable(5985, 'WinRM'),
    mustNotBeReachable(5986, 'WinRM over HTTPS'),
    mustNotBeReachable(11434, 'The local language model (Ollama)'),
    dependency('login.microsoftonline.com', 'Microsoft sign-in.'),
    dependency('graph.microsoft.com', 'Microsoft Graph.'),
    dependency('api.securitycenter.microsoft.com', 'Microsoft Defender for Endpoint.'),
    dependency('api-eu.securitycenter.microsoft.com', 'Microsoft Defender for Endpoint, EU.'),
    dependency('api.crowdstrike.com', 'CrowdStrike, US-1.'),
    dependency('api.us-2.crowdstrike.com', 'CrowdStrike, US-2.'),
    dependency('api.eu-1.crowdstrike.com', 'CrowdStrike, EU-1.'),
    dependency('www.virustotal.com', 'VirusTotal.'),
    dependency('api.abuseipdb.com', 'AbuseIPDB.'),
    dependency('urlhaus-api.abuse.ch', 'URLhaus.'),
    dependency('threatfox-api.abuse.ch', 'ThreatFox.'),
    dependency('api.shodan.io', 'Shodan.'),
    dependency('otx.alienvault.com', 'AlienVault OTX.'),
    dependency('api.anthropic.com', 'Anthropic API.'),
    dependency('api.cicada-ir.ai', 'The vendor’s own API.'),
    dependency('security.ubuntu.com', 'Ubuntu security updates.'),
    timeServer('pool.ntp.org'),
    timeServer('ntp.ubuntu.com'),
  ],
};

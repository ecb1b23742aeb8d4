import type { ProfileInput } from '../model/profile.ts';
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

/** Which of the far ends a customer needs depends on the integrations in use, so none of them fails the run. */
const farEnd = (host: string, reason: string): Row => ({
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
  ...farEnd(host, 'Time by NTP (UDP 123).'),
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
    farEnd('login.microsoftonline.com', 'Microsoft sign-in.'),
    farEnd('graph.microsoft.com', 'Microsoft Graph.'),
    farEnd('api.securitycenter.microsoft.com', 'Microsoft Defender for Endpoint.'),
    farEnd('api-eu.securitycenter.microsoft.com', 'Microsoft Defender for Endpoint, EU.'),
    farEnd('api.crowdstrike.com', 'CrowdStrike, US-1.'),
    farEnd('api.us-2.crowdstrike.com', 'CrowdStrike, US-2.'),
    farEnd('api.eu-1.crowdstrike.com', 'CrowdStrike, EU-1.'),
    farEnd('www.virustotal.com', 'VirusTotal.'),
    farEnd('api.abuseipdb.com', 'AbuseIPDB.'),
    farEnd('urlhaus-api.abuse.ch', 'URLhaus.'),
    farEnd('threatfox-api.abuse.ch', 'ThreatFox.'),
    farEnd('api.shodan.io', 'Shodan.'),
    farEnd('otx.alienvault.com', 'AlienVault OTX.'),
    farEnd('api.anthropic.com', 'Anthropic API.'),
    farEnd('api.cicada-ir.ai', 'The vendor’s own API.'),
    farEnd('security.ubuntu.com', 'Ubuntu security updates.'),
    timeServer('pool.ntp.org'),
    timeServer('ntp.ubuntu.com'),
  ],
};

import type { ProfileInput } from '../../model/profile.ts';
import { BOULDER_HTTP01, LUCY_INBOUND, LUCY_NETWORK, LUCY_OUTBOUND, LUCY_REPLIES } from './sources.ts';

const ONLY_80_AND_443 =
  'ports 80 and 443 have to be open on incoming proxy servers. No other ports are required';

/**
 * Stopped campaigns are deleted from the proxy and a landing page may need a login, so a 404 or a 401 does not mean
 * that the wrong server answered (LUCY wiki). Only `/` is asked for: a visit to a tracking URL counts as a click.
 */
const LANDING_PAGE_STATUS = [200, 204, 301, 302, 303, 307, 308, 401, 404];

/** A vendor endpoint works when it answers at all, with any status for a request for `/`. */
const FAR_END_STATUS = [200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405];

type Row = ProfileInput['rows'][number];

/** A service that may run on the proxy, but that no client on the internet needs. */
const mustNotBeReachable = (port: number, service: string): Row => ({
  kind: 'tcp',
  port,
  expect: 'closed',
  level: 'required',
  reason: `${service} must not be reachable from the internet.`,
  quote: ONLY_80_AND_443,
  source: LUCY_INBOUND,
});

/** The vendor's page marks most of them as optional, and any DNS server is enough: their failure is a warning. */
const dependency = (row: Pick<Row, 'kind' | 'port' | 'host' | 'reason'> & Partial<Row>): Row => ({
  expect: 'open',
  level: 'recommended',
  group: 'dependency',
  source: LUCY_OUTBOUND,
  ...row,
});

export const lucySaas: ProfileInput = {
  id: 'lucy-saas',
  title: 'LUCY SaaS with an incoming proxy',
  description:
    'The proxy at the customer that receives the visits to landing pages for a LUCY SaaS workstation.',
  sources: [LUCY_INBOUND, LUCY_OUTBOUND, LUCY_NETWORK, LUCY_REPLIES, BOULDER_HTTP01],
  rows: [
    {
      kind: 'http',
      port: 80,
      path: '/',
      expect: 'open',
      level: 'required',
      reason: 'Recipients reach the landing pages by HTTP.',
      quote: ONLY_80_AND_443,
      source: LUCY_INBOUND,
      assertions: { status: LANDING_PAGE_STATUS },
    },
    {
      kind: 'https',
      port: 443,
      path: '/',
      expect: 'open',
      level: 'required',
      reason: 'Recipients reach the landing pages by HTTPS.',
      quote: ONLY_80_AND_443,
      source: LUCY_INBOUND,
      assertions: { status: LANDING_PAGE_STATUS },
    },
    {
      kind: 'http',
      port: 80,
      path: '/.well-known/acme-challenge/',
      expect: 'open',
      level: 'required',
      reason: "Let's Encrypt proves the domain by HTTP-01 on port 80 before it issues a certificate.",
      source: BOULDER_HTTP01,
      assertions: { acmePath: true },
    },
    {
      kind: 'smtp',
      port: 25,
      expect: 'open',
      level: 'required',
      group: 'replies',
      reason: 'Replies to campaign mails come in on port 25, where the MX of the sender domain points.',
      source: LUCY_REPLIES,
    },
    {
      kind: 'ssh',
      port: 22,
      expect: 'closed',
      // Support's SSH connects from the proxy to a jump host, so 22 need not be reachable from the internet; but the customer may administer
      // the proxy with it, which is a risk to name, not a fault of the set-up.
      level: 'recommended',
      reason: 'Support connects outward to a jump host: SSH need not be reachable from the internet.',
      quote: ONLY_80_AND_443,
      source: LUCY_NETWORK,
    },
    mustNotBeReachable(445, 'SMB'),
    mustNotBeReachable(3306, 'MySQL'),
    mustNotBeReachable(3389, 'RDP'),
    mustNotBeReachable(5432, 'PostgreSQL'),
    mustNotBeReachable(5900, 'VNC'),
    mustNotBeReachable(6379, 'Redis'),
    mustNotBeReachable(27017, 'MongoDB'),
    dependency({
      kind: 'http',
      port: 80,
      host: 'update.phishing-server.com',
      level: 'required',
      reason: 'Update and licence server, and package mirror.',
      documentedAddresses: ['162.55.130.83'],
      assertions: { status: FAR_END_STATUS },
    }),
    dependency({
      kind: 'tls',
      port: 443,
      host: 'update.phishing-server.com',
      level: 'required',
      reason: 'Update and licence server, and package mirror.',
      documentedAddresses: ['162.55.130.83'],
    }),
    dependency({
      kind: 'dns',
      port: 53,
      host: 'dns.google',
      dnsServer: '8.8.8.8',
      reason:
        'DNS over UDP 53 at 8.8.8.8, or another server; it is asked for its own name, which it always knows.',
    }),
    dependency({ kind: 'tls', port: 443, host: 'nvd.nist.gov', reason: 'CVE database of NIST (optional).' }),
    dependency({
      kind: 'http',
      port: 80,
      host: 'static.nvd.nist.gov',
      reason: 'CVE database of NIST, for vulnerability checks (optional).',
      documentedAddresses: ['129.6.13.177'],
      assertions: { status: FAR_END_STATUS },
    }),
    dependency({
      kind: 'http',
      port: 80,
      host: 'changelog.lucysecurity.com',
      reason: 'News on updates (optional).',
      documentedAddresses: ['116.203.185.12'],
      assertions: { status: FAR_END_STATUS },
    }),
    dependency({ kind: 'tls', port: 443, host: 'is.gd', reason: 'URL shortener (optional).' }),
    dependency({ kind: 'tls', port: 443, host: 'api-ssl.bitly.com', reason: 'URL shortener (optional).' }),
    dependency({
      kind: 'tls',
      port: 443,
      host: 'api.authy.com',
      reason: 'Two-factor authentication (optional).',
    }),
  ],
};

/** A mail domain on loopback: scripted DNS and mail servers and a real policy server, at addresses that look public to the probe. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import { diagnoseMx } from '../../../lib/kinds/mx/diagnosis.ts';
import { MxObservation } from '../../../lib/kinds/mx/observation.ts';
import { probeMx } from '../../../lib/kinds/mx/probe.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { VantageFacts } from '../../../lib/model/plan.ts';
import { systemClock } from '../../../lib/net/clock.ts';
import type { Validated } from '../../../lib/net/dnssec/validated.ts';
import { createGuard } from '../../../lib/net/guard.ts';
import type { GuardedDial } from '../../../lib/net/network-access.ts';
import { createResolver } from '../../../lib/net/resolver.ts';
import type { Authority, Issued } from '../../certificates/authority.ts';
import { startDnsServer, type Zone } from '../../servers/dns-server.ts';
import { type SmtpScript, type Step, serveSmtp } from '../../servers/smtp-script.ts';
import { CLEAN_VANTAGE, endpointOf, loopbackContext } from '../smtp/scenario.ts';

export const DOMAIN = 'customer.example';

/** Greets, offers STARTTLS and speaks on behind it. */
export const mailServer = ({ key, chain }: Issued): Step[] => [
  { say: '220 mx ESMTP' },
  { on: /^EHLO/, say: '250-mx.customer.example\r\n250 STARTTLS' },
  { on: /^STARTTLS$/, say: '220 go', tls: { key, cert: chain } },
  { on: /^EHLO/, say: '250-mx.customer.example\r\n250 SIZE 1' },
];
export const withoutTls: Step[] = [{ say: '220 mx ESMTP' }, { on: /^EHLO/, say: '250-mx\r\n250 SIZE 1' }];

export interface Policy {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** Never ends. */
  readonly endless?: true;
  /** In place of the certificate of the policy host. */
  readonly identity?: Issued;
}

export const policyText = (mode: string, ...mx: string[]): string =>
  ['version: STSv1', `mode: ${mode}`, ...mx.map((name) => `mx: ${name}`), 'max_age: 86400', ''].join('\r\n');

export interface MailDomain {
  readonly zone: Zone;
  /** Script by address; addresses without one refuse. */
  readonly servers?: Readonly<Record<string, readonly Step[]>>;
  readonly policy?: Policy;
  /** By the name that is asked for. */
  readonly tlsa?: Readonly<Record<string, Validated>>;
  readonly vantage?: VantageFacts;
  readonly allowPrivate?: boolean;
  /** Addresses whose packets are dropped. */
  readonly silent?: readonly string[];
  readonly timeoutMs?: number;
  readonly context?: Partial<ProbeContext>;
}

export interface SeenRoute {
  readonly observation: MxObservation;
  readonly finding: Finding;
  /** `address:port` in the order in which they were dialled. */
  readonly dialled: readonly string[];
  readonly questions: readonly string[];
  readonly servers: Readonly<Record<string, SmtpScript>>;
}

export const POLICY_ADDRESS = '198.41.0.80';

/** One probe of the domain and its diagnosis. The observation must fit its schema: it goes through JSON. */
export async function seeRoute(domain: MailDomain, authority: Authority): Promise<SeenRoute> {
  const dns = await startDnsServer(domain.zone);
  const servers: Record<string, SmtpScript> = {};
  for (const [address, steps] of Object.entries(domain.servers ?? {}))
    servers[address] = await serveSmtp(steps);
  const web = domain.policy && (await policyServer(domain.policy, authority));
  const dialled: string[] = [];
  const guard = createGuard({ allowPrivate: domain.allowPrivate === true });
  const base = loopbackContext();
  const dial: GuardedDial = (address, port, options) => {
    const range = guard(address);
    if (range !== undefined)
      return Promise.resolve({ ok: false, result: { status: 'refused-by-guard', range }, ms: 0 });
    dialled.push(`${address}:${port}`);
    if (domain.silent?.includes(address) === true)
      return Promise.resolve({ ok: false, result: { status: 'timeout' }, ms: 8_000 });
    const to = port === 443 ? (web?.address() as AddressInfo | undefined)?.port : servers[address]?.port;
    if (to === undefined)
      return Promise.resolve({ ok: false, result: { status: 'refused', code: 'ECONNREFUSED' }, ms: 1 });
    return base.dial('127.0.0.1', to, options);
  };
  const resolver = createResolver({ servers: [dns.address], pins: [], timeoutMs: 2_000, clock: systemClock });
  const context: ProbeContext = {
    ...base,
    guard,
    dial,
    trustAnchors: [authority.root],
    resolver: {
      ...resolver,
      ask: async (name, type) => {
        const found = type === 'TLSA' ? domain.tlsa?.[name] : undefined;
        return found === undefined
          ? resolver.ask(name, type)
          : { code: found.status === 'bogus' ? 'SERVFAIL' : found.code, records: [...found.records], ms: 1 };
      },
      validate: async (name) =>
        domain.tlsa?.[name] ?? { status: 'insecure', code: 'NODATA', records: [], aliases: [] },
    },
    ...domain.context,
  };
  const spec = {
    endpointId: `mx://${DOMAIN}:25`,
    kind: 'mx' as const,
    host: DOMAIN,
    port: 25,
    address: '',
    timeoutMs: domain.timeoutMs ?? 20_000,
    expect: 'open' as const,
  };
  try {
    const observation = await probeMx(spec, context);
    expect(MxObservation.parse(JSON.parse(JSON.stringify(observation)))).toEqual(observation);
    const finding = diagnoseMx(observation, {
      endpoint: endpointOf(spec),
      vantage: domain.vantage ?? CLEAN_VANTAGE,
      now: Date.now(),
    });
    const questions = dns.queries.map(({ name, type }) => `${type} ${name}`);
    return { observation, finding, dialled, questions, servers };
  } finally {
    web?.closeAllConnections();
    await Promise.all([
      dns.close(),
      ...Object.values(servers).map((server) => server.close()),
      web && new Promise((resolve) => web.close(resolve)),
    ]);
  }
}

async function policyServer(policy: Policy, authority: Authority): Promise<Server> {
  const { key, chain } = policy.identity ?? (await authority.issue({ names: [`mta-sts.${DOMAIN}`] }));
  const server = createServer({ key, cert: chain }, (request, response) => {
    expect(request.url).toBe('/.well-known/mta-sts.txt');
    expect(request.headers.host).toBe(`mta-sts.${DOMAIN}`);
    response.writeHead(policy.status ?? 200, { 'content-type': 'text/plain', ...policy.headers });
    if (policy.endless !== true) return response.end(policy.body ?? '');
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384, 'mx: a.example\n')));
    };
    response.on('drain', more);
    more();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

import { endpointId } from '../../engine/plan/endpoint-id.ts';
import type { Assertions, Endpoint } from '../../model/endpoint.ts';
import { RunSettings } from '../../model/request.ts';
import type { Expect, Kind } from '../../model/vocabulary.ts';
import { type Site, ZONE } from './site.ts';

export const DEMO_NOTICE =
  'DEMO on loopback: this customer is made up, its servers run inside this process on 127.0.0.1, several are broken on purpose, and no packet leaves this machine.';

interface Wish {
  readonly kind: Kind;
  readonly name: string;
  readonly port: number;
  readonly path?: string;
  readonly expect?: Expect;
  readonly reason: string;
  readonly assertions?: Assertions;
}

/** What the invented customer promised about the site. */
export function demoEndpoints({ ports }: Site): Endpoint[] {
  const wishes: Wish[] = [
    {
      kind: 'https',
      name: 'www',
      port: ports.landing,
      path: '/',
      reason: 'The landing page, in good health.',
      assertions: { titleContains: 'awareness' },
    },
    {
      kind: 'http',
      name: 'www',
      port: ports.http,
      path: '/',
      reason: 'Plain HTTP leads to HTTPS.',
      assertions: { redirectToHttps: true },
    },
    {
      kind: 'https',
      name: 'portal',
      port: ports.portal,
      path: '/',
      reason: 'Nobody renewed this certificate.',
    },
    {
      kind: 'smtp',
      name: 'mx',
      port: ports.smtp,
      reason: 'Mail is taken, but never encrypted.',
      assertions: { starttls: true },
    },
    {
      kind: 'https',
      name: 'api',
      port: ports.api,
      path: '/',
      reason: 'The firewall is open, but no service listens.',
    },
    {
      kind: 'ssh',
      name: 'www',
      port: ports.ssh,
      expect: 'closed',
      reason: 'SSH is for the management network only.',
    },
    {
      kind: 'tcp',
      name: 'www',
      port: ports.database,
      expect: 'closed',
      reason: 'The database is for the customer only.',
    },
  ];
  return wishes.map(({ name, ...wish }) => {
    const parts = { ...wish, host: `${name}.${ZONE}`, expect: wish.expect ?? ('open' as const) };
    return { id: endpointId(parts), target: ZONE, level: 'required', ...parts };
  });
}

/**
 * Settings that keep every packet on this machine: the site's own name server, its root as trust anchor, and a control
 * of its own for each port instead of the built-in ones.
 */
export function demoSettings({ ports, root, nameServer }: Site): RunSettings {
  return RunSettings.parse({
    allowPrivate: true,
    family: '4',
    confirmPauseMs: 100,
    dnsServers: [nameServer],
    trustAnchors: [root],
    defaultControls: false,
    controls: Object.values(ports).map((port) => ({ port, host: '127.0.0.1', hostPort: ports.landing })),
  });
}

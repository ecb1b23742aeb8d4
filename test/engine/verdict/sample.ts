import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import { finding } from '../../../lib/kinds/contract/fault.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import type { DnsObservation } from '../../../lib/kinds/dns/observation.ts';
import type { Observation } from '../../../lib/kinds/observation.ts';
import type { SshObservation } from '../../../lib/kinds/ssh/observation.ts';
import type { TcpObservation } from '../../../lib/kinds/tcp/observation.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { Fault, Finding } from '../../../lib/model/finding.ts';
import type { VantageFacts } from '../../../lib/model/plan.ts';
import { plainFault as fault } from '../../kinds/contract/plain-fault.ts';

export const endpoint = (over: Partial<Endpoint> = {}): Endpoint => ({
  id: 'tcp://app.example.com:443',
  target: 'app.example.com',
  kind: 'tcp',
  host: 'app.example.com',
  port: 443,
  expect: 'open',
  level: 'required',
  ...over,
});

export const vantage = (id: string, over: Partial<VantageFacts> = {}): VantageFacts => ({
  id,
  kind: 'local',
  families: [4, 6],
  controls: [
    {
      port: 443,
      family: 4,
      target: 'control.example.net:443',
      ok: true,
      detail: 'connected',
      at: '2026-03-01T09:30:01.000Z',
    },
  ],
  negative: {
    address: '240.0.0.1',
    port: 443,
    clean: true,
    detail: 'timeout',
    at: '2026-03-01T09:30:01.000Z',
  },
  ...over,
});

/** A vantage whose network answers for everyone. */
export const dirtyVantage = (id: string): VantageFacts =>
  vantage(id, {
    negative: {
      address: '240.0.0.1',
      port: 443,
      clean: false,
      detail: 'connected',
      at: '2026-03-01T09:30:01.000Z',
    },
  });

interface Where {
  readonly vantage?: string;
  readonly address?: string;
  readonly attempt?: number;
}

const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);

const common = ({ vantage: id = 'local', address = '203.0.113.10', attempt = 1 }: Where) => ({
  endpointId: 'tcp://app.example.com:443',
  vantage: id,
  host: 'app.example.com',
  port: 443,
  address,
  ...(address !== '' && { family: familyOf(address) }),
  localAddress: '192.168.1.5',
  startedAt: `2026-03-01T09:3${attempt}:00.000Z`,
  timings: { total: 12.3 },
});

const judge = (
  observation: Observation,
  found: Finding,
  { vantage: id = 'local', attempt = 1 }: Where,
): JudgedObservation => ({
  observation,
  finding: found,
  vantage: id,
  attempt,
});

/** A service that answered, with the faults given. */
export function open(where: Where = {}, faults: Fault[] = []): JudgedObservation {
  const observation: TcpObservation = {
    kind: 'tcp',
    ...common(where),
    exchange: [
      { at: '2026-03-01T09:31:00.000Z', dir: 'sent', text: 'PING\\r\\n' },
      { at: '2026-03-01T09:31:00.010Z', dir: 'received', text: '+PONG\\r\\n' },
    ],
    connect: { status: 'connected' },
    read: { end: 'complete', bytes: 7, text: '+PONG\\r\\n' },
  };
  return judge(
    observation,
    finding('open', faults, { summary: faults[0]?.summary ?? 'The service answered "+PONG".' }),
    where,
  );
}

export function refused(where: Where = {}): JudgedObservation {
  const observation: TcpObservation = {
    kind: 'tcp',
    ...common(where),
    exchange: [],
    connect: { status: 'refused', code: 'ECONNREFUSED' },
  };
  return judge(
    observation,
    finding('closed', [fault('tcp.refused', `${observation.address} refuses.`)]),
    where,
  );
}

export function filtered(where: Where = {}): JudgedObservation {
  const observation: TcpObservation = {
    kind: 'tcp',
    ...common(where),
    exchange: [],
    connect: { status: 'timeout' },
  };
  return judge(
    observation,
    finding('filtered', [fault('tcp.filtered', `${observation.address} did not answer in 5000 ms.`)]),
    where,
  );
}

/** TCP connects, and then no byte. */
export function silent(where: Where = {}): JudgedObservation {
  const observation: TcpObservation = {
    kind: 'tcp',
    ...common(where),
    exchange: [],
    connect: { status: 'connected' },
    read: { end: 'timeout', bytes: 0, text: '' },
  };
  return judge(observation, finding('broken', [fault('tcp.accepts-then-silent', 'No byte came.')]), where);
}

/** Another protocol than the expected one answers. */
export function notSsh(where: Where = {}): JudgedObservation {
  const observation: SshObservation = {
    kind: 'ssh',
    ...common(where),
    exchange: [],
    connect: { status: 'connected' },
    ssh: { read: { end: 'complete', bytes: 20, text: 'HTTP/1.1 400 Bad' } },
  };
  return judge(observation, finding('broken', [fault('ssh.not-ssh', 'Not SSH: "HTTP/1.1 400 Bad".')]), where);
}

/** Nothing was proved, for a reason on the prober's side. */
export function unproven(
  cause: 'prober.no-control' | 'prober.egress-blocked' | 'prober.deadline' | 'prober.no-ipv6',
  where: Where = {},
): JudgedObservation {
  const observation: TcpObservation = {
    kind: 'tcp',
    ...common(where),
    exchange: [],
    connect: { status: 'timeout' },
  };
  return judge(
    observation,
    finding('inconclusive', [fault(cause, `${cause} at ${where.vantage ?? 'local'}.`)]),
    where,
  );
}

export function lookup(found: Finding, where: Where = {}): JudgedObservation {
  const observation: DnsObservation = {
    kind: 'dns',
    ...common({ ...where, address: '' }),
    exchange: [],
    dns: { name: 'app.example.com', servers: ['192.0.2.53'], answers: [], cnames: [], addresses: [] },
  };
  return judge(observation, found, where);
}

export const nxdomain = (where: Where = {}): JudgedObservation =>
  lookup(finding('broken', [fault('dns.nxdomain', 'app.example.com does not exist.')]), where);

/** A complete handshake with the leaf given; `trusted` by root and name. */
export function tls(where: Where & { leaf?: string; trusted?: boolean } = {}): JudgedObservation {
  const { leaf = 'aa'.repeat(32), trusted = true } = where;
  const result: TlsResult = {
    handshake: { status: 'complete' },
    protocol: 'TLSv1.3',
    nameMatch: { ok: trusted },
    trust: { status: trusted ? 'anchored' : 'self-signed-leaf' },
    chain: [
      {
        subject: 'CN=app.example.com',
        issuer: 'CN=Example CA',
        altNames: ['DNS:app.example.com'],
        serial: '01',
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: '2027-01-01T00:00:00.000Z',
        keyType: 'ec',
        keyBits: 256,
        signatureAlgorithm: 'ecdsa-with-SHA256',
        fingerprint256: leaf,
        selfSigned: false,
        isCa: false,
      },
    ],
  };
  const observation: Observation = {
    kind: 'tls',
    ...common(where),
    exchange: [],
    connect: { status: 'connected' },
    tls: result,
  };
  return judge(observation, finding('open', [], { summary: 'TLSv1.3 with a valid certificate.' }), where);
}

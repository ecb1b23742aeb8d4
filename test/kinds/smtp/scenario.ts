/** Runs the smtp probe against a scripted server and diagnoses what it saw; every scenario is checked for commands out of order. */
import { randomBytes } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import { expect } from 'vitest';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import { diagnoseSmtp } from '../../../lib/kinds/smtp/diagnosis.ts';
import { SmtpObservation } from '../../../lib/kinds/smtp/observation.ts';
import { probeSmtp } from '../../../lib/kinds/smtp/probe.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import { systemClock } from '../../../lib/net/clock.ts';
import { createDial } from '../../../lib/net/dial.ts';
import { createGuard } from '../../../lib/net/guard.ts';
import { createResolver } from '../../../lib/net/resolver.ts';
import { type SmtpScript, type Step, serveSmtp } from '../../servers/smtp-script.ts';

/** A context on loopback whose resolver asks a port without a listener, unless a test gives another. */
export function loopbackContext(overrides: Partial<ProbeContext> = {}): ProbeContext {
  const guard = createGuard({ allowPrivate: true });
  const deadline = overrides.deadline ?? new AbortController().signal;
  return {
    vantage: 'local',
    deadline,
    clock: systemClock,
    guard,
    dial: createDial({ guard, clock: systemClock, deadline }),
    resolver: createResolver({ servers: ['127.0.0.1:9'], pins: [], timeoutMs: 200, clock: systemClock }),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    trustAnchors: [],
    ehloName: 'prober.example.net',
    ...overrides,
  };
}

export function smtpSpec(port: number, overrides: Partial<ProbeSpec> = {}): ProbeSpec {
  return {
    endpointId: `smtp://localhost:${port}`,
    kind: 'smtp',
    host: 'localhost',
    port,
    address: '127.0.0.1',
    family: 4,
    timeoutMs: 5_000,
    expect: 'open',
    ...overrides,
  };
}

export const CLEAN_VANTAGE: VantageFacts = { id: 'local', kind: 'local', families: [4, 6], controls: [] };

/** The endpoint to which a spec belongs. */
export function endpointOf(spec: ProbeSpec): Endpoint {
  const { endpointId, kind, host, port, assertions } = spec;
  return {
    id: endpointId,
    target: host,
    kind,
    host,
    port,
    expect: spec.expect,
    level: 'required',
    ...(assertions === undefined ? {} : { assertions }),
  };
}

export interface Scenario {
  readonly observation: SmtpObservation;
  readonly finding: Finding;
  readonly server: Pick<SmtpScript, 'heard' | 'offences' | 'connections'>;
}

/** Probes a port and diagnoses what was seen. The observation must fit its schema: it goes through JSON. */
export async function probeAndDiagnose(
  spec: ProbeSpec,
  context: ProbeContext = loopbackContext(),
  vantage: VantageFacts = CLEAN_VANTAGE,
): Promise<{ observation: SmtpObservation; finding: Finding }> {
  const observation = await probeSmtp(spec, context);
  expect(SmtpObservation.parse(JSON.parse(JSON.stringify(observation)))).toEqual(observation);
  const finding = diagnoseSmtp(observation, { endpoint: endpointOf(spec), vantage, now: Date.now() });
  return { observation, finding };
}

/** One scripted server, one probe, one finding. */
export async function scenario(
  steps: readonly Step[],
  options: {
    readonly spec?: Partial<ProbeSpec>;
    readonly context?: Partial<ProbeContext>;
    readonly vantage?: VantageFacts;
    readonly implicitTls?: SecureContextOptions;
    /** False when the server can't read what is said as commands (a ClientHello). */
    readonly checksOrder?: boolean;
  } = {},
): Promise<Scenario> {
  const { implicitTls } = options;
  const server = await serveSmtp(steps, implicitTls === undefined ? {} : { implicitTls });
  try {
    const seen = await probeAndDiagnose(
      smtpSpec(server.port, options.spec),
      loopbackContext(options.context),
      options.vantage,
    );
    if (options.checksOrder !== false) expectNoOffences(server);
    return { ...seen, server };
  } finally {
    await server.close();
  }
}

/** What every session has to keep to, on the wire log of the server. */
export function expectNoOffences({ heard, offences, connections }: Scenario['server']): void {
  expect(offences).toEqual([]);
  expect(connections).toBeLessThanOrEqual(1);
  for (const line of heard) {
    expect(line).toMatch(/^(EHLO|HELO|STARTTLS|MAIL FROM:|RCPT TO:|RSET$|QUIT$)/);
    expect(line).not.toMatch(/^(DATA|BDAT|VRFY|EXPN|AUTH)\b/i);
    expect(line.length).toBeLessThanOrEqual(510);
  }
  expect(heard.filter((line) => line.startsWith('RCPT')).length).toBeLessThanOrEqual(3);
}

export const causesOf = ({ faults }: Finding): string[] => faults.map(({ cause }) => cause);
/** `cause severity side`, most serious first. */
export const faultsOf = ({ faults }: Finding): string[] =>
  faults.map(({ cause, severity, side }) => `${cause} ${severity} ${side}`);

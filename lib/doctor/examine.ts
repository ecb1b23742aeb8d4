import type { RunSettings } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import { addressScope } from '../net/guard.ts';
import type { ProbeContext, ProbeRegistry } from '../probe/probe.ts';
import { proveControl } from '../run/control-probe.ts';
import { type ControlHost, defaultControls } from '../run/default-controls.ts';
import { createNegativeControls } from '../run/negative-control.ts';

/** One thing looked at. `note`: worth knowing, and neither good nor bad. */
export interface Examination {
  readonly topic: string;
  readonly result: 'ok' | 'not ok' | 'note';
  readonly detail: string;
}

export interface ExamineOptions {
  readonly settings: RunSettings;
  readonly context: ProbeContext;
  readonly probes: ProbeRegistry;
  /** TCP ports to prove. */
  readonly ports: readonly number[];
}

/** Oldest Node this project runs on, as in package.json. */
const NODE_MIN = [20, 19] as const;

/** What this machine knows of itself; sends nothing. */
export function examineMachine(context: ProbeContext, versions: NodeJS.ProcessVersions): Examination[] {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  const recent = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  const families = context.families ?? [];
  return [
    {
      topic: 'node',
      result: recent ? 'ok' : 'not ok',
      detail: `${versions.node} with OpenSSL ${versions.openssl}${recent ? '' : `; ${NODE_MIN.join('.')} or later is needed`}`,
    },
    ...([4, 6] as const).map((family): Examination => {
      const has = families.includes(family);
      return {
        topic: `IPv${family}`,
        result: has ? 'ok' : 'note',
        detail: has
          ? 'this machine has an address'
          : `no address: results over IPv${family} are inconclusive from here`,
      };
    }),
    {
      topic: 'DNS servers',
      result: context.resolver.servers.length > 0 ? 'ok' : 'not ok',
      detail: context.resolver.servers.join(', ') || 'none is configured: name one with --dns',
    },
    { topic: 'EHLO name', result: 'note', detail: `${context.ehloName} (--ehlo-name names another)` },
  ];
}

/** Contacts the controls of each port, all at once: what a timeout there would be worth. */
export async function examineNetwork(options: ExamineOptions): Promise<Examination[]> {
  const { settings, context, ports } = options;
  const negatives = createNegativeControls(settings, context);
  // A negative control leaves this machine, so it is made where built-in hosts may be contacted, or where it is named.
  const scope = settings.defaultControls ? 'public' : 'private';
  const perPort = ports.map(async (port) => {
    const families = (context.families ?? [4]).map((family) => examineControl(port, family, options));
    const negative = negatives.result(port, scope);
    const control = await negative;
    return [
      ...(await Promise.all(families)),
      ...(control === undefined
        ? []
        : [
            {
              topic: `negative control, port ${port}`,
              result: control.clean ? ('ok' as const) : ('not ok' as const),
              detail: control.clean ? control.detail : `${control.detail}: this network answers for everyone`,
            },
          ]),
    ];
  });
  const found = (await Promise.all(perPort)).flat();
  negatives.stop();
  return [...(await examineNames(options)), ...found];
}

function controlHosts(port: number, { settings }: ExamineOptions): readonly ControlHost[] {
  const named = settings.controls
    .filter((control) => control.port === port)
    .map(({ host, hostPort }) => ({ host, port: hostPort }));
  if (named.length > 0) return named;
  return settings.defaultControls ? defaultControls(port, 'tcp') : [];
}

async function examineControl(port: number, family: Family, options: ExamineOptions): Promise<Examination> {
  const { context, probes } = options;
  const topic = `port ${port} over IPv${family}`;
  const details: string[] = [];
  let tried = false;
  for (const host of controlHosts(port, options)) {
    const silence = { port, family, transport: 'tcp' as const, scope: addressScope(host.host) };
    const proof = await proveControl(host, silence, context, probes);
    if (proof.result.ok)
      return { topic, result: 'ok', detail: `${proof.result.target}: ${proof.result.detail}` };
    tried ||= proof.tried;
    details.push(`${proof.result.target}: ${proof.result.detail}`);
  }
  if (details.length === 0)
    return { topic, result: 'not ok', detail: `no control: name one with --control ${port}=HOST:${port}` };
  // No address in this family is no fault of the network; every address silent is.
  return { topic, result: tried ? 'not ok' : 'note', detail: details.join('; ') };
}

/** Are the names of the controls found? Controls given by address ask nothing. */
async function examineNames(options: ExamineOptions): Promise<Examination[]> {
  const { context, ports } = options;
  const hosts = new Set(ports.flatMap((port) => controlHosts(port, options)).map(({ host }) => host));
  const answers = await Promise.all([...hosts].map((host) => context.resolver.addresses(host)));
  return answers
    .filter(({ given }) => !given)
    .map(({ name, addresses, answers: each }): Examination => {
      const found = addresses.length > 0;
      const codes = each.map(({ type, code }) => `${type} ${code}`).join(', ');
      return {
        topic: 'name look-up',
        result: found ? 'ok' : 'not ok',
        detail: `${name}: ${found ? addresses.map(({ address }) => address).join(', ') : codes}`,
      };
    });
}

import { proveControl } from '../engine/measure/control-probe.ts';
import { type ControlHost, defaultControls } from '../engine/measure/default-controls.ts';
import { createNegativeControls } from '../engine/measure/negative-control.ts';
import type { ProbeContext } from '../kinds/contract/probe.ts';
import type { ProbeRegistry } from '../kinds/probes.ts';
import type { RunSettings } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import { addressScope } from '../net/guard.ts';
import { kernelCapabilities } from '../net/kernel/capabilities.ts';

/** One thing that was checked. `note`: useful to know, but not good or bad. */
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

/** Facts about this machine; sends nothing. */
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

/** What the kernel tells about failures beyond what sockets do; sends nothing. Whatever is missing is no fault of the machine. */
export async function examineKernel(): Promise<Examination> {
  const { sees, lacks, why } = await kernelCapabilities();
  const topic = 'kernel evidence';
  if (why !== undefined)
    return { topic, result: 'note', detail: `none: ${why}. Failures are judged by what sockets tell` };
  const missing = lacks.length === 0 ? '' : `; not ${lacks.join(', ')}`;
  return {
    topic,
    result: lacks.length === 0 ? 'ok' : 'note',
    detail: `${sees.join(', ') || 'none'}${missing}`,
  };
}

/** Contacts the controls of all ports at the same time: shows what a timeout there would prove. */
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
  // It is not a fault of the network if there is no address in this family; it is one if every address is silent.
  return { topic, result: tried ? 'not ok' : 'note', detail: details.join('; ') };
}

/** Are the names of the controls found? Controls given by address need no look-up. */
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

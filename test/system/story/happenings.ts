/** What the pages' comments tell of the customer's servers, made true. */
import type { Rig } from '../../fleet-rig/rig.ts';
import type { World } from './world.ts';

const DOES = { 'is dropped': 'drops', 'is rejected': 'rejects', 'is open': 'accepts' } as const;

interface Happening {
  readonly pattern: RegExp;
  readonly happen: (groups: Readonly<Record<string, string>>, world: World, rig: Rig) => Promise<void> | void;
}

const HAPPENINGS: readonly Happening[] = [
  {
    pattern: /^port (?<port>\d+) of (?<host>\S+) (?<does>is dropped|is rejected|is open)$/,
    happen: ({ port, host = '', does }, world) =>
      world.firewall(host, Number(port), DOES[does as keyof typeof DOES]),
  },
  {
    pattern:
      /^the certificate of (?<host>\S+) (?:has (?<expired>expired)|is good|ends in (?<days>\d+) days)$/,
    happen: ({ host = '', expired, days }, world) =>
      world.certificate(
        host,
        expired !== undefined ? 'expired' : days !== undefined ? { days: Number(days) } : 'good',
      ),
  },
  {
    pattern: /^the TXT record for (?<target>\S+) is at (?<name>\S+)$/,
    async happen({ target, name = '' }, world, rig) {
      const item = await rig.table.get(`TARGET#${target}`, 'TARGET');
      world.publishTxt(name, `inbound-check=${String(item?.challenge)}`);
    },
  },
];

/** Throws for a sentence that nobody here understands: the page would tell of what never happened. */
export async function happen(what: string, world: World, rig: Rig): Promise<void> {
  for (const { pattern, happen: make } of HAPPENINGS) {
    const found = pattern.exec(what);
    if (found !== null) return make(found.groups ?? {}, world, rig);
  }
  throw new Error(`nothing happens by "${what}"`);
}

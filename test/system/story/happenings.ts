/** Carries out what the comments of a page say. A sentence that is listed here can be used on any page. */
import { OPERATORS } from '../../fleet-rig/http-api.ts';
import type { Stage } from './stage.ts';

/** Words of the page, and what they stand for from here on. */
export type Learnt = Readonly<Record<string, string>>;

interface Happening {
  readonly pattern: RegExp;
  readonly happen: (
    groups: Readonly<Record<string, string>>,
    stage: Stage,
  ) => Promise<Learnt | undefined> | undefined;
}

const DOES = { 'is dropped': 'drops', 'is rejected': 'rejects', 'is open': 'accepts' } as const;

const HAPPENINGS: readonly Happening[] = [
  {
    pattern: /^port (?<port>\d+) of (?<host>\S+) (?<does>is dropped|is rejected|is open)$/,
    happen({ port, host = '', does }, { world }) {
      world.firewall(host, Number(port), DOES[does as keyof typeof DOES]);
      return undefined;
    },
  },
  {
    pattern:
      /^the certificate of (?<host>\S+) (?:has (?<expired>expired)|is good|ends in (?<days>\d+) days)$/,
    async happen({ host = '', expired, days }, { world }) {
      const is = days !== undefined ? { days: Number(days) } : expired !== undefined ? 'expired' : 'good';
      await world.certificate(host, is);
      return undefined;
    },
  },
  {
    pattern: /^the TXT record for (?<target>\S+) is at (?<name>\S+)$/,
    async happen({ target, name = '' }, { world, rig }) {
      const item = await rig.table.get(`TARGET#${target}`, 'TARGET');
      if (item === undefined) throw new Error(`${target} is not registered`);
      world.publishTxt(name, `inbound-check=${String(item.challenge)}`);
      return undefined;
    },
  },
  {
    pattern: /^the reader has the policy (?<policy>\w+)$/,
    happen({ policy }, stage) {
      const known = OPERATORS.find((one) => one === policy);
      if (known === undefined) throw new Error(`there is no policy ${policy}`);
      stage.caller = known;
      return undefined;
    },
  },
  {
    pattern: /^(?<target>\S+) is registered, and vouched for$/,
    async happen({ target = '' }, stage) {
      const what = ['--host', `${target}.example.com`, '--profile', 'web'];
      await done(stage, ['target', 'add', target, ...what]);
      await done(stage, ['target', 'vouch', target, '--reason', 'contract 4711']);
      return undefined;
    },
  },
  {
    pattern: /^the run (?<run>\S+) of (?<target>\S+) has passed$/,
    async happen({ run = '', target = '' }, stage) {
      const printed = await done(stage, ['run', target, '--wait', '--no-share']);
      const id = /\brun (\S+)/.exec(printed)?.[1];
      if (id === undefined) throw new Error(`no run is named: ${printed}`);
      return { [run]: id };
    },
  },
  {
    pattern: /^the schedule of (?<target>\S+) is due$/,
    async happen({ target }, { rig }) {
      const sent = rig.scheduler
        .schedules()
        .find(({ Target: { Input } }) => (JSON.parse(Input) as { schedule: string }).schedule === target);
      if (sent === undefined) throw new Error(`${target} has no schedule`);
      const { body } = await rig.scheduler.fire(sent.Name, { scheduledTime: new Date().toISOString() });
      const { runId } = body as { readonly runId?: string };
      if (runId === undefined) throw new Error(`no run was started: ${JSON.stringify(body)}`);
      await rig.states.ended(runId);
      return undefined;
    },
  },
  {
    // As if it had been set so long ago, and the watchdog looks now.
    pattern: /^no run of (?<target>\S+) has come for (?<hours>\d+) hours$/,
    async happen({ target, hours }, { rig }) {
      const item = await rig.table.get(`SCHEDULE#${target}`, 'SCHEDULE');
      if (item === undefined) throw new Error(`${target} has no schedule`);
      const begin = Date.now() - Number(hours) * 3_600_000;
      await rig.table.put({ ...item, activeSince: new Date(begin).toISOString() });
      await rig.deliveries.tick();
      return undefined;
    },
  },
  {
    pattern: /^the receiver of alerts has got "(?<text>.+)"$/,
    async happen({ text = '' }, { world, rig }) {
      await rig.deliveries.settled();
      if (!world.alerts.some((alert) => alert.includes(text)))
        throw new Error(`no alert says "${text}":\n${world.alerts.join('\n')}`);
      return undefined;
    },
  },
  {
    pattern: /^(?<link>http\S+\/s\/[\w-]{43}) leads (?<where>nowhere|to a report)$/,
    async happen({ link = '', where }) {
      const { status } = await fetch(link);
      const expected = where === 'nowhere' ? 404 : 200;
      if (status !== expected) throw new Error(`${link} gives ${status}`);
      return undefined;
    },
  },
];

/** What a command printed that must end well. */
async function done({ command }: Stage, args: readonly string[]): Promise<string> {
  const { status, printed } = await command(args);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${printed}`);
  return printed;
}

/** Throws for an unknown sentence: the page would describe something that never happened. */
export async function happen(what: string, stage: Stage): Promise<Learnt> {
  for (const { pattern, happen: make } of HAPPENINGS) {
    const found = pattern.exec(what);
    if (found !== null) return (await make(found.groups ?? {}, stage)) ?? {};
  }
  throw new Error(`nothing happens by "${what}"`);
}

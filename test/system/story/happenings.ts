/** Carries out what the comments of a page say. A sentence that is listed here can be used on any page. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { TargetView } from '../../../lib/service/contracts/targets.ts';
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
    async happen({ target = '', name = '' }, stage) {
      const view = TargetView.parse(
        JSON.parse(await done(stage, ['target', 'show', target, '--format', 'json'])),
      );
      const challenge = view.prove.find(({ txt }) => txt !== undefined)?.txt?.value;
      if (challenge === undefined) throw new Error(`no record proves ${target}`);
      stage.world.publishTxt(name, challenge);
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
    async happen({ target = '' }, { home }) {
      await home.due(target);
      return undefined;
    },
  },
  {
    pattern: /^no run of (?<target>\S+) has come for (?<hours>\d+) hours$/,
    async happen({ target = '', hours }, { home }) {
      await home.missed(target, Number(hours));
      return undefined;
    },
  },
  {
    pattern: /^the receiver of alerts has got "(?<text>.+)"$/,
    async happen({ text = '' }, { world, home }) {
      await home.alertsSent();
      if (!world.alerts.some((alert) => alert.includes(text)))
        throw new Error(`no alert says "${text}":\n${world.alerts.join('\n')}`);
      return undefined;
    },
  },
  {
    pattern: /^(?<link>http\S+\/s\/[\w-]{43}) leads (?<where>nowhere|to a report)$/,
    async happen({ link = '', where }, { world }) {
      const status = await statusOf(link, world.root);
      const expected = where === 'nowhere' ? 404 : 200;
      if (status !== expected) throw new Error(`${link} gives ${status}`);
      return undefined;
    },
  },
];

function statusOf(link: string, root: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage): void => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    };
    const asked = link.startsWith('https:') ? https.get(link, { ca: root }, take) : http.get(link, take);
    asked.once('error', reject);
  });
}

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

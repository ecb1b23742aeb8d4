import { Command, Option } from 'commander';
import type { Severity } from '../../model/change-event.ts';
import { CHANGE_KINDS, SEVERITIES } from '../../model/change-words.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import type { WebhookKind } from '../../service/state/webhooks.ts';
import { collect } from '../options/collect.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type FormatChoice, formatOption, printJson, withClient } from './answer.ts';
import { type CloudOptions, cloudOptions } from './connect.ts';
import { failed } from './failed.ts';

interface AddOptions extends CloudOptions, FormatChoice {
  /** Without a value: the URL that is registered already. */
  readonly slack?: string | true;
  readonly teams?: string | true;
  readonly url?: string | true;
  readonly pagerduty?: string | true;
  readonly ntfy?: string | true;
  readonly token?: string;
  readonly endpoint?: string;
  readonly target?: string[];
  readonly kind?: string[];
  readonly severity?: Severity;
  readonly newSecret?: boolean;
}

export function webhookCommand(setStatus: SetStatus): Command {
  return new Command('webhook')
    .description('say where a fleet or station sends its alerts')
    .addCommand(addCommand(setStatus))
    .addCommand(listCommand(setStatus))
    .addCommand(removeCommand(setStatus))
    .addCommand(testCommand(setStatus))
    .addHelpText(
      'after',
      '\nWhoever knows the URL of a webhook can write to its channel, so it is never shown again.',
    );
}

function addCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('add')
      .description('register a webhook, or change the one with that id')
      .argument('<id>', 'what it is called here: lower-case letters, digits and hyphens')
      .option('--slack [url]', 'an incoming webhook of Slack')
      .option('--teams [url]', 'a workflow of Teams: "Post to a channel when a webhook request is received"')
      .option('--url [url]', 'any other receiver: gets the change as JSON, signed')
      .option('--pagerduty [key]', 'a service of PagerDuty, by its integration key (Events API v2)')
      .option('--ntfy [url]', 'a topic of ntfy, as https://ntfy.sh/my-topic')
      .option('--token <token>', 'of a topic of ntfy that needs an access token; "" for none')
      .option(
        '--endpoint <url>',
        "of PagerDuty: another address, as the EU's https://events.eu.pagerduty.com/v2/enqueue",
      )
      .option('--target <pattern>', 'only changes of these targets, "*" for any text (repeatable)', collect)
      .option('--kind <kind>', `only changes of this kind (repeatable): ${CHANGE_KINDS.join(', ')}`, collect)
      .addOption(
        new Option(
          '--severity <severity>',
          'only changes as severe as that, and the end of each fault',
        ).choices(SEVERITIES),
      )
      .option('--new-secret', 'of a webhook with --url: sign with another secret from now on')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
In place of a URL, key or token, "-" reads it from standard input and "env:NAME" from a variable,
so that it is in no list of processes; without one the webhook keeps what it has.
The secret of a webhook with --url goes to standard output, this once.

  inbound-check webhook add ops --slack env:SLACK_URL --severity warning
  inbound-check webhook add shop --teams - --target "shop*" --kind failing < teams-url
  inbound-check webhook add desk --url https://desk.example.com/inbound-check
  inbound-check webhook add oncall --pagerduty env:PAGERDUTY_KEY --severity critical
  inbound-check webhook add phone --ntfy env:NTFY_URL --token env:NTFY_TOKEN

Exit status: 0 registered, 64 wrong usage, 69 the API can't be reached.`,
    )
    .action(async (id: string, options: AddOptions) => setStatus(await add(id, options)));
}

function listCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('list')
      .description('list the webhooks, without what is secret of their URLs')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      "\n  inbound-check webhook list --format json\n\nExit status: 0 listed, 64 wrong usage, 69 the API can't be reached.",
    )
    .action(async (options: CloudOptions & FormatChoice) => setStatus(await list(options)));
}

function removeCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('remove').description('remove a webhook').argument('<id>', 'as list shows it'),
  )
    .addHelpText(
      'after',
      "\n  inbound-check webhook remove ops\n\nExit status: 0 removed, 64 no such webhook, 69 the API can't be reached.",
    )
    .action(async (id: string, options: CloudOptions) => setStatus(await remove(id, options)));
}

function testCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('test')
      .description('send a sample to a webhook now, and say what its receiver answers')
      .argument('<id>', 'as list shows it')
      .addOption(formatOption()),
  )
    .addHelpText(
      'after',
      `
The fleet sends it, once and without another try, whatever the webhook is meant to
get. The sample says that nothing has happened.

  inbound-check webhook test ops

Exit status: 0 taken, 1 refused or nobody answered, 64 no such webhook, 69 the API
can't be reached.`,
    )
    .action(async (id: string, options: CloudOptions & FormatChoice) => setStatus(await tryOut(id, options)));
}

/** With the names used in the request. */
const FLAGS: Readonly<Record<string, string>> = {
  targets: '--target',
  kinds: '--kind',
  minSeverity: '--severity',
  key: '--pagerduty or --token',
};

async function add(id: string, options: AddOptions): Promise<number> {
  const { target: targets, kind: kinds, severity: minSeverity, newSecret = false } = options;
  const to = await receiverOf(options);
  if (!to.ok) return refuse(to);
  if (newSecret && to.value.kind !== 'generic')
    return refuse(inputError('--new-secret: only a webhook with --url has a secret'));
  const { alertsContracts, WebhookRequest } = await import('../../service/contracts/alerts.ts');
  const body = WebhookRequest.safeParse({ ...to.value, targets, kinds, minSeverity, newSecret });
  if (!body.success) {
    const { describeIssue } = await import('../../input/request/issue.ts');
    const { path, message: words } = describeIssue(body.error, WebhookRequest);
    return refuse(inputError(`${FLAGS[String(path[0])] ?? path.join('.')}: ${words}`));
  }
  return withClient(options, async (client) => {
    const asking = await client(alertsContracts.putWebhook, { params: { id }, body: body.data });
    if (asking.status !== 'answered') return failed(asking);
    const { value } = asking;
    if (options.format === 'json') return printJson(value);
    const { visible } = await import('../../report/words/visible.ts');
    const { filterWords } = await import('../../service/alerts/lines.ts');
    if (value.secret !== undefined) process.stdout.write(`${visible(value.secret)}\n`);
    const told = value.secret === undefined ? '' : '; the secret is shown only now';
    message(visible(`webhook ${value.id}: ${value.url} gets ${filterWords(value)}${told}`));
    return EXIT.ok;
  });
}

const KINDS = {
  slack: 'slack',
  teams: 'teams',
  url: 'generic',
  pagerduty: 'pagerduty',
  ntfy: 'ntfy',
} as const satisfies Record<string, WebhookKind>;

interface ReceiverGiven {
  readonly kind: WebhookKind;
  readonly url?: string;
  readonly key?: string;
}

/** Which of them is given, and its secret from its source. */
async function receiverOf(options: AddOptions): Promise<ParseResult<ReceiverGiven>> {
  const given = (['slack', 'teams', 'url', 'pagerduty', 'ntfy'] as const).filter(
    (name) => options[name] !== undefined,
  );
  const [name, ...more] = given;
  if (name === undefined || more.length > 0)
    return inputError(
      'say where to with one of --slack URL, --teams URL, --url URL, --pagerduty KEY and --ntfy URL',
    );
  if (options.token !== undefined && name !== 'ntfy') return inputError('--token: goes with --ntfy alone');
  if (options.endpoint !== undefined && name !== 'pagerduty')
    return inputError('--endpoint: goes with --pagerduty alone');
  const main = await optionalSecret(options[name], `--${name}`);
  if (!main.ok) return main;
  const token = await optionalSecret(options.token, '--token');
  if (!token.ok) return token;
  const [url, key] = name === 'pagerduty' ? [options.endpoint, main.value] : [main.value, token.value];
  return parsed({
    kind: KINDS[name],
    ...(url !== undefined && { url }),
    ...(key !== undefined && { key }),
  });
}

const optionalSecret = async (
  text: string | true | undefined,
  option: string,
): Promise<ParseResult<string | undefined>> =>
  typeof text === 'string' && text !== '' ? secretText(text, option) : parsed(text === '' ? '' : undefined);

async function secretText(text: string, option: string): Promise<ParseResult<string>> {
  const variable = /^env:(.*)$/.exec(text)?.[1];
  if (variable !== undefined) {
    const value = process.env[variable]?.trim();
    const { quote } = await import('../../input/request/quote.ts');
    return value === undefined || value === ''
      ? inputError(`${option}: the variable ${quote(variable)} is not set`)
      : parsed(value);
  }
  if (text !== '-') return parsed(text);
  const { readText } = await import('../../input/request/read-text.ts');
  const read = await readText('-');
  if (!read.ok) return read;
  const line = read.value.trim();
  return line === '' || line.includes('\n')
    ? inputError(`${option} -: expected that alone on standard input`)
    : parsed(line);
}

async function list(options: CloudOptions & FormatChoice): Promise<number> {
  const { alertsContracts } = await import('../../service/contracts/alerts.ts');
  return withClient(options, async (client) => {
    const asking = await client(alertsContracts.listWebhooks, {});
    if (asking.status !== 'answered') return failed(asking);
    const { webhooks } = asking.value;
    if (options.format === 'json') return printJson(webhooks);
    const { webhookLines } = await import('../../service/alerts/lines.ts');
    return print(webhooks.length === 0 ? ['there is no webhook yet'] : webhookLines(webhooks));
  });
}

async function remove(id: string, options: CloudOptions): Promise<number> {
  const { alertsContracts } = await import('../../service/contracts/alerts.ts');
  return withClient(options, async (client) => {
    const asking = await client(alertsContracts.removeWebhook, { params: { id } });
    return asking.status === 'answered' ? print([`webhook ${id} is removed`]) : failed(asking);
  });
}

async function tryOut(id: string, options: CloudOptions & FormatChoice): Promise<number> {
  const { alertsContracts } = await import('../../service/contracts/alerts.ts');
  return withClient(options, async (client) => {
    const asking = await client(alertsContracts.testWebhook, { params: { id } });
    if (asking.status !== 'answered') return failed(asking);
    const outcome = asking.value;
    if (outcome.status === 'missing') return refuse(inputError('there is no such webhook'));
    if (options.format === 'json') await printJson(outcome);
    else {
      const { outcomeLine } = await import('../../service/alerts/lines.ts');
      await print([outcomeLine(id, outcome)]);
    }
    return outcome.status === 'answered' && outcome.taken ? EXIT.ok : EXIT.failed;
  });
}

async function print(lines: readonly string[]): Promise<number> {
  const { visible } = await import('../../report/words/visible.ts');
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
  return EXIT.ok;
}

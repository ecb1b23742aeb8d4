import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { quote } from '../../input/request/quote.ts';
import type { OwnEnrolment } from '../../local/site-enrolments.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { apiAddress } from '../cloud/api-address.ts';
import { failed } from '../cloud/failed.ts';
import { collect } from '../options/collect.ts';
import { firstLine } from '../station/first-line.ts';
import { EXIT, type SetStatus } from '../terminal/exit-status.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { message, refuse } from '../terminal/message.ts';

interface VantageJoinOptions {
  readonly allow?: readonly string[];
  readonly newCode?: boolean;
  readonly verbose?: boolean;
}

export function joinVantageCommand(setStatus: SetStatus): Command {
  return new Command('join')
    .description('on a machine elsewhere: measure for a station or a fleet, until it is ended')
    .argument('<url>', 'address of the station, or of the API of the fleet')
    .option(
      '--allow <range|host>',
      'what this machine lets it probe, private ranges too (repeatable); kept for the next time',
      collect,
    )
    .option('--new-code', 'join anew, with another code: after the vantage was removed there')
    .option('-v, --verbose', 'log what is measured to standard error')
    .addHelpText(
      'after',
      `
The first time it reads the code of the invitation from standard input, or from
$INBOUND_CHECK_CODE, makes a key of its own and enrols it. It opens connections
outwards alone, and needs no credentials of AWS. Without --allow it probes what is
on the internet; with it, only what is listed. A host opens its public addresses.

  inbound-check vantage join https://station.example.com < code
  inbound-check vantage join https://station.example.com --allow 10.1.0.0/16

Exit status: 0 ended by Ctrl-C or SIGTERM, 64 wrong usage, a code that is not good,
or the vantage was removed, 69 the address can't be reached the first time.`,
    )
    .action(async (url: string, options: VantageJoinOptions) => setStatus(await join(url, options)));
}

async function join(
  text: string,
  { allow, newCode = false, verbose = false }: VantageJoinOptions,
): Promise<number> {
  const url = apiAddress(text);
  if (url === undefined)
    return refuse(
      inputError(
        `expected an address as https://station.example.com, or http://127.0.0.1:8025 on this machine, not ${quote(text)}`,
      ),
    );
  const { readAllowed } = await import('../../local/site/allowed.ts');
  const { readEnrolments, keepEnrolment } = await import('../../local/site-enrolments.ts');
  const all = await readEnrolments(process.env);
  if (!all.ok) return refuse(all);
  const known = newCode ? undefined : all.value[url.origin];
  const allowed = readAllowed(allow ?? known?.allow ?? []);
  if (!allowed.ok) return refuse(allowed);
  const enrolment = known ?? (await enrolHere(url, allow ?? []));
  if (typeof enrolment === 'number') return enrolment;
  if (known === undefined || allow !== undefined) {
    const kept = await keepEnrolment(url.origin, { ...enrolment, allow: [...(allow ?? [])] }, process.env);
    if (!kept.ok) return refuse(kept);
    if (known === undefined) message(`joined ${url.host} as ${enrolment.name}; the key is in ${kept.value}`);
  }
  message(`${enrolment.name} asks ${url.host} for work, and ${allowed.value.words}; Ctrl-C ends it`);
  const { createSiteClient } = await import('../../local/site/client.ts');
  const { measureWork } = await import('../../local/site/measure.ts');
  const { workFor } = await import('../../local/site/work.ts');
  const { createStationTelemetry } = await import('../../local/station/telemetry.ts');
  const { readPrivateKey } = await import('../../service/site/signature.ts');
  const telemetry = createStationTelemetry((line) => void process.stderr.write(`${line}\n`), { verbose });
  const { name } = enrolment;
  const interrupt = onInterrupt('ending');
  const ended = await workFor({
    client: createSiteClient({ url, name, privateKey: readPrivateKey(enrolment.privateKey), now: Date.now }),
    measure: (batch, work) => measureWork(name, batch, { ...work, allowed: allowed.value, telemetry }),
    wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
    say: message,
    signal: interrupt.signal,
    random: Math.random,
  });
  interrupt.release();
  // A question may still be kept by the home; nothing waits for its answer.
  if (ended === 'ended') process.exit(EXIT.ok);
  message(
    `${name} is not known at ${url.host} any more: an operator makes a new code with inbound-check vantage add, and --new-code takes it`,
  );
  return EXIT.usage;
}

async function readCode(): Promise<ParseResult<{ readonly name: string; readonly code: string }>> {
  const { INBOUND_CHECK_CODE } = process.env;
  if (!INBOUND_CHECK_CODE && process.stdin.isTTY) message('paste the code, and press Enter');
  const text = INBOUND_CHECK_CODE || (await firstLine());
  const [, name, code] = /^([a-z0-9][a-z0-9-]{0,31})\.([A-Za-z0-9_-]{43})$/.exec(text.trim()) ?? [];
  return name === undefined || code === undefined
    ? inputError('expected the code on standard input, as inbound-check vantage add prints it')
    : parsed({ name, code });
}

/** Or the exit status, once the reason is printed. */
async function enrolHere(url: URL, allow: readonly string[]): Promise<OwnEnrolment | number> {
  const read = await readCode();
  if (!read.ok) return refuse(read);
  const { createJoinClient, keyText, newSiteKey } = await import('../../local/site/client.ts');
  const { publicKeyOf } = await import('../../service/site/signature.ts');
  const { siteContracts } = await import('../../service/contracts/site.ts');
  const privateKey = newSiteKey();
  const body = { ...read.value, publicKey: publicKeyOf(privateKey) };
  const asking = await createJoinClient(url)(siteContracts.joinSite, { body });
  if (asking.status !== 'answered') return failed(asking);
  return { name: read.value.name, privateKey: keyText(privateKey), allow: [...allow] };
}

import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { KeyId } from '../model/signature.ts';
import type { SignatureCheck } from '../report/signature/verify.ts';
import { collect } from './options/collect.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { message, refuse } from './terminal/message.ts';

interface VerifyOptions {
  readonly key?: string;
  readonly dns: readonly string[];
  readonly pin?: string;
  readonly json?: string;
}

type Intact = Extract<SignatureCheck, { outcome: 'intact' }>;

export function verifyCommand(setStatus: SetStatus): Command {
  return new Command('verify')
    .description('say whether an HTML or JSON report was altered, and which key signed it')
    .argument('<file>', 'the report ("-": standard input)')
    .option(
      '--key <key>',
      'the key that must have signed it: its fingerprint, a PEM file, dns:DOMAIN, or own',
    )
    .option('--dns <server>', 'for dns:DOMAIN: ask this DNS server (repeatable)', collect, [])
    .option('--pin <name>', 'with --key: remember the key by this name, as one that you know')
    .option('--json <file>', 'write the data of an intact report to this file ("-": standard output)')
    .addHelpText(
      'after',
      `
GENUINE is said only for a key that you named: the one that --key names, or one that you
pinned. Anybody can alter a report and sign it with a new key, so take the fingerprint
from where the sender publishes it: an address that you trust, "inbound-check fleet
status" of their fleet, or the TXT record _inbound-check-key of their domain, which
--key dns:DOMAIN asks for. --key own names the key that this machine signs with.

  inbound-check verify report.html --key own
  inbound-check verify report.html --key sender.pem
  inbound-check verify report.html --key dns:customer.example --pin "the customer"

Exit status: 0 genuine, 1 altered, not signed or signed by another key, 3 intact, but
the key is not known, 64 no report, or wrong usage.`,
    )
    .action(async (path: string, options: VerifyOptions) => setStatus(await verify(path, options)));
}

async function verify(path: string, options: VerifyOptions): Promise<number> {
  const { readFileBytes } = await import('../input/request/read-text.ts');
  const { quote } = await import('../input/request/quote.ts');
  const { readNamedKeys } = await import('./verify-key.ts');
  if (options.pin !== undefined && (options.key === undefined || !/^[^\s#].*$/.test(options.pin)))
    return refuse(inputError('--pin needs a name, and --key with the key to remember'));
  const named = options.key === undefined ? parsed(undefined) : await readNamedKeys(options.key, options.dns);
  if (!named.ok) return refuse(named);
  const file = await readFileBytes(path);
  if (!file.ok) return refuse(file);
  const { verifyReport } = await import('../report/signature/verify.ts');
  const result = verifyReport(file.value, named.value?.keys);
  const print = (line: string): boolean =>
    (options.json === '-' ? process.stderr : process.stdout).write(`${line}\n`);
  switch (result.outcome) {
    case 'not-a-report':
      return refuse(inputError(`${quote(path)}: ${result.reason}`));
    case 'altered':
      print(`ALTERED OR NOT PROVEN: ${quote(path)}`);
      for (const fault of result.faults) print(`  ${fault}`);
      return EXIT.failed;
    case 'intact': {
      const known = await knownBy(result.signature.keyId, named.value?.from);
      if (!known.ok) return refuse(known);
      for (const line of await intactLines(result, known.value)) print(line);
      const pinned = options.pin === undefined ? parsed(undefined) : await pin(result, options.pin);
      if (!pinned.ok) return refuse(pinned);
      const written = options.json === undefined ? EXIT.ok : await writeJson(options.json, result.json());
      return written === EXIT.ok && !known.value.isNamed ? EXIT.keyNotKnown : written;
    }
    default:
      result satisfies never;
      return EXIT.software;
  }
}

/** Longer ones are not our summaries. */
const MAX_SHOWN = 500;

async function intactLines(
  { signature, report, form, covers }: Intact,
  { isNamed, from }: Knowledge,
): Promise<readonly string[]> {
  const { visible } = await import('../report/words/visible.ts');
  const shown = (text: string): string =>
    visible(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text);
  const unnamed = from === undefined ? 'KEY NOT KNOWN' : 'KEY NOT NAMED';
  const word =
    covers !== 'every-byte'
      ? `DATA INTACT, ${covers === 'older' ? 'OLDER' : 'NEWER'} FORM${isNamed ? '' : `, ${unnamed}`}`
      : isNamed
        ? 'GENUINE'
        : `INTACT, ${unnamed}`;
  const what =
    covers !== 'every-byte'
      ? `the data are as they were signed; how the file writes them is not covered, as ${covers === 'older' ? 'an earlier' : 'a later'} version signed it.`
      : `${form === 'page' ? 'page and data are' : 'the data are'} as they were signed.`;
  return [
    `${word}: ${what}`,
    `  Run:    ${shown(report.id)}, started ${shown(report.startedAt)}`,
    `  Says:   ${shown(report.summary)}`,
    `  Signed: ${signature.signedAt}`,
    `  Key:    ${signature.keyId} (${from ?? 'not known here'})`,
    ...(isNamed ? [] : from === undefined ? HOW_TO_KNOW : HOW_TO_NAME_OWN),
  ];
}

const HOW_TO_KNOW = [
  '  Whoever altered it may have signed it again: this proves nothing about who did.',
  '  Take the fingerprint from where the sender publishes it (an address that you trust,',
  '  "inbound-check fleet status" of their fleet, the TXT record _inbound-check-key of their',
  '  domain) and give it with --key; --pin NAME remembers it.',
];

/** Every user of this account can sign with it, and a report that was altered here may have it, too. */
const HOW_TO_NAME_OWN = [
  '  It is this machine’s own key, with which whoever may use it signs. If that is the key',
  '  which you expect, name it: --key own; --key own --pin NAME remembers it.',
];

interface Knowledge {
  /** By --key, or by a pin: no key counts without one of them. */
  readonly isNamed: boolean;
  /** Where the reader got the key; undefined: the reader does not know it. */
  readonly from: string | undefined;
}

async function knownBy(keyId: KeyId, named: string | undefined): Promise<ParseResult<Knowledge>> {
  if (named !== undefined) return parsed({ isNamed: true, from: named });
  const { ownKeyId, pinnedAs } = await import('./verify-key.ts');
  const pinned = await pinnedAs(keyId);
  if (!pinned.ok) return pinned;
  if (pinned.value !== undefined) return parsed({ isNamed: true, from: pinned.value });
  const isOwn = (await ownKeyId()) === keyId;
  return parsed({ isNamed: false, from: isOwn ? 'this machine’s own, which you did not name' : undefined });
}

async function pin({ signature }: Intact, name: string): Promise<ParseResult<undefined>> {
  const { knownKeysPath, pinKey } = await import('../local/known-keys.ts');
  return pinKey(knownKeysPath(process.env), signature.keyId, name);
}

async function writeJson(path: string, json: string): Promise<number> {
  if (path === '-') {
    process.stdout.write(json);
    return EXIT.ok;
  }
  const { openFileSink } = await import('./output/sink.ts');
  const sink = await openFileSink(path);
  if (!sink.ok) {
    message(sink.message.replace('--output', '--json'));
    return EXIT.io;
  }
  await sink.value.write(json);
  const fault = await sink.value.close();
  if (fault === undefined) return EXIT.ok;
  message(fault);
  return EXIT.io;
}

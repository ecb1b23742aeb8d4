import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { KeyId } from '../model/signature.ts';
import { EXIT } from './exit-status.ts';
import { message, refuse } from './message.ts';
import type { SetStatus } from './options.ts';

interface VerifyOptions {
  readonly key?: string;
  readonly json?: string;
}

export function verifyCommand(setStatus: SetStatus): Command {
  return new Command('verify')
    .description('say whether an HTML or JSON report was altered, and which key signed it')
    .argument('<file>', 'the report ("-": standard input)')
    .option('--key <key>', 'the key that must have signed it: its fingerprint, or a PEM file')
    .option('--json <file>', 'write the data of a genuine HTML report to this file ("-": standard output)')
    .addHelpText(
      'after',
      `
Without --key it proves that nothing was altered since somebody signed it, not who
did: compare the fingerprint with what the sender told you by another way.

  inbound-check verify report.html --key sender.pem

Exit status: 0 genuine, 1 altered, not signed or signed by another key, 64 no
report, or wrong usage.`,
    )
    .action(async (path: string, options: VerifyOptions) => setStatus(await verify(path, options)));
}

async function verify(path: string, options: VerifyOptions): Promise<number> {
  const { readText } = await import('../request/read-text.ts');
  const { quote } = await import('../request/quote.ts');
  const expected = options.key === undefined ? parsed(undefined) : await readKey(options.key);
  if (!expected.ok) return refuse(expected);
  const text = await readText(path);
  if (!text.ok) return refuse(text);
  const { verifyReport } = await import('../sign/verify.ts');
  const result = verifyReport(text.value, expected.value);
  const toStdout = options.json === '-';
  const print = (line: string): boolean => (toStdout ? process.stderr : process.stdout).write(`${line}\n`);
  switch (result.outcome) {
    case 'not-a-report':
      return refuse(inputError(`${quote(path)}: ${result.reason}`));
    case 'altered':
      print(`ALTERED OR NOT PROVEN: ${quote(path)}`);
      for (const fault of result.faults) print(`  ${fault}`);
      return EXIT.failed;
    case 'genuine': {
      const { visible } = await import('../report/visible.ts');
      const { signature, report, form } = result;
      print(`GENUINE: ${form === 'page' ? 'page and data are' : 'the data are'} as they were signed.`);
      print(`  Run:    ${visible(report.id)}, started ${visible(report.startedAt)}`);
      print(`  Says:   ${visible(report.summary)}`);
      print(`  Signed: ${signature.signedAt}`);
      print(`  Key:    ${signature.keyId} (${await keyWords(signature.keyId, expected.value)})`);
      return options.json === undefined ? EXIT.ok : writeJson(options.json, result.json);
    }
    default:
      result satisfies never;
      return EXIT.software;
  }
}

async function keyWords(keyId: KeyId, expected: KeyId | undefined): Promise<string> {
  if (expected !== undefined) return 'the one that --key names';
  const { existingSigningKey, signingKeyPath } = await import('../adapters/local/signing-key.ts');
  const { keyIdOf } = await import('../sign/key.ts');
  const own = await existingSigningKey(signingKeyPath(process.env));
  return own !== undefined && keyIdOf(own.publicKey) === keyId
    ? 'your own, on this machine'
    : 'not known here: ask the sender for its fingerprint by another way, and give it with --key';
}

/** A fingerprint, or a file with the public or private key. */
async function readKey(text: string): Promise<ParseResult<KeyId>> {
  const { keyIdOfPem, parseKeyId } = await import('../sign/key.ts');
  const direct = parseKeyId(text);
  if (direct !== undefined) return parsed(direct);
  const { readText } = await import('../request/read-text.ts');
  const pem = await readText(text);
  if (!pem.ok) return inputError(`--key is neither a fingerprint (SHA256:…) nor a file: ${pem.message}`);
  const keyId = keyIdOfPem(pem.value);
  if (keyId !== undefined) return parsed(keyId);
  const { quote } = await import('../request/quote.ts');
  return inputError(`--key: ${quote(text)} holds no Ed25519 key in PEM`);
}

async function writeJson(path: string, json: string): Promise<number> {
  if (path === '-') {
    process.stdout.write(`${json}\n`);
    return EXIT.ok;
  }
  const { openFileSink } = await import('./sink.ts');
  const sink = await openFileSink(path);
  if (!sink.ok) {
    message(sink.message.replace('--output', '--json'));
    return EXIT.io;
  }
  await sink.value.write(`${json}\n`);
  const fault = await sink.value.close();
  if (fault === undefined) return EXIT.ok;
  message(fault);
  return EXIT.io;
}

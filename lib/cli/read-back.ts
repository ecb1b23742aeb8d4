import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { ReportLanguage } from '../report/language/report-language.ts';
import { collect } from './options/collect.ts';
import { languageOption } from './options/report-options.ts';
import type { Output } from './output/output-plan.ts';
import { EXIT, type SetStatus } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

export function readBackCommand(setStatus: SetStatus): Command {
  return new Command('read-back')
    .description('compare words that were read aloud at the other end with those that a check sent')
    .argument('<report>', 'of check --with-listener, JSON or HTML')
    .argument('<words...>', 'as 443="TANGO LIMA 47", or HOST:443="…"')
    .addHelpText(
      'after',
      `
A challenge holds two words and a number, which any log shows: of a listener, a web server
(in the path), a mail server (in EHLO), or nc. Right words say that the challenge arrived
where they were read. That is less than a proof: it rests on the person who reads.
With --output a new report holds what was read: a wrong word fails its port there.

  inbound-check read-back report.json 443="TANGO LIMA 47" --output read.html

Exit status: 0 all are right, 1 one is not, or the report was altered, 64 wrong usage or input,
74 a report could not be written.`,
    )
    .option('-o, --output <file>', 'also write a report that holds what was read (repeatable)', collect)
    .addOption(languageOption())
    .option('--no-sign', 'don’t sign it')
    .action(async (path: string, words: string[], options: ReadBackOptions) =>
      setStatus(await readBackAll(path, words, options)),
    );
}

interface Typed {
  readonly place: string;
  readonly host?: string;
  readonly port: number;
  readonly words: string;
}

interface ReadBackOptions {
  readonly output?: readonly string[];
  readonly lang?: ReportLanguage;
  readonly sign: boolean;
}

async function readBackAll(
  path: string,
  texts: readonly string[],
  options: ReadBackOptions,
): Promise<number> {
  const typed: Typed[] = [];
  for (const text of texts) {
    const one = parseTyped(text);
    if (!one.ok) return refuse(one);
    typed.push(one.value);
  }
  const outputs = await outputsBeside(path, options.output ?? []);
  if (!outputs.ok) return refuse(outputs);
  const { readReportFile } = await import('./join-inputs.ts');
  const file = await readReportFile(path);
  if (!file.ok) {
    const refused = refuse(file);
    return file.refusal === true ? EXIT.failed : refused;
  }
  const { report } = file.value;
  const { readBack, readBackWords } = await import('../kinds/listener/read-back-port.ts');
  const results = typed.map((one) => ({
    ...one,
    result: readBack(one.words, one.port, one.host, report.endpoints),
  }));
  const foreign = results.find(({ result }) => result.status === 'not-asked');
  if (foreign !== undefined)
    return refuse(
      inputError(`${path}: no challenge was sent to ${foreign.place} (check --with-listener sends them)`),
    );
  const { visible } = await import('../report/words/visible.ts');
  for (const { place, result } of results)
    process.stdout.write(`${visible(`${place}: ${readBackWords(result)}`)}\n`);
  const status = results.every(({ result }) => result.status === 'right') ? EXIT.ok : EXIT.failed;
  if (outputs.value.length === 0) return status;
  const { withWordsRead } = await import('../engine/verdict/read-aloud.ts');
  const { writeReport } = await import('./output/write-report.ts');
  const written = await writeReport(withWordsRead(report, results), outputs.value, options);
  return written === EXIT.ok ? status : written;
}

/** None where nothing is to be written; the report that is read stays. */
async function outputsBeside(
  path: string,
  texts: readonly string[],
): Promise<ParseResult<readonly Output[]>> {
  if (texts.length === 0) return parsed([]);
  const { planOutputs } = await import('./output/output-plan.ts');
  const planned = await planOutputs([], texts);
  if (!planned.ok) return planned;
  const { resolve } = await import('node:path');
  const { unrelatedFile, withCompanionJson } = await import('./output/companion-json.ts');
  const { outputs } = await withCompanionJson(planned.value);
  const own = outputs.find((one) => one.path !== undefined && resolve(one.path) === resolve(path))?.path;
  const foreign = own ?? (await unrelatedFile(outputs));
  return foreign === undefined
    ? parsed(outputs)
    : inputError(
        `--output ${JSON.stringify(foreign)} is there and is what is read, or no report of ours: it stays; name another file`,
      );
}

/** `443=TANGO LIMA 47`, `www.example.com:443=…`, `[2001:db8::7]:443=…`. */
function parseTyped(text: string): ParseResult<Typed> {
  const [, host, port = '', words = ''] = /^(?:(.{1,260}):)?(\d{1,5})=(.{1,100})$/.exec(text) ?? [];
  if (!/[a-z]/i.test(words) || Number(port) < 1 || Number(port) > 65_535)
    return inputError(
      `expected PORT="WORDS", as 443="TANGO LIMA 47", not ${JSON.stringify(text.slice(0, 100))}`,
    );
  return parsed({
    place: host === undefined ? port : `${host}:${port}`,
    ...(host !== undefined && { host: host.replace(/^\[|\]$/g, '').toLowerCase() }),
    port: Number(port),
    words,
  });
}

import { Command } from 'commander';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
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

  inbound-check read-back report.json 443="TANGO LIMA 47"

Exit status: 0 all are right, 1 one is not, 64 wrong usage or input.`,
    )
    .action(async (path: string, words: string[]) => setStatus(await readBackAll(path, words)));
}

interface Typed {
  readonly place: string;
  readonly host?: string;
  readonly port: number;
  readonly words: string;
}

async function readBackAll(path: string, texts: readonly string[]): Promise<number> {
  const typed: Typed[] = [];
  for (const text of texts) {
    const one = parseTyped(text);
    if (!one.ok) return refuse(one);
    typed.push(one.value);
  }
  const { readReport } = await import('./read-report.ts');
  const report = await readReport(path);
  if (!report.ok) return refuse(report);
  const { readBack, readBackWords } = await import('../kinds/listener/read-back-port.ts');
  const results = typed.map((one) => ({
    ...one,
    result: readBack(one.words, one.port, one.host, report.value.endpoints),
  }));
  const foreign = results.find(({ result }) => result.status === 'not-asked');
  if (foreign !== undefined)
    return refuse(
      inputError(`${path}: no challenge was sent to ${foreign.place} (check --with-listener sends them)`),
    );
  const { visible } = await import('../report/words/visible.ts');
  for (const { place, result } of results)
    process.stdout.write(`${visible(`${place}: ${readBackWords(result)}`)}\n`);
  return results.every(({ result }) => result.status === 'right') ? EXIT.ok : EXIT.failed;
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

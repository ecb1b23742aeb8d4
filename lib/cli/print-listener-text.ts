import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { type ListenOptions, listenSettings } from './listen-settings.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

/** `listen --print NAME`: opens nothing and reads no code; both are the text's, on the machine where it is pasted. */
export async function printListenerText(name: string, options: ListenOptions): Promise<number> {
  const { isListenerTextName, LISTENER_TEXT_NAMES, listenerText } = await import(
    '../report/listener-texts/index.ts'
  );
  if (!isListenerTextName(name)) {
    const { quote } = await import('../input/request/quote.ts');
    return refuse(inputError(`--print: one of ${LISTENER_TEXT_NAMES.join(', ')}, not ${quote(name)}`));
  }
  // A text answers whoever comes: that its rule on a host firewall lets in nobody else is the sheet's.
  if (options.source !== undefined && name !== 'sheet')
    return refuse(inputError('--source goes with --print sheet: the other texts keep no source out'));
  const settings = await textSettings(options);
  if (!settings.ok) return refuse(settings);
  process.stdout.write(listenerText(name, settings.value));
  return EXIT.ok;
}

async function textSettings(options: ListenOptions) {
  const notPrinted = (['bind', 'log', 'pcap', 'block', 'code'] as const).find(
    (one) => options[one] !== undefined,
  );
  if (notPrinted !== undefined)
    return inputError(`--${notPrinted} is no part of a text: leave it away with --print`);
  const settings = await listenSettings(options);
  if (!settings.ok) return settings;
  const { ports, forMs, health } = settings.value;
  const { isPlainPath } = await import('../report/listener-texts/index.ts');
  if (health !== undefined && !isPlainPath(health))
    return inputError(
      '--health: in a text a path has letters, digits, ".", "_", "~", "-" and "/", 40 characters at most',
    );
  const sources = await sourcesOf(options.source ?? []);
  if (!sources.ok) return sources;
  return parsed({
    ports: ports.map(({ port }) => port),
    mailPorts: ports.filter(({ role }) => role === 'smtp').map(({ port }) => port),
    minutes: forMs / 60_000,
    sources: sources.value,
    ...(health !== undefined && { healthPath: health }),
  });
}

async function sourcesOf(texts: readonly string[]): Promise<ParseResult<readonly string[]>> {
  const { parseSource } = await import('../engine/firewall/flow.ts');
  const bad = texts.find((text) => parseSource(text) === undefined);
  if (bad === undefined) return parsed(texts);
  const { quote } = await import('../input/request/quote.ts');
  return inputError(`--source: expected an address or a block as 203.0.113.0/24, not ${quote(bad)}`);
}

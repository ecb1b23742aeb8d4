/** A strict reader of the Prometheus text format 0.0.4, written from its description. Throws at the first flaw. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|(?=\}))/y;

export function parseExposition(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end in a line feed');
  const known = new Set<string>();
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap((line): Sample[] => {
      if (line.startsWith('#')) {
        const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
        if (comment === null) throw new Error(`a comment that is neither HELP nor TYPE: ${line}`);
        if (comment[1] === 'TYPE') known.add(comment[2] ?? '');
        return [];
      }
      const sample = parseSample(line);
      if (!known.has(sample.name)) throw new Error(`no TYPE before ${line}`);
      return [sample];
    });
}

function parseSample(line: string): Sample {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw new Error(`no metric name: ${line}`);
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      LABEL.lastIndex = at;
      const found = LABEL.exec(line);
      if (found === null) throw new Error(`no label at ${at}: ${line}`);
      const [whole, label = '', value = ''] = found;
      if (label in labels) throw new Error(`${label} twice: ${line}`);
      labels[label] = value.replace(/\\(.)/g, (_, character: string) =>
        character === 'n' ? '\n' : character,
      );
      at += whole.length;
    }
    at += 1;
  }
  const value = /^ (-?[0-9.]+(?:e[+-]?[0-9]+)?)$/.exec(line.slice(at))?.[1];
  if (value === undefined) throw new Error(`no value: ${line}`);
  return { name, labels, value: Number(value) };
}

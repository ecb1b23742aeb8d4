const MAX_INPUT = 4_096;

/** The first line of standard input, without spaces around it. */
export async function firstLine(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const piece of process.stdin as AsyncIterable<string>) {
    text += piece;
    if (text.includes('\n') || text.length > MAX_INPUT) break;
  }
  return (text.split('\n', 1)[0] ?? '').trim();
}

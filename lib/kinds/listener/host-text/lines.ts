/** Lines of a long text one by one: a file of 32 MB is not held twice. */
import { isIP } from '../../../net/ip.ts';

/** What is longer is no line of these formats. */
const MAX_LINE = 2_000;
/** 32 MB of the shortest lines that say anything. */
const MAX_LINES = 1_000_000;

export function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let count = 0; from < text.length && count < MAX_LINES; count += 1) {
    const found = text.indexOf('\n', from);
    const end = found < 0 ? text.length : found;
    yield text.slice(from, Math.min(end, from + MAX_LINE)).trimEnd();
    from = end + 1;
  }
}

/** `203.0.113.7:443`, `[2001:db8::7]:443`; `undefined`: no address, or no port. */
export function endOf(address: string, port: string): string | undefined {
  const plain = address
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
  const family = isIP(plain);
  const number = Number(port);
  if (family === 0 || !/^\d{1,5}$/.test(port) || number < 1 || number > 65_535) return undefined;
  return family === 6 ? `[${canonical(plain)}]:${number}` : `${plain}:${number}`;
}

/** As a URL has it: RFC 5952, so that two spellings of one address are one. */
const canonical = (address: string): string => new URL(`http://[${address}]/`).hostname.slice(1, -1);

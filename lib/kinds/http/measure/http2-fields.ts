/**
 * Looks for fields that HTTP/2 forbids (RFC 9113 §8.2.2) in a header block (HPACK, RFC 7541). Node's client refuses such
 * an answer without saying why, where browsers show the page. Only what this needs is decoded: names that a block
 * spells out, and the one forbidden name of the static table.
 */

/** RFC 7541, Appendix A. */
const TRANSFER_ENCODING = 57;
const STATIC_ENTRIES = 61;
const MAX_FIELDS = 1_000;

/**
 * The forbidden fields that Chromium ignores; for Node's client they get a name of the same length, so that
 * its dynamic table (RFC 7541 §4.1) stays as the server believes it to be.
 */
const IGNORED_NAMES: ReadonlyMap<string, string> = new Map(
  ['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te'].map((name) => [
    name,
    `x${name.slice(1)}`,
  ]),
);
const ORIGINAL_NAMES: ReadonlyMap<string, string> = new Map(
  [...IGNORED_NAMES].map(([name, placeholder]) => [placeholder, name]),
);

/** The server's own name of a field that was renamed for Node's client; others are given back as they are. */
export const ownName = (name: string): string => ORIGINAL_NAMES.get(name) ?? name;

export interface ForbiddenField {
  /** `name: value` of the first one that browsers refuse, or else of the first one. */
  readonly field: string;
  /** The block with all forbidden fields renamed; absent when browsers refuse one, or the rest can't be read. */
  readonly renamed?: Buffer;
}

/** What is forbidden in a block; undefined when nothing is found. Never throws. */
export function forbiddenField(block: Buffer): ForbiddenField | undefined {
  const bytes: Cursor = { block, at: 0 };
  const parts: Buffer[] = [];
  let copied = 0;
  let field: string | undefined;
  for (let count = 0; bytes.at < block.length; count += 1) {
    if (count >= MAX_FIELDS) return found(field);
    const first = block[bytes.at] ?? 0;
    // RFC 7541 §6.1, §6.3: a whole field by its index, none of which is forbidden; a new size of the table.
    if (first >= 0x80 || (first & 0xe0) === 0x20) {
      const index = integer(bytes, first >= 0x80 ? 7 : 5);
      if (index === undefined) return found(field);
      if (first >= 0x80 && index === TRANSFER_ENCODING) return { field: 'transfer-encoding' };
      continue;
    }
    // §6.2.1 with indexing, §6.2.2 and §6.2.3 without.
    const index = integer(bytes, first >= 0x40 ? 6 : 4);
    if (index === undefined) return found(field);
    const nameAt = bytes.at;
    const name =
      index === 0 ? text(bytes) : index === TRANSFER_ENCODING ? 'transfer-encoding' : knownName(index);
    const nameEnd = bytes.at;
    const value = text(bytes);
    if (name === undefined || value === undefined) return found(field);
    if (name === 'transfer-encoding') return { field: `${name}: ${value}` };
    const placeholder = IGNORED_NAMES.get(name);
    if (placeholder === undefined || (name === 'te' && value.toLowerCase() === 'trailers')) continue;
    field ??= `${name}: ${value}`;
    parts.push(block.subarray(copied, nameAt), Buffer.from([placeholder.length]), Buffer.from(placeholder));
    copied = nameEnd;
  }
  if (field === undefined) return undefined;
  return { field, renamed: Buffer.concat([...parts, block.subarray(copied)]) };
}

const found = (field: string | undefined): ForbiddenField | undefined =>
  field === undefined ? undefined : { field };

/** Names of other entries are not distinguished; one of the dynamic table was seen before, when it was spelled out. */
const knownName = (index: number): string => (index <= STATIC_ENTRIES ? '(static)' : '(dynamic)');

interface Cursor {
  readonly block: Buffer;
  at: number;
}

/** RFC 7541 §5.1. */
function integer(bytes: Cursor, prefixBits: number): number | undefined {
  const most = 2 ** prefixBits - 1;
  let value = (bytes.block[bytes.at] ?? 0) & most;
  bytes.at += 1;
  if (value < most) return value;
  for (let factor = 1; factor <= 2 ** 21; factor *= 128) {
    const byte = bytes.block[bytes.at];
    if (byte === undefined) return undefined;
    bytes.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
  return undefined;
}

/** RFC 7541 §5.2; Latin-1 text. */
function text(bytes: Cursor): string | undefined {
  const huffman = (bytes.block[bytes.at] ?? 0) >= 0x80;
  const length = integer(bytes, 7);
  if (length === undefined || bytes.at + length > bytes.block.length) return undefined;
  const raw = bytes.block.subarray(bytes.at, bytes.at + length);
  bytes.at += length;
  return huffman ? unpacked(raw) : raw.toString('latin1');
}

/** Bits of each symbol's code (RFC 7541, Appendix B), as digits of base 36. The code is canonical: the lengths are enough. */
const CODE_LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq';

/** Symbols by `length:code`; made when the first such text is found. */
let symbols: ReadonlyMap<number, number> | undefined;
/** One number for both: codes have up to 30 bits. */
const keyOf = (length: number, code: number): number => length * 2 ** 30 + code;

function makeSymbols(): ReadonlyMap<number, number> {
  const made = new Map<number, number>();
  let code = 0;
  for (let length = 5; length <= 30; length += 1) {
    for (let symbol = 0; symbol < CODE_LENGTHS.length; symbol += 1) {
      if (Number.parseInt(CODE_LENGTHS.charAt(symbol), 36) !== length) continue;
      made.set(keyOf(length, code), symbol);
      code += 1;
    }
    code *= 2;
  }
  return made;
}

/** What is left at the end is padding, at most seven bits. */
function unpacked(raw: Buffer): string {
  symbols ??= makeSymbols();
  const found: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of raw) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1);
      length += 1;
      const symbol = symbols.get(keyOf(length, code));
      if (symbol === undefined) {
        if (length > 30) return '';
        continue;
      }
      found.push(symbol);
      code = 0;
      length = 0;
    }
  }
  return Buffer.from(found).toString('latin1');
}

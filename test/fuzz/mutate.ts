/** Changes bytes as faulty, old and hostile servers do. The same random gives the same bytes. */
import type { Random } from './random.ts';

/** No result is longer, so that an exchange stays cheap. */
export const MAX_BYTES = 300_000;

/** What breaks readers and reports, whatever the protocol. */
const HOSTILE: readonly Buffer[] = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  '\x1b[31m\x1b]0;x\x07',
  '\u202e\u200b\ufeff',
  '<script>alert(1)</script>',
  '"\'`|]]>-->',
  '=cmd|x',
  '%00%0a',
  '\ud7ff\u{10ffff}',
  '99999999999999999999',
  '-1',
  'NaN',
].map((text) => Buffer.from(text));
const BROKEN_UTF8 = Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff, 0xfe, 0xf4, 0x90, 0x80, 0x80]);
const BYTES = [0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x2d, 0x30, 0x39, 0x7f, 0x80, 0xfe, 0xff];

type Change = (bytes: Buffer, random: Random, dictionary: readonly Buffer[]) => Buffer;

const spliced = (bytes: Buffer, from: number, to: number, ...instead: readonly Buffer[]): Buffer =>
  Buffer.concat([bytes.subarray(0, from), ...instead, bytes.subarray(to)]);

/** A range of up to `most` bytes. */
function range(bytes: Buffer, random: Random, most: number): readonly [number, number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(most + 1))];
}

const flipBit: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  const changed = Buffer.from(bytes);
  changed[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return changed;
};
const setByte: Change = (bytes, random) => {
  const changed = Buffer.from(bytes);
  changed[random.below(bytes.length)] = random.chance(0.5) ? random.pick(BYTES) : random.below(256);
  return changed;
};
/** Two or three bytes that may be a length or a count. */
const setNumber: Change = (bytes, random) => {
  const size = 2 + random.below(2);
  if (bytes.length < size) return bytes;
  const changed = Buffer.from(bytes);
  const old = bytes.length;
  const value = random.pick([0, 1, 0x7fff, 0xffff, old, old - 1, old + 1, 0x4000, random.below(0xffff)]);
  changed.writeUIntBE(value & 0xffff, random.below(bytes.length - size + 1), size);
  return changed;
};
const insert: Change = (bytes, random, dictionary) => {
  const at = random.below(bytes.length + 1);
  const what = random.below(4);
  if (what === 0) return spliced(bytes, at, at, random.bytes(1 + random.below(12)));
  if (what === 1) return spliced(bytes, at, at, random.chance(0.1) ? BROKEN_UTF8 : random.pick(HOSTILE));
  return spliced(bytes, at, at, dictionary.length > 0 ? random.pick(dictionary) : random.bytes(4));
};
const overwrite: Change = (bytes, random, dictionary) => {
  const token = dictionary.length > 0 ? random.pick(dictionary) : random.pick(HOSTILE);
  const at = random.below(bytes.length + 1);
  return spliced(bytes, at, Math.min(bytes.length, at + token.length), token);
};
const remove: Change = (bytes, random) => {
  const [from, to] = range(bytes, random, 40);
  return spliced(bytes, from, to);
};
const truncate: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));
const repeat: Change = (bytes, random) => {
  const [from, to] = range(bytes, random, 80);
  const part = bytes.subarray(from, to);
  if (part.length === 0) return bytes;
  const times = random.chance(0.1) ? Math.ceil(random.below(MAX_BYTES) / part.length) : 1 + random.below(20);
  return spliced(bytes, to, to, Buffer.alloc(Math.min(MAX_BYTES, part.length * times), part));
};
/** Whole lines are moved, doubled or lost, as in a dialogue that fell out of step. */
const lines: Change = (bytes, random) => {
  const parts = bytes.toString('latin1').split(/(?<=\n)/);
  const at = random.below(parts.length);
  switch (random.below(3)) {
    case 0:
      parts.splice(at, 1);
      break;
    case 1:
      parts.splice(at, 0, random.pick(parts));
      break;
    default:
      parts.splice(at, 0, ...parts.splice(random.below(parts.length), 1));
  }
  return Buffer.from(parts.join(''), 'latin1');
};
const swapCase: Change = (bytes, random) => {
  const [from, to] = range(bytes, random, 30);
  const text = bytes.toString('latin1', from, to);
  return spliced(
    bytes,
    from,
    to,
    Buffer.from(random.chance(0.5) ? text.toLowerCase() : text.toUpperCase(), 'latin1'),
  );
};

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setNumber,
  insert,
  insert,
  overwrite,
  remove,
  truncate,
  repeat,
  lines,
  swapCase,
];

/** One change most often, so that what comes after it is still reached; up to five. `dictionary`: words of the protocol. */
export function mutate(bytes: Buffer, random: Random, dictionary: readonly Buffer[] = []): Buffer {
  let changed = bytes;
  for (let left = random.chance(0.6) ? 1 : 1 + random.below(5); left > 0; left -= 1) {
    const change = changed.length === 0 ? insert : random.pick(CHANGES);
    changed = change(changed, random, dictionary);
    if (changed.length > MAX_BYTES) changed = changed.subarray(0, MAX_BYTES);
  }
  return changed;
}

/**
 * A classic BPF program (Linux Documentation/networking/filter.rst) that lets only a few packets of the watched ports out of
 * the kernel, so that a busy machine copies nothing else. It runs on packets that begin with their IP header.
 */

/** `handshakes`: SYNs that arrive, SYN-ACKs, RSTs and ICMP errors that leave. `data`: what arrives with PSH. */
export type FilterSubject = 'handshakes' | 'data';

/** More ports than a jump can span: all ports pass, and the reader chooses. */
export const MAX_FILTER_PORTS = 100;

/** Bytes of a packet that are read: both headers with all options, and for `data` the beginning of the data. */
export const SNAP_BYTES: Readonly<Record<FilterSubject, number>> = { handshakes: 160, data: 512 };

const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const LOAD_WORD = 0x20;
const LOAD_SCRATCH = 0x60;
const STORE_SCRATCH = 0x02;
const LOAD_NUMBER = 0x00;
const LOAD_BYTE_AT_X = 0x50;
const LOAD_HALF_AT_X = 0x48;
/** X = 4 * (byte & 0xf): bytes of an IPv4 header. */
const X_HEADER_LENGTH = 0xb1;
const X_NUMBER = 0x01;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_SET = 0x45;
const RETURN = 0x06;

/** What the kernel knows beside the bytes: SKF_AD_OFF + SKF_AD_PKTTYPE, SKF_AD_OFF + SKF_AD_IFINDEX. */
const PACKET_TYPE = 0xfffff004;
const INTERFACE = 0xfffff008;
const TO_THIS_MACHINE = 0;
const OUTGOING = 4;
/** The loopback interface is the first of each network namespace; it shows each packet twice. */
const LOOPBACK = 1;

const IN = 0;
const OUT = 1;
const BOTH = 2;

type Label = string;
type FilterLine =
  | { readonly label: Label }
  | { readonly code: number; readonly k: number; readonly yes?: Label; readonly no?: Label };

const at = (label: Label): FilterLine => ({ label });
const op = (code: number, k: number): FilterLine => ({ code, k });
/** Goes on with the next line where a label is absent. */
const test = (code: number, k: number, yes?: Label, no?: Label): FilterLine => ({
  code,
  k,
  ...(yes !== undefined && { yes }),
  ...(no !== undefined && { no }),
});
const jump = (label: Label): FilterLine => ({ code: JUMP, k: 0, yes: label });

const portTests = (ports: readonly number[]): FilterLine[] =>
  ports.length > MAX_FILTER_PORTS
    ? [jump('keep')]
    : [...ports.map((port) => test(JUMP_IF_EQUAL, port, 'keep')), jump('drop')];

/** struct sock_filter each: u16 code, u8 jt, u8 jf, u32 k. */
export function packetFilter(subject: FilterSubject, ports: readonly number[]): Buffer {
  return assemble([
    op(LOAD_WORD, INTERFACE),
    test(JUMP_IF_EQUAL, LOOPBACK, undefined, 'elsewhere'),
    op(LOAD_WORD, PACKET_TYPE),
    test(JUMP_IF_EQUAL, OUTGOING, 'drop0'),
    op(LOAD_NUMBER, BOTH),
    jump('known'),
    at('elsewhere'),
    op(LOAD_WORD, PACKET_TYPE),
    test(JUMP_IF_EQUAL, OUTGOING, 'leaves'),
    test(JUMP_IF_EQUAL, TO_THIS_MACHINE, undefined, 'drop0'),
    op(LOAD_NUMBER, IN),
    jump('known'),
    at('drop0'),
    op(RETURN, 0),
    at('leaves'),
    op(LOAD_NUMBER, OUT),
    at('known'),
    op(STORE_SCRATCH, 0),
    op(LOAD_BYTE, 0),
    op(SHIFT_RIGHT, 4),
    test(JUMP_IF_EQUAL, 6, 'ip6'),
    test(JUMP_IF_EQUAL, 4, undefined, 'drop1'),
    op(LOAD_HALF, 6),
    test(JUMP_IF_SET, 0x1fff, 'drop1'),
    op(X_HEADER_LENGTH, 0),
    op(LOAD_BYTE, 9),
    test(JUMP_IF_EQUAL, 6, 'tcp'),
    test(JUMP_IF_EQUAL, 1, undefined, 'drop1'),
    op(LOAD_BYTE_AT_X, 0),
    test(JUMP_IF_EQUAL, 3, 'icmp', 'drop1'),
    at('ip6'),
    op(X_NUMBER, 40),
    op(LOAD_BYTE, 6),
    test(JUMP_IF_EQUAL, 6, 'tcp'),
    test(JUMP_IF_EQUAL, 58, undefined, 'drop1'),
    op(LOAD_BYTE_AT_X, 0),
    test(JUMP_IF_EQUAL, 1, 'icmp'),
    at('drop1'),
    op(RETURN, 0),
    at('icmp'),
    op(LOAD_SCRATCH, 0),
    test(JUMP_IF_EQUAL, IN, 'drop1b'),
    op(RETURN, subject === 'handshakes' ? SNAP_BYTES[subject] : 0),
    at('drop1b'),
    op(RETURN, 0),
    at('tcp'),
    ...(subject === 'handshakes' ? handshakeTests(ports) : dataTests(ports)),
    at('drop'),
    op(RETURN, 0),
    at('keep'),
    op(RETURN, SNAP_BYTES[subject]),
  ]);
}

const RST = 0x04;
const PSH = 0x08;
const SYN_AND_ACK = 0x12;
const SYN = 0x02;
/** Of the flags within the TCP header. */
const FLAGS = 13;

const handshakeTests = (ports: readonly number[]): FilterLine[] => [
  op(LOAD_SCRATCH, 0),
  test(JUMP_IF_EQUAL, OUT, 'replies'),
  op(LOAD_BYTE_AT_X, FLAGS),
  op(AND, SYN_AND_ACK | RST),
  test(JUMP_IF_EQUAL, SYN, 'arrives'),
  op(LOAD_SCRATCH, 0),
  test(JUMP_IF_EQUAL, IN, 'drop2'),
  at('replies'),
  op(LOAD_BYTE_AT_X, FLAGS),
  test(JUMP_IF_SET, RST, 'sent'),
  op(AND, SYN_AND_ACK),
  test(JUMP_IF_EQUAL, SYN_AND_ACK, 'sent'),
  at('drop2'),
  op(RETURN, 0),
  at('arrives'),
  op(LOAD_HALF_AT_X, 2),
  jump('ports'),
  at('sent'),
  op(LOAD_HALF_AT_X, 0),
  at('ports'),
  ...portTests(ports),
];

const dataTests = (ports: readonly number[]): FilterLine[] => [
  op(LOAD_SCRATCH, 0),
  test(JUMP_IF_EQUAL, OUT, 'drop2'),
  op(LOAD_BYTE_AT_X, FLAGS),
  test(JUMP_IF_SET, PSH, 'arrives'),
  at('drop2'),
  op(RETURN, 0),
  at('arrives'),
  op(LOAD_HALF_AT_X, 2),
  ...portTests(ports),
];

/** Conditional jumps span 255 lines at most; an unconditional one any number. */
function assemble(lines: readonly FilterLine[]): Buffer {
  const places = new Map<Label, number>();
  let count = 0;
  for (const line of lines) {
    if ('label' in line) places.set(line.label, count);
    else count += 1;
  }
  const program = Buffer.alloc(count * 8);
  let index = 0;
  for (const line of lines) {
    if ('label' in line) continue;
    const after = index + 1;
    const span = (label: Label | undefined): number =>
      label === undefined ? 0 : (places.get(label) ?? -1) - after;
    const isJump = line.code === JUMP;
    program.writeUInt16LE(line.code, index * 8);
    program.writeUInt8(isJump ? 0 : span(line.yes), index * 8 + 2);
    program.writeUInt8(isJump ? 0 : span(line.no), index * 8 + 3);
    program.writeUInt32LE(isJump ? span(line.yes) : line.k, index * 8 + 4);
    index += 1;
  }
  return program;
}

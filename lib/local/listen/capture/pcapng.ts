/**
 * Packets as a pcapng file (draft-ietf-opsawg-pcapng): section header, one interface of raw IP packets, a block for each
 * packet. Wireshark and tcpdump read it.
 */

export interface PcapngWriter {
  /** The first bytes of the file. */
  readonly header: Buffer;
  /**
   * @param bytes from the IP header on, cut to the snap length
   * @param at epoch ms
   * @returns `undefined`: the file has reached its limit
   */
  packet(bytes: Buffer, at: number): Buffer | undefined;
}

/** The file never gets larger. */
export const PCAPNG_MAX_BYTES = 32 * 1024 * 1024;

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
/** Packets begin with their IP header (https://www.tcpdump.org/linktypes.html). */
const LINKTYPE_RAW = 101;
const UNKNOWN_LENGTH = 0xffffffffffffffffn;

export function createPcapng(snapBytes: number, maxBytes: number = PCAPNG_MAX_BYTES): PcapngWriter {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(BYTE_ORDER);
  section.writeUInt16LE(1, 4);
  section.writeBigUInt64LE(UNKNOWN_LENGTH, 8);
  const description = Buffer.alloc(8);
  description.writeUInt16LE(LINKTYPE_RAW);
  description.writeUInt32LE(snapBytes, 4);
  const header = Buffer.concat([block(SECTION_HEADER, section), block(INTERFACE, description)]);
  let size = header.length;
  let full = false;
  return {
    header,
    packet(bytes, at) {
      const written = full ? undefined : packetBlock(bytes, at);
      full ||= written === undefined || size + written.length > maxBytes;
      if (full) return undefined;
      size += written?.length ?? 0;
      return written;
    },
  };
}

function packetBlock(bytes: Buffer, at: number): Buffer {
  const microseconds = BigInt(Math.round(at * 1_000));
  const head = Buffer.alloc(20);
  head.writeUInt32LE(Number((microseconds >> 32n) & 0xffffffffn), 4);
  head.writeUInt32LE(Number(microseconds & 0xffffffffn), 8);
  head.writeUInt32LE(bytes.length, 12);
  head.writeUInt32LE(Math.max(bytes.length, wholeLength(bytes)), 16);
  return block(ENHANCED_PACKET, Buffer.concat([head, bytes, Buffer.alloc(-bytes.length & 3)]));
}

/** The packet's own length, which its header names. */
function wholeLength(bytes: Buffer): number {
  const version = bytes.length < 6 ? 0 : bytes.readUInt8(0) >> 4;
  if (version === 4) return bytes.readUInt16BE(2);
  return version === 6 ? 40 + bytes.readUInt16BE(4) : 0;
}

/** Type, length, body, and the length again, so that a reader can go backwards. */
function block(type: number, body: Buffer): Buffer {
  const length = body.length + 12;
  const whole = Buffer.alloc(length);
  whole.writeUInt32LE(type);
  whole.writeUInt32LE(length, 4);
  body.copy(whole, 8);
  whole.writeUInt32LE(length, length - 4);
  return whole;
}

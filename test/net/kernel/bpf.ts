/** Runs a classic BPF program as the kernel does, with the few instructions that the filter uses; any other throws. */

export interface Arrival {
  /** Index of the interface; 1 is loopback. */
  readonly device: number;
  /** PACKET_HOST 0, PACKET_OTHERHOST 3, PACKET_OUTGOING 4. */
  readonly type: number;
}

/** @returns how many bytes of the packet are kept */
export function runFilter(program: Buffer, packet: Buffer, { device, type }: Arrival): number {
  let [a, x, scratch] = [0, 0, 0];
  // A load beyond the packet ends the program, and drops.
  const load = (at: number, length: 1 | 2): number | undefined =>
    at + length > packet.length ? undefined : packet.readUIntBE(at, length);
  for (let line = 0; line * 8 < program.length; line += 1) {
    const k = program.readUInt32LE(line * 8 + 4);
    const [yes, no] = [program.readUInt8(line * 8 + 2), program.readUInt8(line * 8 + 3)];
    let loaded: number | undefined = a;
    switch (program.readUInt16LE(line * 8)) {
      case 0x20:
        if (k !== 0xfffff004 && k !== 0xfffff008) throw new Error(`load from ${k}`);
        loaded = k === 0xfffff004 ? type : device;
        break;
      case 0x28:
        loaded = load(k, 2);
        break;
      case 0x30:
        loaded = load(k, 1);
        break;
      case 0x48:
        loaded = load(x + k, 2);
        break;
      case 0x50:
        loaded = load(x + k, 1);
        break;
      case 0x00:
        loaded = k;
        break;
      case 0x60:
        loaded = scratch;
        break;
      case 0x02:
        scratch = a;
        break;
      case 0xb1:
        x = ((load(k, 1) ?? 0) & 0x0f) * 4;
        break;
      case 0x01:
        x = k;
        break;
      case 0x54:
        loaded = (a & k) >>> 0;
        break;
      case 0x74:
        loaded = a >>> k;
        break;
      case 0x05:
        line += k;
        break;
      case 0x15:
        line += a === k ? yes : no;
        break;
      case 0x45:
        line += (a & k) !== 0 ? yes : no;
        break;
      case 0x06:
        return k;
      default:
        throw new Error(`instruction ${program.readUInt16LE(line * 8)}`);
    }
    if (loaded === undefined) return 0;
    a = loaded;
  }
  throw new Error('no end');
}

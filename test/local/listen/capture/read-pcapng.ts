/** Reads a pcapng file of one section and one interface, and holds every length against the rules. */
export interface ReadPcapng {
  readonly linkType: number;
  readonly snapBytes: number;
  readonly packets: readonly { readonly bytes: Buffer; readonly length: number; readonly at: number }[];
}

export function readPcapng(file: Buffer): ReadPcapng {
  const blocks: { type: number; body: Buffer }[] = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32LE(at + 4);
    if (length % 4 !== 0 || length < 12 || file.readUInt32LE(at + length - 4) !== length)
      throw new Error(`block at ${at} of length ${length}`);
    blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  const [section, device, ...packets] = blocks;
  if (section?.type !== 0x0a0d0d0a || section.body.readUInt32LE(0) !== 0x1a2b3c4d)
    throw new Error('no section header');
  if (device?.type !== 1) throw new Error('no interface');
  return {
    linkType: device.body.readUInt16LE(0),
    snapBytes: device.body.readUInt32LE(4),
    packets: packets.map(({ type, body }) => {
      if (type !== 6) throw new Error(`block of type ${type}`);
      const time = (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8));
      return {
        bytes: body.subarray(20, 20 + body.readUInt32LE(12)),
        length: body.readUInt32LE(16),
        at: Number(time) / 1_000,
      };
    }),
  };
}

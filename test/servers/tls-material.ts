/** Pieces that TLS servers of tests show: DER, Diffie-Hellman parameters, OCSP responses. */
import { createHash, sign } from 'node:crypto';
import type { Identity } from '../certificates/authority.ts';

const DAY = 86_400_000;

export const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
};
const integer = (bytes: Uint8Array) => der(2, bytes);
const oid = (hex: string) => der(6, Buffer.from(hex, 'hex'));
const time = (date: Date) =>
  der(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`));

/**
 * What a responder says of a serial number of `issuer` (RFC 6960 §4.2), signed with the P-256 key of `signer`.
 *
 * @param now epoch ms at which it was made; it holds for a day
 */
export function ocspResponse(
  issuer: Identity,
  signer: Identity,
  serial: Buffer,
  status: 'good' | 'revoked',
  now = Date.now(),
): Buffer {
  const tbs = readChildren(readChildren(issuer.der)[0] ?? Buffer.alloc(0));
  const subject = tbs[5] ?? Buffer.alloc(0);
  const spki = readChildren(tbs[6] ?? Buffer.alloc(0));
  const keyBits = contentOf(spki[1] ?? Buffer.alloc(0)).subarray(1);
  const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest();
  const certId = der(
    0x30,
    der(0x30, oid('2b0e03021a'), der(5)),
    der(4, sha1(subject)),
    der(4, sha1(keyBits)),
    integer(serial),
  );
  const state = status === 'good' ? der(0x80) : der(0xa1, time(new Date(now - DAY)));
  const single = der(
    0x30,
    certId,
    state,
    time(new Date(now - 3_600_000)),
    der(0xa0, time(new Date(now + DAY))),
  );
  const data = der(
    0x30,
    der(0xa2, der(4, sha1(keyBits))),
    time(new Date(now - 3_600_000)),
    der(0x30, single),
  );
  const signature = sign('sha256', data, signer.privateKey);
  const basic = der(0x30, data, der(0x30, oid('2a8648ce3d040302')), der(3, Buffer.of(0), signature));
  const bytes = der(0xa0, der(0x30, oid('2b0601050507300101'), der(4, basic)));
  return der(0x30, der(0x0a, Buffer.of(0)), bytes);
}

function contentOf(bytes: Buffer): Buffer {
  const first = bytes[1] ?? 0;
  return bytes.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}

/** The elements within a constructed one, each whole. */
function readChildren(bytes: Buffer): Buffer[] {
  const content = contentOf(bytes);
  const list: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const first = content[at + 1] ?? 0;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const length = octets === 0 ? first : content.readUIntBE(at + 2, octets);
    const end = at + 2 + octets + length;
    list.push(content.subarray(at, end));
    at = end;
  }
  return list;
}

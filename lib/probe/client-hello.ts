import { isIP } from 'node:net';

/**
 * A TLS 1.2 ClientHello (RFC 5246 §7.4.1.2) as bytes, for the plain tcp probe: whatever a TLS server thinks of it, it
 * answers with a record, a ServerHello or an alert. The tls kind does real handshakes; this one only knocks.
 *
 * @param host   sent as server name unless it is an IP literal (RFC 6066 §3)
 * @param random 32 bytes as hex
 */
export function clientHello(host: string, random: string): Buffer {
  const extensions = Buffer.concat([
    ...(isIP(host) === 0 ? [serverName(host)] : []),
    // supported_groups: x25519, secp256r1, secp384r1
    extension(10, Buffer.from('0006001d00170018', 'hex')),
    // ec_point_formats: uncompressed
    extension(11, Buffer.from('0100', 'hex')),
    // signature_algorithms: RSA-PSS, ECDSA and RSA PKCS #1 with SHA-256 and SHA-384
    extension(13, Buffer.from('000c080408050403050304010501', 'hex')),
  ]);
  const body = Buffer.concat([
    Buffer.from('0303', 'hex'),
    Buffer.from(random, 'hex'),
    Buffer.from('00', 'hex'),
    // ECDHE with AES-GCM and ChaCha20 (ECDSA, RSA), then RSA with AES for old servers
    block16(Buffer.from('c02bc02fc02cc030cca9cca8009c002f0035', 'hex')),
    Buffer.from('0100', 'hex'),
    block16(extensions),
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), block16(body)]);
  return Buffer.concat([Buffer.from('160301', 'hex'), block16(handshake)]);
}

function serverName(host: string): Buffer {
  return extension(0, block16(Buffer.concat([Buffer.from([0]), block16(Buffer.from(host, 'latin1'))])));
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type >> 8, type & 0xff]), block16(content)]);
}

/** Two bytes of length, then the content. */
function block16(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length >> 8, content.length & 0xff]), content]);
}

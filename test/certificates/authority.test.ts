import { X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { breakSignature, createAuthority, createCertificate } from './authority.ts';

test('a chain of root, intermediate and server certificate satisfies OpenSSL', async () => {
  const ca = await createAuthority();
  const below = await ca.intermediate({ pathLength: 0, permitted: ['test', '127.0.0.0/8'] });
  const { key, chain } = await below.issue({ names: ['www.test'], ip: ['127.0.0.1'] });
  const server = createServer({ key, cert: chain }, (socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const error = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca: ca.root, servername: 'www.test' }, () =>
      resolve(undefined),
    );
    socket.on('error', (failure) => resolve(failure.message));
  });
  server.close();
  expect(error).toBeUndefined();
});

test.each([
  ['ec-p192', 'sha1'],
  ['ec-p256', 'sha256'],
  ['ec-p384', 'sha384'],
  ['rsa-1024', 'md5'],
  ['rsa-1024', 'sha1'],
  ['rsa-2048', 'sha512'],
  ['ed25519', 'sha256'],
  ['ed448', 'sha256'],
] as const)(
  'a self-signed %s certificate with %s verifies, and not once its signature is spoilt',
  (keyType, digest) => {
    const made = createCertificate({ keyType, digest, names: ['a.test'], mustStaple: true });
    const parsed = new X509Certificate(made.cert);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.subjectAltName).toBe('DNS:a.test');
    const spoilt = new X509Certificate(breakSignature(made).cert);
    expect(spoilt.verify(parsed.publicKey)).toBe(false);
  },
);

/** Servers that speak TLS: live ones, with hostile certificates or bytes changed on the way, and mute recordings. */
import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { createAuthority } from '../../lib/local/demo/authority.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Script } from './script.ts';
import { covered, play, type Sent } from './stage.ts';

/** How a case's TLS goes wrong, if it does. */
export interface TlsManner {
  readonly name: 'sound' | 'hostile certificate' | 'changed on the way';
  readonly secureContext: SecureContext;
  readonly alpn: readonly string[];
  /** Bytes that the server sends, changed at these places of the stream. */
  readonly flips: readonly { readonly at: number; readonly xor: number }[];
  /** The connection ends behind so many bytes. */
  readonly cutAt?: number;
}

export interface TlsMaker {
  /** PEM of the root that the certificates lead to, as a list that stays the same. */
  readonly anchors: readonly string[];
  draw(random: Random, alpn: readonly string[]): TlsManner;
}

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** Names that a certificate may carry and no report may obey. */
const NAMES = [
  'www.example.com',
  '*.example.com',
  '*',
  'a\0.example.com',
  '<b>x</b>.example.com',
  '\u202egro.elpmaxe',
  '\x1b[2J.example.com',
  'x'.repeat(3_000),
  '',
];

let made: Promise<TlsMaker> | undefined;
/** Its keys and certificates are made once a process. */
export const tlsMaker = (): Promise<TlsMaker> => {
  made ??= createTlsMaker();
  return made;
};

async function createTlsMaker(): Promise<TlsMaker> {
  const authority = await createAuthority();
  const middle = await authority.intermediate();
  const issued = await middle.issue({ names: ['www.example.com'], ip: ['127.0.0.1'] });
  const der = new X509Certificate(issued.cert).raw;
  const above = issued.chain.slice(issued.cert.length);
  const versions = ['TLSv1.2', 'TLSv1.3', 'TLSv1.3'] as const;
  const sound = versions.map((version) =>
    createSecureContext({ key: issued.key, cert: issued.chain, maxVersion: version }),
  );
  // Signed soundly, with names that are not.
  const named = await Promise.all(
    NAMES.map(async (name) => {
      const one = await middle.issue({ names: [name], subject: [['CN', name.slice(0, 60)]] });
      return createSecureContext({ key: one.key, cert: one.chain });
    }),
  );

  /** A certificate with some bytes changed that OpenSSL still takes, with the same key. */
  function changedCertificate(random: Random): SecureContext {
    for (let tries = 0; tries < 6; tries += 1) {
      const changed = Buffer.from(der);
      for (let left = 1 + random.below(4); left > 0; left -= 1)
        changed[random.below(changed.length)] = random.below(256);
      const chain = random.chance(0.3) ? mutateChain(random) : above;
      try {
        return createSecureContext({ key: issued.key, cert: pem(changed) + chain });
      } catch {
        // Not a certificate any more, or of another key.
      }
    }
    return random.pick(sound);
  }
  const mutateChain = (random: Random): string =>
    Array.from({ length: random.below(5) }, () => (random.chance(0.5) ? above : pem(der))).join('') +
    (random.chance(0.2) ? pem(mutate(der, random)) : '');

  return {
    anchors: [authority.root],
    draw(random, alpn) {
      const base = { secureContext: random.pick(sound), alpn, flips: [] };
      switch (random.below(5)) {
        case 0:
          return { ...base, name: 'hostile certificate', secureContext: changedCertificate(random) };
        case 1:
          return { ...base, name: 'hostile certificate', secureContext: random.pick(named) };
        case 2:
          return {
            ...base,
            name: 'changed on the way',
            flips: Array.from({ length: random.below(4) }, () => ({
              at: random.below(2_500),
              xor: 1 + random.below(255),
            })),
            ...(random.chance(0.3) && { cutAt: random.below(2_500) }),
          };
        default:
          return { ...base, name: 'sound' };
      }
    },
  };
}

/** Goes on in TLS on a raw socket, and plays the script inside. */
export function playTls(socket: Socket, manner: TlsManner, script: Script, sent: Sent): void {
  // Node forgets the descriptor of a socket that is reset under a TLSSocket of its own, so one that will be is kept apart.
  const apart = manner.name === 'changed on the way' || script.end === 'reset';
  const below = apart ? changing(socket, manner) : socket;
  const secure = new TLSSocket(below as Socket, {
    isServer: true,
    secureContext: manner.secureContext,
    ALPNProtocols: [...manner.alpn],
  });
  covered.set(socket, secure);
  secure.on('error', () => secure.destroy());
  secure.on('secure', () => {
    sent.handshakes += 1;
    play(secure, socket, script, sent.secure);
  });
}

/** A stream over a socket in which what is written is changed at certain places. */
function changing(socket: Socket, { flips, cutAt }: TlsManner): Duplex {
  let written = 0;
  const stream = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      const changed = Buffer.from(chunk);
      for (const { at, xor } of flips) {
        const index = at - written;
        if (index >= 0 && index < changed.length) changed[index] = (changed[index] ?? 0) ^ xor;
      }
      const left = cutAt === undefined ? changed.length : Math.max(0, cutAt - written);
      written += changed.length;
      if (socket.destroyed) return done();
      socket.write(changed.subarray(0, left), () => done());
      if (left < changed.length) socket.end();
    },
    final(done) {
      socket.end(() => done());
    },
    destroy(_error, done) {
      socket.destroy();
      done(null);
    },
  });
  socket.on('data', (chunk) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('close', () => stream.destroy());
  return stream;
}

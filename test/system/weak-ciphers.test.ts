/** A real server with suites that OpenSSL no longer has: GnuTLS with 3DES, RC4, NULL and anonymous ones. */
import { expect, test } from 'vitest';
import { createAuthority } from '../certificates/authority.ts';
import { observeTls } from '../kinds/tls/scenario.ts';
import { startGnuTls } from './gnutls-server.ts';

const authority = await createAuthority();
const identity = await authority.issue({ names: ['www.test'] });

test.each([
  ['NORMAL:-VERS-ALL:+VERS-TLS1.2', { accepted: [], complete: true }],
  [
    'NORMAL:-VERS-ALL:+VERS-TLS1.2:+3DES-CBC:+ARCFOUR-128',
    {
      accepted: ['TLS_ECDHE_ECDSA_WITH_RC4_128_SHA', 'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA'],
      complete: true,
    },
  ],
  [
    'NORMAL:-VERS-ALL:+VERS-TLS1.2:+ANON-ECDH:+NULL:+3DES-CBC',
    {
      accepted: [
        'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
        'TLS_ECDHE_ECDSA_WITH_NULL_SHA',
        'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA',
      ],
      complete: false,
    },
  ],
])('GnuTLS with %s', async (priority, weakCiphers) => {
  const server = await startGnuTls(identity, priority, 'echo');
  try {
    const seen = await observeTls(server.port, {
      anchors: [authority.root],
      spec: { weakCiphers: true },
    });
    expect(seen.tls.handshake.status).toBe('complete');
    expect(seen.tls.weakCiphers).toEqual(weakCiphers);
    expect(seen.faults).toEqual(weakCiphers.accepted.length === 0 ? [] : ['tls.weak-cipher warn']);
  } finally {
    await server.stop();
  }
});

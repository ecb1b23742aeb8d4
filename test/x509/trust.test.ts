import { X509Certificate } from 'node:crypto';
import { connect, DEFAULT_CIPHERS } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../../lib/x509/certificate.ts';
import { judgeTrust } from '../../lib/x509/trust.ts';
import { trustAnchors } from '../../lib/x509/trust-anchors.ts';
import {
  type Authority,
  breakSignature,
  type CertificateOptions,
  createAuthority,
  createCertificate,
} from '../certificates/authority.ts';
import { tlsServer } from '../servers/tls-server.ts';

interface Sent {
  readonly key: string;
  readonly cert: string;
}

const root = await createAuthority();
const middle = await root.intermediate();
const WWW: CertificateOptions = { names: ['www.test'], ip: ['127.0.0.1'] };
const issue = async (by: Authority, options: CertificateOptions = WWW): Promise<Sent> => {
  const { key, chain } = await by.issue(options);
  return { key, cert: chain };
};
const under = async (...authorities: CertificateOptions[]): Promise<Sent> => {
  let by: Authority = root;
  for (const [level, options] of authorities.entries()) {
    by = await by.intermediate({ subject: `CA ${level + 1}`, ...options });
  }
  return issue(by);
};
const unknown = (critical: boolean) => [{ oid: '1.3.6.1.4.1.99999.1', critical, value: Uint8Array.of(5, 0) }];

/** Chains with valid dates, good and bad. What OpenSSL says of them is not written down: it is asked. */
const chains: Record<string, () => Promise<Sent> | Sent> = {
  'leaf under the root': () => issue(root),
  'leaf under an intermediate': () => issue(middle),
  'three intermediates': () => under({}, {}, {}),
  'root sent along': async () => {
    const { key, cert } = await issue(middle);
    return { key, cert: cert + root.root };
  },
  'intermediate missing': () => middle.issue(WWW),
  'intermediate of another authority': async () => {
    const { key, cert } = await middle.issue(WWW);
    return { key, cert: cert + (await (await createAuthority()).intermediate()).cert };
  },
  'unknown root': async () => issue(await createAuthority({ subject: 'Stranger' })),
  'unknown root sent': async () => {
    const stranger = await createAuthority({ subject: 'Stranger' });
    const { key, cert } = await issue(stranger);
    return { key, cert: cert + stranger.root };
  },
  'self-signed': () => createCertificate(WWW),
  'self-signed with the name of the root': () =>
    createCertificate({ ...WWW, subject: 'Inbound Check Test Root' }),
  'spoilt leaf signature': async () => {
    const issued = await middle.issue(WWW);
    return { key: issued.key, cert: breakSignature(issued).cert + middle.cert };
  },
  'spoilt intermediate signature': async () => {
    const low = await root.intermediate({ subject: 'Spoilt CA' });
    const { key, cert } = await low.issue(WWW);
    return { key, cert: cert + breakSignature(low).cert };
  },
  'intermediate without cA': () => under({ ca: false }),
  'intermediate without keyCertSign': () => under({ keyUsage: 2 }),
  'intermediate without keyUsage': () => under({ keyUsage: 0 }),
  'path length kept': () => under({ pathLength: 1 }, {}),
  'path length exceeded': () => under({ pathLength: 0 }, {}),
  'path length exceeded two levels down': () => under({ pathLength: 1 }, {}, {}),
  'intermediate for servers': () => under({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }),
  'intermediate for mail only': () => under({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'] }),
  'leaf for clients only': () => issue(middle, { ...WWW, extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }),
  'leaf for servers and clients': () =>
    issue(middle, { ...WWW, extendedKeyUsage: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'] }),
  'leaf without extended key usage': () => issue(middle, { ...WWW, extendedKeyUsage: [] }),
  'leaf for any purpose': () => issue(middle, { ...WWW, extendedKeyUsage: ['2.5.29.37.0'] }),
  'leaf that may only sign certificates': () => issue(middle, { ...WWW, keyUsage: 32 }),
  'leaf that is a CA': () => issue(middle, { ...WWW, ca: true, keyUsage: 33 }),
  'unknown critical extension in the leaf': () => issue(middle, { ...WWW, extensions: unknown(true) }),
  'unknown extension in the leaf': () => issue(middle, { ...WWW, extensions: unknown(false) }),
  'unknown critical extension in the intermediate': () => under({ extensions: unknown(true) }),
  'name within the permitted ones': () => under({ permitted: ['test'] }),
  'name is the permitted one': () => under({ permitted: ['www.test'] }),
  'name outside the permitted ones': () => under({ permitted: ['example'] }),
  'name that only ends like the permitted one': () => under({ permitted: ['ww.test'] }),
  'name excluded': () => under({ excluded: ['test'] }),
  'another name excluded': () => under({ excluded: ['mail.test'] }),
  'address permitted': () => under({ permitted: ['127.0.0.0/8', 'test'] }),
  'address not permitted': () => under({ permitted: ['10.0.0.0/8', 'test'] }),
  'address excluded': () => under({ excluded: ['127.0.0.0/24'] }),
  'constraint two levels up': () => under({ permitted: ['example'] }, {}),
  'common name instead of an alternative name, outside the permitted ones': async () =>
    issue(await root.intermediate({ subject: 'Narrow', permitted: ['example'] }), { subject: 'www.test' }),
  'wrong order': async () => {
    const upper = await root.intermediate({ subject: 'Upper' });
    const lower = await upper.intermediate({ subject: 'Lower' });
    const { key, cert } = await lower.issue(WWW);
    return { key, cert: cert + upper.cert + lower.cert };
  },
  'intermediate twice': async () => {
    const { key, cert } = await issue(middle);
    return { key, cert: cert + middle.cert };
  },
  'two keys under one name': async () => {
    const twin = await root.intermediate();
    const { key, cert } = await middle.issue(WWW);
    return { key, cert: cert + twin.cert + middle.cert };
  },
  'ed25519 under RSA': async () =>
    issue(await root.intermediate({ subject: 'RSA CA', keyType: 'rsa-2048' }), {
      ...WWW,
      keyType: 'ed25519',
    }),
};

async function openSslAccepts({ key, cert }: Sent): Promise<boolean> {
  const port = await tlsServer({ key, cert });
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      ca: root.root,
      rejectUnauthorized: false,
      ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
      checkServerIdentity: () => undefined,
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve(socket.authorized);
      socket.destroy();
    });
  });
}

function parse(pems: string) {
  return (pems.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map((pem) => {
    const certificate = parseCertificate(new X509Certificate(pem));
    if (!certificate) throw new Error('a certificate of our own cannot be read');
    return certificate;
  });
}

describe('our path building, which counts where OpenSSL complains of a date, agrees with OpenSSL on valid dates', () => {
  test.each(Object.entries(chains))('%s', async (_, make) => {
    const sent = await make();
    const own = judgeTrust(parse(sent.cert), trustAnchors([root.root]), 'CERT_HAS_EXPIRED', Date.now());
    // That a certificate for any purpose is good for a server is what some clients say and OpenSSL does not.
    const isAccepted = own.status === 'anchored' && own.anyPurpose === undefined;
    expect(isAccepted, JSON.stringify(own)).toBe(await openSslAccepts(sent));
  });
});

test('OpenSSL has the last word: a chain that only we accept is not anchored', async () => {
  const { cert } = await issue(middle);
  const trust = judgeTrust(parse(cert), trustAnchors([root.root]), 'CERT_REVOKED', Date.now());
  expect(trust).toMatchObject({
    status: 'chain-invalid',
    detail: 'OpenSSL rejects the chain with CERT_REVOKED',
  });
});

test('names that all match each other end in bounded work', async () => {
  // Sixteen authorities of one name and key, each of which could have issued every other.
  const first = await createAuthority({ subject: 'Loop' });
  const twins = await Promise.all(
    Array.from({ length: 16 }, () => first.intermediate({ subject: 'Loop', privateKey: first.privateKey })),
  );
  const { cert } = await first.issue(WWW);
  const trust = judgeTrust(
    parse(cert + twins.map((twin) => twin.cert).join('')),
    trustAnchors([]),
    'X',
    Date.now(),
  );
  expect(trust.path?.length).toBeLessThanOrEqual(64);
  expect(trust.status).not.toBe('anchored');
});

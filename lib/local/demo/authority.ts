/** A certificate authority for the demo and the tests: a root, intermediates under it, and what they issue. */
import { type CertificateOptions, createCertificate, type Identity } from './certificate.ts';

/** A server's certificate, as `tls.createServer` takes it. */
export interface Issued extends Identity {
  /** PEM: the certificate and the intermediates above it, without the root: what a correctly configured server sends. */
  readonly chain: string;
}

export interface Authority extends Identity {
  /** PEM of the root: give it to a client as trust anchor. */
  readonly root: string;
  /** PEM of this authority and the ones above it, root left out; empty for the root itself. */
  readonly chainAbove: string;
  issue(options: CertificateOptions): Promise<Issued>;
  /** An authority under this one. */
  intermediate(options?: CertificateOptions): Promise<Authority>;
}

const YEARS = 365 * 86_400_000;

/** A new root authority: P-256, valid ten years, named `Inbound Check Test Root` unless told otherwise. */
export async function createAuthority(options: CertificateOptions = {}): Promise<Authority> {
  const identity = createCertificate({ ...caDefaults('Inbound Check Test Root'), ...options });
  return authority(identity, identity.cert, '');
}

function authority(identity: Identity, root: string, chainAbove: string): Authority {
  return {
    ...identity,
    root,
    chainAbove,
    issue: async (options) => {
      const issued = createCertificate(options, identity);
      return { ...issued, chain: issued.cert + chainAbove };
    },
    intermediate: async (options = {}) => {
      const below = createCertificate({ ...caDefaults('Inbound Check Test CA 1'), ...options }, identity);
      return authority(below, root, below.cert + chainAbove);
    },
  };
}

const caDefaults = (subject: string): CertificateOptions => ({
  subject,
  ca: true,
  notBefore: new Date(Date.now() - YEARS),
  notAfter: new Date(Date.now() + 10 * YEARS),
});

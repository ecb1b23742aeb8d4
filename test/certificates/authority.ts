/** The tests' authority is the demo's: `const ca = await createAuthority(); const { key, chain } = await ca.issue({ names: ['localhost'] })`. */
export { type Authority, createAuthority, type Issued } from '../../lib/local/demo/authority.ts';
export {
  breakSignature,
  type CertificateOptions,
  createCertificate,
  type Identity,
} from '../../lib/local/demo/certificate.ts';

/** The tests' authority is the demo's: `const ca = await createAuthority(); const { key, chain } = await ca.issue({ names: ['localhost'] })`. */
export { type Authority, createAuthority, type Issued } from '../../lib/demo/authority.ts';
export {
  type CertificateOptions,
  createCertificate,
  type Identity,
  spoilSignature,
} from '../../lib/demo/certificate.ts';

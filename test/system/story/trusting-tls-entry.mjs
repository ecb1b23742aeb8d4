/** `node:tls` with the story's authority among its roots. */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';

export * from 'node:tls';
export default tls;
export const rootCertificates = [...tls.rootCertificates, readFileSync(process.env.STORY_ROOT, 'utf8')];

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Peer, phrase, target } from './peer.ts';

const Findings = z.array(z.object({ id: z.string(), severity: z.string(), finding: z.string() }));
const GRAVE = new Set(['WARN', 'MEDIUM', 'HIGH', 'CRITICAL', 'FATAL']);
/** Offered by nothing in a laboratory: no revocation, no CAA, no ephemeral names. */
const USUAL =
  /^(DNS_CAArecord|cert_revocation|cert_crlDistributionPoints|OCSP|cert_ocspURL|scanTime|engine_problem|sessionresumption_)/;

/** It takes ten seconds of a core for each, and more on a busy machine: asked about the classes of certificate faults. */
const ASKED: ReadonlySet<string> = new Set([
  'tls-nginx',
  'tls-expired',
  'tls-wrong-name',
  'tls-private-root',
  'tls-chain-incomplete',
  'tls-three-faults',
]);

export const testssl: Peer = {
  id: 'testssl',
  title: 'testssl.sh',
  version: ['testssl', ['--version'], /testssl(?:\.sh)?\s+([\d.]+)/],
  call: 'testssl --fast -p -S --add-ca ROOT HOST:PORT, at most 75 s, on some cases of certificates',
  atOnce: 3,
  speaks: (_endpoint, caseId) => ASKED.has(caseId),
  async ask({ endpoint, host, trustFile, directory }) {
    const file = join(directory, `testssl-${endpoint.kind}-${endpoint.host}-${endpoint.port}.json`);
    const { status, stdout } = await host.run(
      'testssl',
      [
        ...['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'min', '--ip', 'one'],
        ...['--connect-timeout', '4', '--openssl-timeout', '4', '--add-ca', trustFile],
        ...['--fast', '-p', '-S', '--jsonfile', file],
        target(endpoint),
      ],
      { timeoutMs: 75_000 },
    );
    const findings = await readFindings(file);
    const grave = findings
      .filter(({ id, severity }) => GRAVE.has(severity) && !USUAL.test(id))
      .map(({ id, finding }) => `${id}: ${finding}`);
    if (grave.length > 0) return phrase(grave.join('; '), 160);
    if (status === null) return 'not done after 75 s';
    if (findings.length > 2) return 'nothing grave';
    return phrase(
      stdout
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-2)
        .join(' ') || `exit ${status}`,
    );
  },
};

/** A run that was ended leaves a list without its end. */
async function readFindings(file: string): Promise<z.infer<typeof Findings>> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  for (const candidate of [text, `${text.trimEnd().replace(/,$/, '')}]`]) {
    try {
      return Findings.parse(JSON.parse(candidate));
    } catch {
      // The next one, or nothing.
    }
  }
  return [];
}

/** Holds the table of clients against real handshakes of the clients that are installed here. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLIENTS, type Property } from '../../lib/kinds/connection/clients.ts';
import { createAuthority } from '../certificates/authority.ts';
import { observeTls } from '../kinds/tls/scenario.ts';
import { type Case, makeCases } from './clients/cases.ts';
import { ACCEPTED, JUDGES, type LocalClient } from './clients/judges.ts';
import { openSite, type Site } from './clients/site.ts';
import { startGnuTls } from './gnutls-server.ts';

/** The cases that show a property; those of `SOUND` show none. */
const SHOWN: Readonly<Partial<Record<Property, readonly string[]>>> = {
  'tls-1.1-alone': ['tls-1.1-alone'],
  'key-exchange-dhe': ['kx-dhe-2048'],
  'group-p521': ['group-p521', 'group-p521-1.2'],
  'group-x448': ['group-x448'],
  'group-ffdhe': ['group-ffdhe2048'],
  'cipher-cbc-sha256': ['cipher-cbc-sha256'],
  'cipher-ccm': ['cipher-ccm'],
  'handshake-signature-sha1': ['signature-sha1', 'signature-sha1-ecdsa'],
  'key-dsa': ['key-dsa'],
  'key-rsa-pss': ['key-rsa-pss'],
  'key-ed25519': ['key-ed25519'],
  'key-ed448': ['key-ed448'],
  'key-p521': ['key-p521', 'key-p521-1.2'],
  'key-other-curve': ['key-p224', 'key-secp256k1', 'key-brainpool'],
  'key-rsa-1024': ['key-rsa-1024'],
  'key-rsa-768': ['key-rsa-768'],
  'root-rsa-1024': ['root-rsa-1024'],
  'root-rsa-768': ['root-rsa-768'],
  'signed-by-dsa': ['issuer-dsa'],
  'signed-by-ed25519': ['issuer-ed25519'],
  'signed-by-ed448': ['issuer-ed448'],
  'signed-by-other-curve': ['issuer-secp256k1', 'issuer-brainpool'],
  'purpose-any-alone': ['purpose-any'],
  'usage-no-signature': ['use-encipherment-1.3', 'use-encipherment-ecdhe'],
  'usage-no-encipherment': ['kx-rsa-key-signs-only'],
  'name-wildcard-over-one-label': ['name-wildcard-one-label'],
  'name-not-ascii': ['name-utf8'],
  'name-malformed': ['name-bad-address'],
  'names-empty': ['names-empty'],
  'names-unreadable': ['names-unreadable'],
  'issuer-first-valid': ['sibling-not-ca-first', 'sibling-sha1-first'],
  'issuer-first-sent': ['sibling-expired-first', 'sibling-future-first'],
  'chain-over-10': ['chain-of-12'],
  'chain-over-16': ['chain-of-18'],
  'staple-revoked': ['staple-revoked'],
};
const SOUND = [
  'sound',
  'kx-rsa',
  'name-wildcard',
  'name-idna-wildcard',
  'staple-good',
  'chain-wrong-order',
  'issuer-p521',
  'sibling-expired-second',
];

/**
 * What a client refuses for a second reason than the property: GnuTLS takes the first sibling sent also where OpenSSL
 * takes the first valid one, Java has no match for the wildcard of one label, and so on.
 */
const BESIDE: Readonly<Partial<Record<LocalClient, readonly Property[]>>> = {
  gnutls: ['issuer-first-valid'],
};

let made: Awaited<ReturnType<typeof makeCases>>;
let folder: string;
beforeAll(async () => {
  made = await makeCases();
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const caseOf = (id: string): Case => {
  const found = made.cases[id];
  if (!found) throw new Error(`no case ${id}`);
  return found;
};

test.each(Object.keys(JUDGES) as LocalClient[])(
  '%s refuses what the table says, and nothing else of it',
  async (client) => {
    const ids = [...SOUND, ...Object.values(SHOWN).flat()];
    const sites: Site[] = [];
    for (const id of ids) {
      const { host, options, staple } = caseOf(id);
      sites.push(await openSite(host, options, staple));
    }
    const roots = made.root.root + ids.map((id) => caseOf(id).roots ?? '').join('');
    const home = await mkdtemp(join(folder, `${client}-`));
    const answers = await JUDGES[client](sites, roots, home);
    for (const site of sites) site.close();

    const answerOf = new Map(ids.map((id, index) => [id, answers[index]]));
    const { refuses } = CLIENTS[client];
    const expected: Record<string, boolean> = {};
    const seen: Record<string, boolean> = {};
    const words: string[] = [];
    const compare = (id: string, isRefused: boolean): void => {
      expected[id] = isRefused;
      seen[id] = answerOf.get(id) !== ACCEPTED;
      if (seen[id] !== isRefused) words.push(`${id}: ${answerOf.get(id)}`);
    };
    for (const id of SOUND) compare(id, false);
    for (const [property, shown] of Object.entries(SHOWN) as [Property, readonly string[]][]) {
      if (BESIDE[client]?.includes(property)) continue;
      for (const id of shown) compare(id, refuses.includes(property));
    }
    expect(seen, words.join('\n')).toEqual(expected);
  },
  400_000,
);

test('a server without RFC 5746: OpenSSL and curl refuse, we connect and warn', async () => {
  const root = await createAuthority();
  const { port, stop } = await startGnuTls(
    await root.issue({ names: ['www.test'] }),
    'NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION',
    'http',
  );
  try {
    const seen = await observeTls(port, { anchors: [root.root] });
    expect(seen.faults).toEqual(['tls.no-secure-renegotiation warn']);
    expect(seen.finding.summary).toMatch(/RFC 5746.*curl/);
    const site: Site = {
      host: 'www.test',
      port,
      asked: () => false,
      settled: Promise.resolve(),
      close: () => {},
    };
    for (const client of ['curl', 'openssl', 'gnutls'] as const) {
      const home = await mkdtemp(join(folder, `${client}-`));
      const [answer] = await JUDGES[client]([site], root.root, home);
      const refuses = CLIENTS[client].refuses.includes('no-secure-renegotiation');
      expect(answer !== ACCEPTED, `${client}: ${answer}`).toBe(refuses);
    }
  } finally {
    await stop();
  }
}, 60_000);

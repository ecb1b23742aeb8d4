/** The validator beside unbound, over zones that BIND's tools signed and nsd serves. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createValidator, type Validator } from '../../lib/net/dnssec/validator.ts';
import { type DnssecServers, NAME_SERVER, type SignedZone, serveZones, signZones } from './dnssec/zones.ts';

const run = promisify(execFile);
const A = (last: number): string[] => [`@ A 192.0.2.${last}`, `www A 192.0.2.${last}`];
const ZONES: readonly SignedZone[] = [
  {
    name: 'good.test',
    algorithms: ['ECDSAP256SHA256'],
    lines: [
      ...A(1),
      '*.wild A 192.0.2.3',
      'deep.er.ent TXT "below names without records"',
      'alias CNAME www',
      'out CNAME www.n3.test.',
      'lost CNAME nothing.n3.test.',
      'toplain CNAME www.plain.test.',
      'tobad CNAME www.expired.test.',
      'tree DNAME n3.test.',
      '@ MX 10 WWW.Good.Test.',
      '_25._tcp.www TLSA 3 1 1 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF',
      '@ CAA 0 issue "letsencrypt.org"',
    ],
  },
  { name: 'p384.test', algorithms: ['ECDSAP384SHA384'], lines: A(2) },
  { name: 'ed25519.test', algorithms: ['ED25519'], lines: A(3) },
  { name: 'ed448.test', algorithms: ['ED448'], lines: A(4) },
  { name: 'rsa512.test', algorithms: ['RSASHA512'], lines: A(5) },
  {
    name: 'n3.test',
    algorithms: ['ECDSAP256SHA256'],
    sign: ['-3', 'aabbccdd', '-H', '5'],
    lines: [...A(6), '*.wild A 192.0.2.3', 'deep.er.ent TXT "x"'],
  },
  { name: 'sub.optout.test', lines: A(7) },
  { name: 'signed.optout.test', algorithms: ['ED25519'], lines: A(8) },
  { name: 'optout.test', algorithms: ['ECDSAP256SHA256'], sign: ['-3', '-', '-H', '0', '-A'], lines: A(8) },
  { name: 'many.test', algorithms: ['ECDSAP256SHA256'], sign: ['-3', '-', '-H', '51'], lines: A(9) },
  {
    name: 'expired.test',
    algorithms: ['ECDSAP256SHA256'],
    sign: ['-s', '20200101000000', '-e', '20200201000000'],
    lines: A(10),
  },
  {
    name: 'future.test',
    algorithms: ['ECDSAP256SHA256'],
    sign: ['-s', '20500101000000', '-e', '20500201000000'],
    lines: A(11),
  },
  {
    name: 'mismatch.test',
    algorithms: ['ECDSAP256SHA256'],
    lines: A(12),
    ds: `mismatch.test. IN DS 4711 13 2 ${'AB'.repeat(32)}`,
  },
  { name: 'nods.test', algorithms: ['ECDSAP256SHA256'], lines: A(13), ds: false },
  { name: 'plain.test', lines: A(14) },
  { name: 'stripped.test', lines: A(15), ds: `stripped.test. IN DS 4711 13 2 ${'AB'.repeat(32)}` },
  { name: 'unknown.test', lines: A(16), ds: `unknown.test. IN DS 4711 99 2 ${'AB'.repeat(32)}` },
  { name: 'digest.test', lines: A(16), ds: `digest.test. IN DS 4711 13 99 ${'AB'.repeat(32)}` },
  {
    name: 'tampered.test',
    algorithms: ['ECDSAP256SHA256'],
    lines: A(17),
    tamper: (file) => file.replaceAll('192.0.2.17', '192.0.2.66'),
  },
  { name: 'roll.test', algorithms: ['RSASHA256', 'ECDSAP256SHA256'], lines: A(18) },
  {
    name: 'rollds.test',
    algorithms: ['RSASHA256', 'ECDSAP256SHA256'],
    lines: A(19),
    ds: (own) => `${own}rollds.test. IN DS 4711 13 2 ${'AB'.repeat(32)}\n`,
  },
  { name: 'test', algorithms: ['RSASHA256'], sign: ['-3', 'ab', '-H', '0'], lines: [`ns A ${NAME_SERVER}`] },
  { name: '.', algorithms: ['ED25519'] },
];

let servers: DnssecServers;
let validator: Validator;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-dnssec-'));
  signZones(folder, ZONES);
  servers = await serveZones(folder, ZONES);
  validator = createValidator({
    query: servers.query,
    anchors: servers.anchors,
    now: Date.now,
    questionMs: 5_000,
  });
});
afterAll(() => servers?.close());

/** What unbound makes of it: AD, an answer without, or SERVFAIL that an answer with CD shows to come from validation. */
async function byUnbound(name: string, type: string): Promise<string> {
  const { code, header } = await servers.query(name, type, 5_000);
  if (header?.ad === true) return 'secure';
  return code === 'SERVFAIL' ? 'bogus' : 'insecure';
}

const QUESTIONS: readonly [name: string, type: string, status: string, fault?: object][] = [
  ['www.good.test', 'A', 'secure'],
  ['WWW.Good.Test.', 'A', 'secure'],
  ['good.test', 'MX', 'secure'],
  ['good.test', 'SOA', 'secure'],
  ['good.test', 'AAAA', 'secure'],
  ['nothing.good.test', 'A', 'secure'],
  ['any.wild.good.test', 'A', 'secure'],
  ['two.labels.wild.good.test', 'A', 'secure'],
  ['any.wild.good.test', 'AAAA', 'secure'],
  ['ent.good.test', 'A', 'secure'],
  ['nothing.er.ent.good.test', 'A', 'secure'],
  ['alias.good.test', 'A', 'secure'],
  ['out.good.test', 'A', 'secure'],
  ['lost.good.test', 'A', 'secure'],
  ['toplain.good.test', 'A', 'insecure'],
  ['tobad.good.test', 'A', 'bogus', { is: 'expired', zone: 'expired.test' }],
  ['www.tree.good.test', 'A', 'secure'],
  ['_25._tcp.www.good.test', 'TLSA', 'secure'],
  ['_25._tcp.good.test', 'TLSA', 'secure'],
  ['good.test', 'CAA', 'secure'],
  ['good.test', 'DS', 'secure'],
  ['good.test', 'DNSKEY', 'secure'],
  ['plain.test', 'DS', 'secure'],
  ['www.good.test', 'DS', 'secure'],
  ['www.p384.test', 'A', 'secure'],
  ['www.ed25519.test', 'A', 'secure'],
  ['www.ed448.test', 'A', 'secure'],
  ['www.rsa512.test', 'A', 'secure'],
  ['www.n3.test', 'A', 'secure'],
  ['www.n3.test', 'AAAA', 'secure'],
  ['nothing.n3.test', 'A', 'secure'],
  ['any.wild.n3.test', 'A', 'secure'],
  ['any.wild.n3.test', 'AAAA', 'secure'],
  ['ent.n3.test', 'A', 'secure'],
  ['www.optout.test', 'A', 'secure'],
  ['nothing.optout.test', 'A', 'insecure'],
  ['www.sub.optout.test', 'A', 'insecure'],
  ['nothing.sub.optout.test', 'A', 'insecure'],
  ['www.signed.optout.test', 'A', 'secure'],
  ['www.many.test', 'A', 'secure'],
  ['nothing.many.test', 'A', 'insecure'],
  ['www.expired.test', 'A', 'bogus', { is: 'expired', zone: 'expired.test', at: '2020-02-01T00:00:00.000Z' }],
  ['www.future.test', 'A', 'bogus', { is: 'not-yet-valid', at: '2050-01-01T00:00:00.000Z' }],
  ['www.mismatch.test', 'A', 'bogus', { is: 'ds-mismatch', zone: 'mismatch.test' }],
  ['www.nods.test', 'A', 'insecure'],
  ['www.plain.test', 'A', 'insecure'],
  ['nothing.plain.test', 'A', 'insecure'],
  ['www.stripped.test', 'A', 'bogus', { is: 'ds-mismatch', zone: 'stripped.test', keys: [] }],
  ['www.unknown.test', 'A', 'insecure'],
  ['www.digest.test', 'A', 'insecure'],
  ['www.tampered.test', 'A', 'bogus', { is: 'invalid', zone: 'tampered.test', owner: 'www.tampered.test' }],
  ['tampered.test', 'SOA', 'secure'],
  ['www.roll.test', 'A', 'secure'],
  ['www.rollds.test', 'A', 'secure'],
  ['nothing.test', 'A', 'secure'],
  ['nothing', 'A', 'secure'],
  ['.', 'NS', 'secure'],
];

describe('a question is judged as unbound judges it', () => {
  it.each([...QUESTIONS])('%s %s: %s', async (...[name, type, status, fault]) => {
    const judged = await validator.validate(name, type);
    expect(judged, JSON.stringify(judged)).toMatchObject({ status, ...(fault && { fault }) });
    expect(await byUnbound(name, type)).toBe(status);
  });
});

describe('check names why a validating resolver says SERVFAIL', () => {
  it.each([
    ['www.expired.test', 'dns.dnssec-expired', 'expired.test ended at 2020-02-01'],
    ['www.mismatch.test', 'dns.dnssec-ds-mismatch', 'DS 4711 13 2'],
    [
      'www.tampered.test',
      'dns.dnssec-bogus',
      'on the A records of www.tampered.test is not of these records',
    ],
  ])('%s: %s', async (host, cause, words) => {
    const [anchor = ''] = servers.anchors;
    const resolver = ['--dns', `127.0.0.1:${servers.unbound}`, '--dnssec-anchor', anchor];
    const quiet = ['--allow-private', '--confirm-pause', '0', '--no-default-controls', '--no-history'];
    const args = ['--import', 'tsx', 'bin/inbound-check.ts', 'check', `dns://${host}`, '--format', 'json'];
    const said = await run(process.execPath, [...args, ...resolver, ...quiet]).catch((error) => error);
    const [endpoint] = JSON.parse(said.stdout).endpoints;
    expect(endpoint).toMatchObject({ cause, side: 'dns' });
    expect(JSON.stringify(endpoint)).toContain(words);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '../../../lib/input/profiles/index.ts';
import { type CheckFlags, parseCheckRequest } from '../../../lib/input/request/check-request.ts';
import { Assertions } from '../../../lib/model/endpoint.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loosened-'));
});
afterAll(() => rm(folder, { recursive: true }));

const told = async (flags: Partial<CheckFlags>): Promise<string[]> => {
  const request = await parseCheckRequest({
    targets: [],
    closed: [],
    allowPrivate: false,
    settings: {},
    ...flags,
  });
  if (!request.ok) throw new Error(request.message);
  return request.value.asked.map(({ text }) => text);
};
const file = async (name: string, content: object): Promise<string> => {
  await writeFile(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};
const URI = 'https://www.example.com/';
const AT = 'at www.example.com:443';

describe('what assertions and profiles change about a pass', () => {
  it.each<[flags: Partial<CheckFlags>, texts: string[]]>([
    [{ expectStatus: '200-299,404' }, [`HTTP status 200–299, 404 accepted ${AT}`]],
    [{ tlsMin: '1.0' }, [`TLS 1.0 accepted ${AT}`]],
    [{ tlsMin: '1.1' }, [`TLS 1.1 accepted ${AT}`]],
    [{ certDaysWarn: '3' }, [`certificate warning only below 3 days ${AT}`]],
    [{ tlsMin: '1.3', certDaysWarn: '60', certDays: '10' }, []],
    [{}, []],
  ])('is reported for %j', async (flags, texts) => {
    expect(await told({ targets: [URI], ...flags })).toEqual(texts);
  });

  it('is one entry for many endpoints, of bounded length', async () => {
    const targets = [URI, 'https://b.example.com/'];
    expect(await told({ targets, tlsMin: '1.0' })).toEqual(['TLS 1.0 accepted at 2 endpoints']);
    const odd = Array.from({ length: 200 }, (_, n) => 101 + 2 * n).join(',');
    expect((await told({ targets, expectStatus: odd }))[0]?.length).toBeLessThan(150);
  });

  it.each(profiles.map(({ id }) => id))('is nothing for the built-in profile %s as it is', async (id) => {
    const flags = {
      dependencies: true,
      quic: true,
      replies: true,
      targets: ['www.example.com'],
      profile: id,
    };
    expect(await told(flags)).toEqual([]);
  });

  it('is reported for a web interface meant for all, or for some vantages alone', async () => {
    const flags = { targets: ['www.example.com'], profile: 'cicada-ir' };
    expect(await told({ ...flags, publicUi: true })).toEqual([
      `web interface meant for all, no warning ${AT}`,
    ]);
    expect(await told({ ...flags, fromAllowListed: ['eu', 'us'] })).toEqual([`open to eu, us alone ${AT}`]);
  });

  it('is reported for what a targets file leaves out of a profile, or asks for as a mere recommendation', async () => {
    const path = await file('targets.json', {
      targets: [
        { host: 'mx.example.com', profile: 'mail', assertions: { starttls: false } },
        { host: 'www.example.com', profile: 'web', assertions: { redirectToHttps: false } },
        { check: [{ uri: URI, level: 'recommended' }] },
        { check: [{ uri: 'http://www.example.com/x', assertions: { acmePath: true } }] },
      ],
    });
    expect(await told({ file: path })).toEqual([
      'starttls not asked for at mx.example.com:25',
      'redirectToHttps not asked for at www.example.com:80',
      `level recommended ${AT}`,
      'HTTP-01 path, where a 404 passes, at www.example.com:80',
    ]);
  });

  it('is reported for an own profile, also by the id of a built-in one, with a bounded name of its file', async () => {
    const row = { kind: 'tcp', port: 443, expect: 'open', level: 'required', reason: 'Mine.' };
    const own = (id: string) => ({ id, title: 'Mine', description: 'Mine.', rows: [row] });
    const path = await file('mine.json', own('lucy-saas'));
    const targets = ['www.example.com'];
    const line = 'own profile lucy-saas from the file mine.json, not the built-in one';
    expect(await told({ targets, profile: path })).toEqual([line]);
    const list = await file('list.json', { targets: [{ host: 'www.example.com', profile: './mine.json' }] });
    expect(await told({ file: list })).toEqual([line]);
    const long = await file(`\u202e${'x'.repeat(120)}.json`, own('other'));
    const [text = ''] = await told({ targets, profile: long });
    expect(text).toMatch(/^own profile other from the file \\u\{202e\}x+…$/i);
    expect(text.length).toBeLessThan(120);
  });

  it('has an answer for every assertion', () => {
    const widen = ['status', 'redirectToHttps', 'acmePath', 'certDaysWarn', 'tlsMinVersion', 'starttls'];
    // They ask for more than the default does, whatever their value; relayTest is told when a file turns it off.
    const narrow = [
      'titleContains',
      'bodyContains',
      'certDaysFail',
      'recipient',
      'relayTest',
      'mxDomain',
      'send',
      'addresses',
      'issuer',
    ];
    expect(Object.keys(Assertions.unwrap().shape).sort()).toEqual([...widen, ...narrow].sort());
  });
});

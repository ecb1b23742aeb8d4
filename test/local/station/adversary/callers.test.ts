/** Everything that a station answers, asked by those who have no token of the API; and what its folder holds of secrets. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invite } from '../../../../lib/local/station/access/manage-people.ts';
import { type Station, startStation, withAccess } from '../../../../lib/local/station/station.ts';
import { contracts } from '../../../../lib/service/api/operations.ts';
import { peopleContracts } from '../../../../lib/service/contracts/people.ts';
import { siteContracts } from '../../../../lib/service/contracts/site.ts';
import { bodyDigest, publicKeyOf, signRequest } from '../../../../lib/service/site/signature.ts';
import { memoryTelemetry } from '../../../service/runs/ports.ts';
import { newFolder } from '../running-station.ts';

const folder = newFolder();
const telemetry = memoryTelemetry();
const { privateKey } = generateKeyPairSync('ed25519');
let station: Station;
let secrets: Readonly<Record<string, string>>;

const json = { 'content-type': 'application/json' };
const ask = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
  fetch(new URL(path, station.url), {
    method,
    headers: { ...headers, ...(body !== undefined && json) },
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const siteHead = (method: string, path: string, body: string) =>
  signRequest(
    { method, path },
    { name: 'branch', time: Date.now(), nonce: randomBytes(16).toString('hex'), digest: bodyDigest(body) },
    privateKey,
  );

beforeAll(async () => {
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: { publicKey: '', sign: async () => new Uint8Array() },
    allowPrivate: false,
    telemetry,
  });
  if (!started.ok) throw new Error(started.message);
  station = started.value;
  const made = await withAccess(folder, (access) => {
    const { handle } = access.people.owner();
    const invited = invite(access, { name: 'ada', role: 'operator', days: 1, by: 'the data folder' });
    return {
      operator: access.tokens.make('ci', 'operator', 1) ?? '',
      old: access.tokens.make('old', 'operator', 0) ?? '',
      scrape: access.scrapeTokens.make('prometheus', 1) ?? '',
      session: access.sessions.begin(handle, 'operator', { client: undefined, agent: undefined }),
      link: access.ownerLink('operator')?.split('/').at(-1) ?? '',
      invitation: typeof invited === 'string' ? '' : (invited.url.split('/').at(-1) ?? ''),
    };
  });
  if (!made.ok) throw new Error(made.message);
  const put = await ask('PUT', '/vantages/branch', bearer(made.value.operator), { position: 'inside' });
  const { code } = (await put.json()) as { code: string };
  const joining = { name: 'branch', code, publicKey: publicKeyOf(privateKey) };
  expect((await ask('POST', '/site/join', {}, joining)).status).toBe(200);
  secrets = { ...made.value, code };
});
afterAll(() => station?.close());

describe('who has no token of the API reaches none of its operations', () => {
  const all = [...contracts, ...Object.values(peopleContracts)];
  const callers: readonly [string, (method: string, path: string) => Record<string, string>][] = [
    ['nobody', () => ({})],
    ['a token that was made up', () => bearer(`ibc_${'A'.repeat(43)}`)],
    ['a token that is too old', () => bearer(secrets.old ?? '')],
    ['a session as if it were a token', () => bearer(secrets.session ?? '')],
    ['a link as if it were a token', () => bearer(secrets.link ?? '')],
    ['the code of a vantage', () => bearer(secrets.code ?? '')],
    ['the key of a vantage', (method, path) => ({ authorization: siteHead(method, path, '') })],
    ['a scrape token', () => bearer(secrets.scrape ?? '')],
    [
      'a token in the cookie',
      () => ({ cookie: `ibc-session=${secrets.operator}; token=${secrets.operator}` }),
    ],
    ['a name that a proxy would set', () => ({ 'x-forwarded-user': 'owner', 'x-remote-user': 'owner' })],
  ];
  it.each(callers)('%s', async (name, headers) => {
    const open: string[] = [];
    for (const { id, method, path } of all) {
      const { status } = await ask(method, path, headers(method, path));
      if (status !== 401) open.push(`${id}: ${status}`);
    }
    expect(open).toEqual(name === 'a scrape token' ? ['getMetrics: 200'] : []);
  });

  it('and nobody but a vantage with its own key reaches what is a vantage’s', async () => {
    const body = { working: [], look: true };
    const poll = (headers: Record<string, string>) => ask('POST', siteContracts.pollSite.path, headers, body);
    for (const headers of [{}, bearer(secrets.operator ?? ''), bearer(secrets.code ?? '')])
      expect((await poll(headers)).status).toBe(401);
    const head = siteHead('POST', '/site/poll', JSON.stringify(body));
    expect((await poll({ authorization: head })).status).toBe(200);
    expect((await poll({ authorization: head })).status).toBe(409);
    const other = head.replace('name=branch', 'name=local');
    expect((await poll({ authorization: other })).status).toBe(401);
  });
});

describe.each([
  ['a path that leads out of the folder', '/runs/..%2f..%2fsigning-key/report'],
  ['of dots', '/..%2fsigning-key.pem'],
  ['of encoded dots', '/%2e%2e/%2e%2e/etc/passwd'],
  ['behind a file of the console', '/index.html/..%2f..%2fstation.db'],
  ['behind a link', '/s/..%2f..%2fstation.db'],
  ['of backslashes', '/..%5c..%5cstation.db'],
  ['with a null', '/station.db%00.js'],
  ['that is no UTF-8', '/%ff%fe'],
])('%s', (_, path) => {
  it('opens nothing, to an operator neither', async () => {
    const answer = await ask('GET', path, bearer(secrets.operator ?? ''));
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/PRIVATE KEY|SQLite format|root:/);
  });
});

describe('the folder and the log', () => {
  it('hold no token, session, link or code, and are nobody else’s to read', async () => {
    // So that each has been used, in what the log and the record have as well.
    await ask('GET', '/fleet', bearer(secrets.operator ?? ''));
    await ask('GET', `/sign-in/link/${secrets.link}`, {});
    await ask('GET', `/invitation/${secrets.invitation}`, {});
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(2);
    const kept = `${files.map((path) => readFileSync(path, 'latin1')).join('\n')}${JSON.stringify(telemetry.lines)}`;
    expect(kept).toContain('prometheus');
    const found = Object.entries(secrets).filter(([, secret]) => secret === '' || kept.includes(secret));
    expect(found).toEqual([]);
    if (process.platform === 'win32') return;
    const open = files.filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});

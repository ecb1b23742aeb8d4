/** Whose body the station reads: of a machine with a key, and of one that joins, in a few bytes. */
import { beforeEach, expect, it } from 'vitest';
import type { OpenRequest } from '../../../lib/local/station/http/open-pages.ts';
import { sitePages } from '../../../lib/local/station/site/pages.ts';
import { publicKeyOf } from '../../../lib/service/site/signature.ts';
import { machine, type SiteRig, siteRig } from '../../service/site/site-rig.ts';

let rig: SiteRig;
let branch: ReturnType<typeof machine>;
let read = 0;
beforeEach(async () => {
  rig = siteRig();
  branch = machine('branch', rig);
  await branch.join(await rig.invite('branch'));
  read = 0;
});

const TEXT = JSON.stringify({ working: [] });
const asked = (path: string, headers: OpenRequest['headers'], text = TEXT): OpenRequest => ({
  method: 'POST',
  path,
  query: '',
  headers: { 'content-type': 'application/json', ...headers },
  client: '192.0.2.7',
  readBody: async () => {
    read += 1;
    return { text };
  },
});
const pages = () => sitePages(rig.api);

it('answers a machine with a key, and leaves other paths to others', async () => {
  const signed = asked('/site/poll', { authorization: branch.head('/site/poll', TEXT) });
  expect(await pages()(signed)).toMatchObject({ statusCode: 200 });
  expect(read).toBe(1);
  expect(await pages()(asked('/targets', {}))).toBeUndefined();
});

it.each([
  ['no signature', () => undefined],
  ['the token of a person', () => 'Bearer ibc_x'],
  ['another key', () => machine('branch', rig).head('/site/poll', TEXT)],
  ['another path', () => branch.head('/site/join', TEXT)],
  ['an old clock', () => branch.head('/site/poll', TEXT, { time: rig.clock.ms - 3_600_000 })],
])('does not read the body of a request with %s', async (_, head) => {
  const authorization = head();
  const answer = await pages()(asked('/site/poll', authorization === undefined ? {} : { authorization }));
  expect(answer).toMatchObject({ statusCode: 401 });
  expect(read).toBe(0);
});

it.each([undefined, '', '2001', '1e9', '-', '99999999'])(
  'does not read what joins with a length of %j',
  async (length) => {
    const headers = length === undefined ? {} : { 'content-length': length };
    const answer = await pages()(asked('/site/join', headers));
    // No length is none that could be checked, and an empty one is no body.
    expect([400, 413]).toContain(answer?.statusCode);
    if (length !== '') expect(read).toBe(0);
  },
);

it('reads what joins in a few bytes, and a body that is not the one that was signed counts for nothing', async () => {
  const code = await rig.invite('office');
  const joins = JSON.stringify({ name: 'office', code, publicKey: publicKeyOf(branch.privateKey) });
  const answer = await pages()(asked('/site/join', { 'content-length': String(joins.length) }, joins));
  expect(answer).toMatchObject({ statusCode: 200 });
  const bent = asked('/site/poll', { authorization: branch.head('/site/poll', TEXT) }, `${TEXT} `);
  expect(await pages()(bent)).toMatchObject({ statusCode: 401 });
});

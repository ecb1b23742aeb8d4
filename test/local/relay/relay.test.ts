import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiSigner } from '../../../lib/aws/api-client.ts';
import { type RelayOptions, startRelay } from '../../../lib/local/relay/relay.ts';

const page = { statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<title>console</title>' };
const site: RelayOptions['site'] = {
  home: page,
  files: async ({ path }) =>
    path === '/console-1.js' ? { statusCode: 200, headers: {}, body: 'script' } : undefined,
};
const signer = apiSigner({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'very secret' },
});

async function relay(options: Partial<RelayOptions> = {}) {
  const asked: (IncomingMessage & { body: string })[] = [];
  const api = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push(Object.assign(request, { body }));
      response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b' });
      response.end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(api.address() as AddressInfo).port}`);
  const started = await startRelay({ url, signer, site, port: 0, ...options });
  onTestFinished(async () => {
    await started.close();
    api.close();
  });
  const origin = new URL(started.url).origin;
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, more: RequestInit = {}) =>
    fetch(`${origin}${path}`, { redirect: 'manual', headers, ...more });
  const open = async () => {
    const answer = await ask(new URL(started.url).pathname);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };
  return { started, asked, origin, ask, open };
}

const own = { 'x-inbound-check': 'console' };

describe('the console of a fleet for its engineer', () => {
  it('opens one browser, once, by a cookie that no script reads and no other site causes to be sent', async () => {
    const { started, ask, origin } = await relay();
    const path = new URL(started.url).pathname;
    const first = await ask(path);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    expect(first.headers.get('set-cookie')).toMatch(
      new RegExp(`^ibc-console-${new URL(origin).port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const second = await ask(path);
    expect([second.status, second.headers.get('set-cookie')]).toEqual([403, null]);
    expect((await ask('/open/guess')).status).toBe(403);
  });

  it('sends what the page asks on, signed as the engineer, and gives back no more than the answer', async () => {
    const { ask, open, asked, origin } = await relay();
    const cookie = await open();
    expect(await (await ask('/', { cookie })).text()).toBe(page.body);
    const answer = await ask(
      '/targets/a%2Fb/runs?limit=3',
      { cookie, ...own, origin, 'content-type': 'application/json' },
      { method: 'PUT', body: '{"a":1}' },
    );
    expect([answer.status, await answer.json(), answer.headers.get('set-cookie')]).toEqual([
      201,
      { ok: true },
      null,
    ]);
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', '/targets/a%2Fb/runs?limit=3', '{"a":1}'],
    ]);
    const sent = asked[0]?.headers ?? {};
    expect(sent.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d+\/eu-west-1\/execute-api\//);
    // What the browser says of itself is not the API's business.
    expect([sent.cookie, sent.origin, sent['x-inbound-check']]).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, string, Readonly<Record<string, string>>, number]>([
    ['no cookie', '/targets', own, 401],
    ['a wrong cookie', '/targets', { ...own, cookie: 'ibc-console-1=x' }, 401],
    ['no cookie, for the page', '/', {}, 401],
    ['a page of another site', '/targets', { ...own, origin: 'https://evil.example' }, 403],
    ['another program of this machine', '/targets', { ...own, 'sec-fetch-site': 'same-site' }, 403],
    ['a path to another host', '//evil.example/x', own, 401],
  ])('sends nothing on for %s', async (_, path, headers, status) => {
    const { ask, asked } = await relay();
    expect((await ask(path, headers)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, string>>, RequestInit, number]>([
    ['without the page’s own header', '/targets', {}, {}, 403],
    ['to another host', '//evil.example/x', own, {}, 400],
    ['by a strange method', '/targets', own, { method: 'PATCH' }, 400],
    ['with a body that is too large', '/targets', own, { method: 'PUT', body: 'x'.repeat(400_001) }, 413],
  ])(
    'sends nothing on that is asked %s, though the cookie is right',
    async (_, path, headers, more, status) => {
      const { origin, open, asked } = await relay();
      const cookie = await open();
      const answer = await fetch(`${origin}${path}`, { headers: { cookie, ...headers }, ...more });
      expect(answer.status).toBe(status);
      expect(asked).toEqual([]);
    },
  );

  it('has the files of the page for whoever asks: they are nobody’s', async () => {
    const { ask } = await relay();
    expect(await (await ask('/console-1.js')).text()).toBe('script');
  });

  it('says what to do when there are no credentials, and when the API is away', async () => {
    const gone = await relay({
      signer: {
        authorise: async () => {
          throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
        },
        authoriseWords: signer.authoriseWords,
      },
    });
    const noCredentials = await gone.ask('/targets', { cookie: await gone.open(), ...own });
    expect([noCredentials.status, await noCredentials.text()]).toEqual([
      503,
      expect.stringContaining('no AWS credentials: sign in (aws sso login)'),
    ]);
    const away = await relay({ url: new URL('http://127.0.0.1:9') });
    const answer = await away.ask('/targets', { cookie: await away.open(), ...own });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('the API can’t be reached: 127.0.0.1:9'),
    ]);
  });
});

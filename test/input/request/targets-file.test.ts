import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProfile } from '../../../lib/input/profiles/index.ts';
import { readTargetsFile } from '../../../lib/input/request/targets-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-targets-'));

async function read(text: string, allowPrivate = false) {
  const path = join(folder, 'targets.yaml');
  writeFileSync(path, text);
  return readTargetsFile(path, { allowPrivate });
}

async function message(text: string): Promise<string> {
  const result = await read(text);
  if (result.ok) throw new Error('accepted');
  return result.message.replace(folder, '');
}

describe('a targets file', () => {
  it('gives endpoints of profiles and URIs, in order, under the names of their targets', async () => {
    const result = await read(`
settings: { timeout: 1.5s, confirm: 0, resolve: "www.example.com:443:192.0.2.7", control: [25=mx.example.com:25] }
targets:
  - host: www.example.com
    profile: web
    name: Landing page
    assertions: { certDaysFail: 7 }
  - check:
      - https://login.example.com/
      - uri: smtp://mx.example.com
        level: recommended
        assertions: { starttls: true }
    closed: [ssh://mx.example.com]
`);
    if (!result.ok) throw new Error(result.message);
    const endpoints = [...result.value.endpoints];
    expect(endpoints.map(({ id, target, level }) => [id, target, level])).toEqual([
      ['http://www.example.com:80/', 'Landing page', 'required'],
      ['https://www.example.com:443/', 'Landing page', 'required'],
      ['https://login.example.com:443/', 'login.example.com', 'required'],
      ['smtp://mx.example.com:25', 'mx.example.com', 'recommended'],
      ['ssh://mx.example.com:22 (closed)', 'mx.example.com', 'required'],
    ]);
    expect(endpoints[1]?.assertions).toMatchObject({ certDaysFail: 7 });
    expect(endpoints[0]?.assertions).toEqual({ redirectToHttps: true });
    expect(endpoints[3]?.assertions).toEqual({ starttls: true });
    expect(result.value.settings).toMatchObject({
      timeoutMs: 1500,
      confirm: 0,
      resolve: [{ host: 'www.example.com', port: 443, address: '192.0.2.7' }],
      controls: [{ port: 25, host: 'mx.example.com', hostPort: 25 }],
    });
  });

  it('may be JSON, indented with tabs', async () => {
    const result = await read('{\n\t"targets": [\n\t\t{ "check": ["tcp://192.0.43.8:80"] }\n\t]\n}\n');
    expect(result).toMatchObject({ ok: true });
  });

  it('applies a profile of the user’s own, found next to the file', async () => {
    writeFileSync(
      join(folder, 'own.yaml'),
      'id: own\ntitle: Own\ndescription: Own\nrows:\n  - {kind: tls, port: 8443, expect: open, level: required, reason: API}\n',
    );
    const result = await read('targets:\n  - { host: api.example.com, profile: ./own.yaml }\n');
    if (!result.ok) throw new Error(result.message);
    expect([...result.value.endpoints].map(({ id }) => id)).toEqual(['tls://api.example.com:8443']);
  });

  it('of 10,000 targets is read whole and gives its endpoints one by one', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `  - check: [https://t${index}.example.com/]`);
    const result = await read(`targets:\n${lines.join('\n')}\n`);
    if (!result.ok) throw new Error(result.message);
    let count = 0;
    for (const endpoint of result.value.endpoints) count += endpoint.kind === 'https' ? 1 : 0;
    expect(count).toBe(10_000);
  });
});

describe('a fault in a targets file is named with its line', () => {
  it.each([
    ['broken YAML', 'targets:\n  - host: a\n   profile: web\n', '/targets.yaml:3:1: not valid YAML'],
    ['an open bracket', 'targets: [\n', 'not valid YAML'],
    [
      'a key twice',
      'targets: []\ntargets: []\n',
      '/targets.yaml:2:1: not valid YAML: Map keys must be unique',
    ],
    ['no targets', 'settings: {}\n', '/targets.yaml:1: targets: is missing'],
    ['an empty file', '', '/targets.yaml:1: expected object'],
    ['no list of targets', 'targets: 5\n', '/targets.yaml:1: targets: expected array'],
    ['an empty list', 'targets: []\n', '/targets.yaml:1: targets: expected at least one target'],
    [
      'an unknown key',
      'targets:\n  - host: a.example\n    profil: web\n',
      '/targets.yaml:3: targets[0].profil: unknown key "profil"',
    ],
    [
      'an unknown profile',
      'targets:\n  - host: a.example\n    profile: wbe\n',
      '/targets.yaml:3: targets[0].profile: there is no profile "wbe"; did you mean web',
    ],
    [
      'a host without a profile',
      'targets:\n  - host: a.example\n',
      '/targets.yaml:2: targets[0].host: needs a `profile`',
    ],
    [
      'a profile without a host',
      'targets:\n  - profile: web\n',
      '/targets.yaml:2: targets[0].profile: goes with `host`',
    ],
    ['nothing to check', 'targets:\n  - name: x\n', '/targets.yaml:2: targets[0]: has nothing to check'],
    [
      'a bad URI',
      'targets:\n  - check:\n      - https://a.example/\n      - https://a.example:99999/\n',
      '/targets.yaml:4: targets[0].check[1]: "https://a.example:99999/": a port',
    ],
    [
      'a bad URI with expectations',
      'targets:\n  - check:\n      - level: required\n        uri: ftp://a.example\n',
      '/targets.yaml:4: targets[0].check[0].uri: "ftp://a.example": the scheme',
    ],
    [
      'an unknown expectation',
      'targets:\n  - check:\n      - uri: ssh://a.example\n        expect: shut\n',
      '/targets.yaml:4: targets[0].check[0].expect: expected one of open, closed',
    ],
    [
      'an assertion of another kind',
      'targets:\n  - check:\n      - uri: ssh://a.example\n        assertions:\n          status: [200]\n',
      '/targets.yaml:5: targets[0].check[0].assertions.status: is for http, https, and this URI is ssh',
    ],
    [
      'a private address',
      'targets:\n  - check: [https://10.0.0.1/]\n',
      '/targets.yaml:2: targets[0].check[0]: 10.0.0.1 is not reachable from the internet',
    ],
    ['a private closed address', 'targets:\n  - closed: [ssh://127.0.0.1]\n', 'add --allow-private'],
    [
      'a bad duration',
      'settings:\n  confirm: 1\n  timeout: soon\ntargets:\n  - check: [https://a.example]\n',
      '/targets.yaml:3: settings.timeout: expected a duration',
    ],
    [
      'a bad pin in a list',
      'settings:\n  resolve:\n    - a:1:192.0.2.1\n    - b\ntargets:\n  - check: [https://a.example]\n',
      '/targets.yaml:4: settings.resolve[1]: expected HOST:PORT:ADDRESS',
    ],
    [
      'a setting that only the command line may give',
      'settings: { allowPrivate: true }\ntargets:\n  - check: [https://a.example]\n',
      'unknown key "allowPrivate"',
    ],
    [
      'a mistyped key',
      'targets:\n  - hots: a.example\n',
      '/targets.yaml:2: targets[0].hots: unknown key "hots"; did you mean host',
    ],
    [
      'a mistyped key of an item',
      'targets:\n  - check:\n      - { uri: "https://a.example", levl: required }\n',
      'unknown key "levl"; did you mean level?',
    ],
    [
      'JSON that breaks off',
      '{"targets": [{"check": ["https://a.example"]}',
      '/targets.yaml:1:46: not valid JSON: ',
    ],
    [
      'the same URI open and closed',
      'targets:\n  - check: [https://a.example]\n    closed: [https://a.example/]\n',
      '/targets.yaml:3: targets[0].closed[0]: https://a.example:443/ is asked to be open and closed at once',
    ],
    [
      'the same URI open and closed in two targets',
      'targets:\n  - closed: [ssh://a.example]\n  - check: [ssh://a.example]\n',
      '/targets.yaml:3: targets[1].check[0]: ssh://a.example:22 is asked to be open and closed at once',
    ],
    [
      'a host in a plain list',
      'https://a.example/\n\nb.example\n',
      '/targets.yaml:3: say what to check on b.example',
    ],
    [
      'a bad URI in a plain list',
      'https://a.example/\nhttps//b.example\n',
      ':2: "https//b.example" is no URI: write',
    ],
    ['a private address in a plain list', '# ours\ntcp://10.0.0.1:80\n', ':2: 10.0.0.1 is not reachable'],
    [
      'multiplying aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\ntargets: [*c,*c,*c,*c,*c]\n`,
      'alias',
    ],
  ])('%s', async (_what, text, expected) => {
    const line = await message(text);
    expect(line).toContain(expected);
    expect(line).not.toContain('\n');
  });

  it('a plain list is taken: a host or a URI on each line', async () => {
    const web = findProfile('web');
    const path = join(folder, 'list.txt');
    writeFileSync(path, '# web\nwww.example.com   # the main one\r\n- b.example\n\nsmtp://mx.example.com\n');
    const read = await readTargetsFile(path, {
      allowPrivate: false,
      ...(web && { profile: web }),
    });
    if (!read.ok) throw new Error(read.message);
    expect(new Set([...read.value.endpoints].map(({ target }) => target))).toEqual(
      new Set(['www.example.com', 'b.example', 'mx.example.com']),
    );
  });

  it('an unreadable file is named with the reason', async () => {
    expect(await readTargetsFile(join(folder, 'none.yaml'), { allowPrivate: false })).toMatchObject({
      ok: false,
      message: expect.stringContaining('there is no such file'),
    });
    expect(await readTargetsFile(folder, { allowPrivate: false })).toMatchObject({
      ok: false,
      message: expect.stringContaining('it is a directory'),
    });
    writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0xe4, 0xff]));
    expect(await readTargetsFile(join(folder, 'latin1.yaml'), { allowPrivate: false })).toMatchObject({
      ok: false,
      message: expect.stringContaining('not UTF-8 text'),
    });
  });
});

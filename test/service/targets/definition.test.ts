import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../lib/service/targets/definition.ts';

const read = (written: unknown, name = 'shop') => {
  const result = readDefinition(name, written);
  return result.ok ? result.value : result.message;
};

describe('the hosts of a target', () => {
  it('are whoever a run contacts, each once, without the far ends of a profile', () => {
    expect(
      read({
        host: 'www.example.com',
        profile: 'lucy-saas',
        options: { dependencies: true },
        check: [
          'https://WWW.example.com/login',
          'dns://9.9.9.9/www.example.com',
          { uri: 'smtp://mx.example.net', assertions: { recipient: 'ada@mail.example.org' } },
        ],
        closed: ['ssh://[2a00:1450::1]'],
      }),
    ).toMatchObject({
      hosts: ['www.example.com', '9.9.9.9', 'mx.example.net', 'mail.example.org', '2a00:1450::1'],
    });
  });
});

describe('what can’t be run can’t be registered', () => {
  it.each([
    [{}, 'has nothing to check: add `host` and `profile`, or `check`'],
    [{ host: 'www.example.com' }, /^host: needs a `profile`/],
    [{ host: 'www.example.com', profile: 'wbe' }, /^profile: there is no profile "wbe"; did you mean web/],
    [{ host: 'www.example.com', profile: './own.yaml' }, /^profile: there is no profile/],
    [{ check: ['gopher://www.example.com'] }, /^check\[0\]: .*the scheme "gopher" is not one of/],
    [
      { check: ['tcp://10.1.2.3:80'] },
      'tcp://10.1.2.3:80: 10.1.2.3 is not reachable from the internet (private (RFC 1918))',
    ],
    [{ check: ['http://localhost/'] }, /localhost is this machine itself$/],
    [{ check: ['http://169.254.169.254/'] }, /is never probed \(cloud metadata\): name a public address$/],
    [
      { name: 'other', check: ['http://www.example.com/'] },
      /^name: "other" is not the name it is registered under, "shop"$/,
    ],
    [{ check: ['http://www.example.com/'], colour: 'red' }, /^colour: unknown key "colour"$/],
    [
      { check: Array.from({ length: 51 }, (_, n) => `http://h${n}.example.com/`) },
      /^51 hosts, and a target has at most 50/,
    ],
    ['text', 'expected object'],
  ])('%j', (written, message) => {
    expect(read(written)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('when it is longer than an item of the table may be', () => {
    const check = Array.from({ length: 60 }, (_, n) => `http://www.example.com/${n}${'x'.repeat(1_900)}`);
    expect(read({ check })).toMatch(/^is longer than 100 KB/);
  });

  it.each(['', ' shop', 'shop ', 'a/b', 'a\u202eb', '-', 'x'.repeat(101)])('under the name %j', (name) => {
    expect(read({ check: ['http://www.example.com/'] }, name)).toMatch(/^name: .*expected a name of/);
  });

  it.each(['shop', 'Müller AG', 'www.example.com', '2a00:1450::1', 'x'])('but under the name %j', (name) => {
    expect(read({ check: ['http://www.example.com/'] }, name)).toMatchObject({ hosts: ['www.example.com'] });
  });
});

it('reads what it gave once more as the same', () => {
  const written = {
    host: 'www.example.com',
    profile: 'web',
    check: [{ uri: 'https://www.example.com/x', assertions: { status: [200] } }],
  };
  const once = read(written);
  if (typeof once === 'string') throw new Error(once);
  expect(read(once.definition)).toEqual(once);
});

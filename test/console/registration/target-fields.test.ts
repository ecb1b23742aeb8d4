import { describe, expect, it } from 'vitest';
import { NO_OPTIONS, type WrittenTarget } from '../../../lib/console/profile/profile-options.ts';
import {
  addressRow,
  emptyTarget,
  fieldsOfTarget,
  refusedField,
  type TargetFields,
  targetOf,
} from '../../../lib/console/registration/target-fields.ts';
import { readDefinition } from '../../../lib/service/targets/definition.ts';

const fields = (change: Partial<TargetFields>): TargetFields => ({
  ...emptyTarget(),
  name: 'Shop',
  ...change,
});
const definitionOf = (given: TargetFields): WrittenTarget => {
  const target = targetOf(given);
  if (!target.ok) throw new Error(target.label);
  return target.body.definition;
};

describe('what the form comes to', () => {
  it('a host with a profile and its options, which the API can read', () => {
    const definition = definitionOf(
      fields({ host: ' www.example.com ', profile: 'web', options: { ...NO_OPTIONS, quic: true } }),
    );
    expect(definition).toEqual({ host: 'www.example.com', profile: 'web', options: { quic: true } });
    expect(readDefinition('Shop', definition)).toMatchObject({
      ok: true,
      value: { hosts: ['www.example.com'] },
    });
  });

  it('addresses by what is expected of each, and what must hold of all', () => {
    const definition = definitionOf(
      fields({
        rows: [
          addressRow(' https://www.example.com/ '),
          addressRow('http://www.example.com/', 'recommended'),
          addressRow('ssh://www.example.com', 'closed'),
          addressRow(''),
        ],
        expected: {
          status: '200-202, 301',
          certDaysFail: '14',
          addresses: '192.0.2.1, 192.0.2.2',
          starttls: '',
        },
      }),
    );
    expect(definition).toEqual({
      check: [
        'https://www.example.com/',
        { uri: 'http://www.example.com/', expect: 'open', level: 'recommended' },
      ],
      closed: ['ssh://www.example.com'],
      assertions: { status: [200, 201, 202, 301], certDaysFail: 14, addresses: ['192.0.2.1', '192.0.2.2'] },
    });
    expect(readDefinition('Shop', definition).ok).toBe(true);
  });

  it.each([
    [{ name: ' ' }, 'name', 'register.name.missing'],
    [{ profile: 'web' }, 'host', 'register.host.missing'],
    [
      { rows: [addressRow('https://a.example/')], expected: { status: 'ok' } },
      'expect-status',
      'register.status.wrong',
    ],
    [
      { rows: [addressRow('https://a.example/')], expected: { certDaysWarn: 'two' } },
      'expect-certDaysWarn',
      'register.number.wrong',
    ],
  ])('%j: one line at one field', (change, field, label) => {
    expect(targetOf(fields(change))).toEqual({ ok: false, field, label });
  });

  it('nothing to check is said at the first address', () => {
    const empty = fields({});
    expect(targetOf(empty)).toEqual({
      ok: false,
      field: `row-${empty.rows[0]?.key}`,
      label: 'register.nothing',
    });
  });

  it('leaves an owner that is not typed as it was, and takes one away that is emptied', () => {
    const rows = [addressRow('https://a.example/')];
    expect(targetOf(fields({ rows }))).not.toHaveProperty('body.owner');
    expect(
      targetOf({ ...fieldsOfTarget('Shop', { check: ['https://a.example/'] }, 'A'), owner: '' }),
    ).toMatchObject({
      body: { owner: '' },
    });
  });
});

const REGISTERED: WrittenTarget[] = [
  { host: 'www.example.com', profile: 'lucy-saas', options: { replies: true, dependencies: true } },
  {
    host: 'ir.example.com',
    profile: 'cicada-ir',
    options: { ui: 'private' },
    check: ['tls://ir.example.com:8443'],
  },
  {
    check: [
      'https://a.example/',
      { uri: 'tcp://a.example:7', expect: 'closed', level: 'recommended' },
      { uri: 'https://b.example/', expect: 'open', level: 'required', assertions: { status: [401] } },
    ],
    closed: ['ssh://a.example'],
    assertions: { certDaysFail: 7, redirectToHttps: true, tlsMinVersion: 'TLSv1.3', send: 'x' },
  },
];

it.each(REGISTERED)('%j comes out of the form as it went in', (definition) => {
  expect(definitionOf(fieldsOfTarget('Shop', definition))).toEqual(definition);
});

describe('a refusal', () => {
  const given = fieldsOfTarget('Shop', {
    check: [
      'https://a.example/',
      'nonsense',
      { uri: 'tcp://c.example:7', expect: 'open', level: 'required' },
    ],
    closed: ['ssh://a.example'],
  });
  const row = (index: number): string => `row-${given.rows[index]?.key}`;
  it.each([
    ['check[1]: expected a URI', 'body.definition', row(1), 'expected a URI'],
    ['check[2].uri: what', 'body.definition', row(2), 'what'],
    ['closed[0]: expected a URI', 'body.definition', row(3), 'expected a URI'],
    ['body.definition.check[1]: expected string', 'body.definition.check[1]', row(1), 'expected string'],
    ['host: no host', 'body.definition', 'host', 'no host'],
    ['body.owner: at most 200 characters', 'body.owner', 'owner', 'at most 200 characters'],
    ['path.name: expected a name', 'path.name', 'name', 'expected a name'],
    ['options.replies.domain: no domain', 'body.definition', 'domain', 'no domain'],
    ['assertions.certDaysWarn: too small', 'body.definition', 'expect-certDaysWarn', 'too small'],
    [
      'ssh://a.example:22: no address of the internet',
      'body.definition',
      row(0),
      'ssh://a.example:22: no address of the internet',
    ],
  ])('%s is shown at its field', (detail, at, field, text) => {
    expect(refusedField({ at, detail }, given)).toEqual({ field, text });
  });

  it('of nothing in the form is shown by itself', () => {
    expect(refusedField({ detail: 'everything is stopped by ben: drill' }, given)).toBeUndefined();
  });
});

it('places what the API itself says', () => {
  const given = fields({ rows: [addressRow('https://a.example/'), addressRow('htps://b.example/')] });
  const read = readDefinition('Shop', definitionOf(given));
  if (read.ok) throw new Error('it can be read');
  const found = refusedField({ at: 'body.definition', detail: read.message }, given);
  expect(found?.field).toBe(`row-${given.rows[1]?.key}`);
  expect(found?.text).not.toMatch(/^check/);
});

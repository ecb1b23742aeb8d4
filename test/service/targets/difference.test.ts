import { expect, it } from 'vitest';
import { differences } from '../../../lib/service/targets/difference.ts';

const shop = {
  name: 'shop',
  definition: {
    host: 'www.example.com',
    profile: 'web',
    options: { replies: { domain: 'example.com' } },
    check: ['https://a.example.com/', { uri: 'tcp://a.example.com:1', expect: 'open', level: 'required' }],
  },
} as const;
type Change = Parameters<typeof differences>[0][number];
const as = (definition: object): Change => ({ name: 'shop', definition }) as Change;
const of = (before: Change, after: Change) => differences([before], [after], { prune: false });

it('are none between equals, whatever the order of keys', () => {
  const { check, ...rest } = shop.definition;
  expect(of(as(shop.definition), as({ check, ...rest }))).toEqual([
    { name: 'shop', change: 'same', fields: [] },
  ]);
});

it('are reported field by field, and of lists what came and what went', () => {
  const after = as({
    host: 'shop.example.com',
    options: { replies: { domain: 'example.net' }, ui: 'public' },
    check: [{ level: 'required', uri: 'tcp://a.example.com:1', expect: 'open' }, 'https://b.example.com/'],
    closed: ['ssh://www.example.com'],
  });
  expect(of(as(shop.definition), after)).toEqual([
    {
      name: 'shop',
      change: 'changed',
      fields: [
        'check: - https://a.example.com/',
        'check: + https://b.example.com/',
        'closed: + ssh://www.example.com',
        'host: "www.example.com" → "shop.example.com"',
        'options.replies.domain: "example.com" → "example.net"',
        'options.ui: none → "public"',
        'profile: "web" → none',
      ],
    },
  ]);
});

it('name another order of a list, which is the order of the report', () => {
  const [first, second] = ['https://a.example.com/', 'https://b.example.com/'];
  expect(of(as({ check: [first, second] }), as({ check: [second, first] }))).toMatchObject([
    { change: 'changed', fields: ['check: another order'] },
  ]);
});

it('remove what the file does not name only when asked to', () => {
  const other = as({ check: ['https://a.example.com/'] });
  const old = { ...other, name: 'old' };
  expect(differences([old], [other], { prune: false })).toMatchObject([{ name: 'shop', change: 'added' }]);
  expect(differences([old], [other], { prune: true })).toMatchObject([
    { name: 'shop', change: 'added' },
    { name: 'old', change: 'removed', fields: ['check: - https://a.example.com/'] },
  ]);
});

import { expect, it } from 'vitest';
import { type ProfileCard, profileCards } from '../../../lib/console/profile/profile-cards.ts';
import {
  NO_OPTIONS,
  type OptionFields,
  offeredBy,
  optionFieldsOf,
  optionsOf,
} from '../../../lib/console/profile/profile-options.ts';

const card = (id: string): ProfileCard | undefined => profileCards.find((one) => one.id === id);
const all: OptionFields = {
  replies: true,
  domain: ' reply.example.com ',
  recipient: '',
  quic: true,
  dependencies: true,
  ui: 'private',
  letIn: 'office, eu-central-1',
};

it.each([
  ['web', { quic: true }],
  ['mail', { replies: { domain: 'reply.example.com' } }],
  ['lucy-saas', { replies: { domain: 'reply.example.com' }, dependencies: true }],
  ['cicada-ir', { dependencies: true, ui: 'private', allowListedVantages: ['office', 'eu-central-1'] }],
  ['none', undefined],
] as const)('of all that is filled in, %s gets what it has', (id, options) => {
  expect(optionsOf(card(id), all)).toEqual(options);
});

it('says nothing of what was not chosen', () => {
  for (const one of profileCards) expect(optionsOf(one, NO_OPTIONS)).toBeUndefined();
});

it('has port 25 for replies as a choice of one product, and as the purpose of a mail server', () => {
  expect(optionsOf(card('lucy-saas'), { ...NO_OPTIONS, replies: true })).toEqual({ replies: true });
  expect(offeredBy(card('mail'))).toMatchObject({ replies: false, mail: true });
});

it.each([
  [undefined, NO_OPTIONS],
  [{ replies: true }, { ...NO_OPTIONS, replies: true }],
  [
    { replies: { domain: 'a.example', recipient: 'b@a.example' } },
    { ...NO_OPTIONS, replies: true, domain: 'a.example', recipient: 'b@a.example' },
  ],
  [
    { ui: 'public' as const, allowListedVantages: ['a', 'b'] },
    { ...NO_OPTIONS, ui: 'public', letIn: 'a, b' },
  ],
])('%j comes back into the form', (options, fields) => {
  expect(optionFieldsOf(options)).toEqual(fields);
});

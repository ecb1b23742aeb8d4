import { expect, it } from 'vitest';
import { parseJson } from '../../lib/model/parse-json.ts';

it.each([
  ['{"a":[1,null]}', { a: [1, null] }],
  ['null', null],
  ['"text"', 'text'],
  [undefined, undefined],
  ['', undefined],
  ['{"a":', undefined],
  ['{} x', undefined],
])('reads %j as %j', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

import { expect, it } from 'vitest';
import {
  canonicalName,
  compareNames,
  isBelow,
  readName,
  sharedAncestor,
  wireOf,
} from '../../../lib/net/dnssec/domain-name.ts';

it('sorts the names of RFC 4034 §6.1 as they are there', () => {
  const sorted = [
    'example',
    'a.example',
    'yljkjljk.a.example',
    'z.a.example',
    'zabc.a.example',
    'z.example',
    '\x01.z.example',
    '*.z.example',
    '\xc8.z.example',
  ];
  expect([...sorted].reverse().sort(compareNames)).toEqual(sorted);
});

it('holds names equal that differ by case or a last dot, and keeps a dot within a label apart', () => {
  expect(canonicalName('WWW.Example.')).toBe('www.example');
  expect(canonicalName('.')).toBe('.');
  expect(wireOf('a\\.b.c')).toEqual(Buffer.from('\x03a.b\x01c\0', 'latin1'));
  expect(isBelow('x.a\\.b', 'b')).toBe(false);
  expect(sharedAncestor('a.b.example', 'c.b.example')).toBe('b.example');
});

it('reads a name by pointers, and refuses one that leads ahead, in a circle or beyond 255 bytes', () => {
  const message = Buffer.from('\x03Www\x07example\0\x01a\xc0\x04', 'latin1');
  expect(readName(message, 0)).toEqual({ name: 'www.example', end: 13 });
  expect(readName(message, 13)).toEqual({ name: 'a.example', end: 17 });
  for (const bad of [
    '\xc0\x00',
    '\x01a\xc0\x00',
    '\x40a',
    '\x05ab',
    `${`\x3f${'a'.repeat(63)}`.repeat(4)}\0`,
  ])
    expect(() => readName(Buffer.from(bad, 'latin1'), 0)).toThrow(RangeError);
});

/** Whatever one bit of a signed file is turned into: it is no longer the file that was signed. */
import { describe, expect, it } from 'vitest';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { newSeal } from '../report/signature/sample-seal.ts';
import { smallReport } from './small-report.ts';

const seal = newSeal();
const page = await writeWhole(html, tailOf(smallReport), smallReport.endpoints, { seal });
const data = await writeWhole(json, tailOf(smallReport), smallReport.endpoints, { seal });

/** Where the file is still taken for intact. */
function* survivors(
  text: string,
  change: (bytes: Buffer, at: number) => Iterable<Buffer>,
): Generator<string> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1)
    for (const altered of change(bytes, at))
      if (verifyReport(altered).outcome === 'intact') yield `${at}: ${altered.subarray(at - 10, at + 10)}`;
}

function* flips(bytes: Buffer, at: number): Generator<Buffer> {
  for (let bit = 1; bit < 256; bit *= 2) {
    bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at);
    yield bytes;
    bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at);
  }
}

const without = (bytes: Buffer, at: number): Buffer[] => [
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
];
const twice = (bytes: Buffer, at: number): Buffer[] => [
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + 1), bytes.subarray(at)]),
];
const spaced = (bytes: Buffer, at: number): Buffer[] => [
  Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]),
];

describe.each([
  ['page', page],
  ['JSON report', data],
])('a signed %s', (_form, text) => {
  it('is intact as it is', () => {
    expect(verifyReport(Buffer.from(text), [seal.keyId])).toMatchObject({
      outcome: 'intact',
      covers: 'every-byte',
    });
  });

  it.each([
    ['every flip of every bit', flips],
    ['every byte left out', without],
    ['every byte twice', twice],
    ['a space before every byte', spaced],
  ] as const)(
    '%s is refused',
    (_what, change) => {
      expect([...survivors(text, change)]).toEqual([]);
    },
    300_000,
  );

  it.each([
    ['a byte-order mark', Buffer.from(`\ufeff${text}`)],
    ['something behind it', Buffer.from(`${text}\n`)],
    ['a NUL behind it', Buffer.from(`${text}\0`)],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['half of it', Buffer.from(text.slice(0, text.length / 2))],
    ['itself twice', Buffer.from(text + text)],
  ])('%s is refused', (_what, altered) => {
    expect(verifyReport(altered).outcome).not.toBe('intact');
  });
});

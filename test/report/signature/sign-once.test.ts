import { describe, expect, it } from 'vitest';
import { signOnce } from '../../../lib/report/signature/signature.ts';
import { countingSeal } from '../../service/share/signer.ts';

const [A, B, P, Q] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
];

describe('one signature for a page and its data', () => {
  it.each<[what: string, asked: { report: string; page?: string }[], signatures: number]>([
    ['a page, then its data', [{ report: A, page: P }, { report: A }], 1],
    [
      'the same page again',
      [
        { report: A, page: P },
        { report: A, page: P },
      ],
      1,
    ],
    ['data first, since their signature names no page', [{ report: A }, { report: A, page: P }], 2],
    [
      'another page of the same data',
      [
        { report: A, page: P },
        { report: A, page: Q },
      ],
      2,
    ],
    ['other data', [{ report: A, page: P }, { report: B }], 2],
  ])('%s', async (_what, asked, signatures) => {
    const { seal, signed } = countingSeal(() => 0);
    const once = signOnce(seal);
    for (const digests of asked) expect(await once.sign(digests)).toMatchObject(digests);
    expect(signed()).toBe(signatures);
  });
});

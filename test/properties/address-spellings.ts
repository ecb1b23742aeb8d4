/** The many ways to write one address. */
import fc from 'fast-check';
import { dotted } from './iana-registries.ts';

const FULL_WIDTH_ZERO = 0xff10;
const fullWidth = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(FULL_WIDTH_ZERO + Number(digit)));

const inBase = (value: bigint): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(value.toString()),
    fc.integer({ min: 0, max: 3 }).map((zeros) => `0${'0'.repeat(zeros)}${value.toString(8)}`),
    fc
      .tuple(fc.constantFrom('0x', '0X'), fc.integer({ min: 0, max: 3 }), fc.boolean())
      .map(([prefix, zeros, upper]) => {
        const digits = '0'.repeat(zeros) + value.toString(16);
        return prefix + (upper ? digits.toUpperCase() : digits);
      }),
  );

/** What inet_aton and browsers read (WHATWG URL §3.5): one to four numbers, the last one filling the rest. */
export const ipv4Spelling = (address: bigint): fc.Arbitrary<string> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((count) => {
      const rest = BigInt(8 * (5 - count));
      const parts = Array.from(
        { length: count - 1 },
        (_, index) => (address >> BigInt(24 - 8 * index)) & 255n,
      );
      return fc.tuple(...[...parts, address & ((1n << rest) - 1n)].map(inBase));
    })
    .chain((parts) =>
      fc.constantFrom(
        parts.join('.'),
        `${parts.join('.')}.`,
        fullWidth(parts.join('.')),
        parts.join('。'),
        parts.join('．'),
        dotted(address),
      ),
    );

/** RFC 4291 §2.2: any run of zero groups shortened or none, letters of either case, zeros in front, a dotted tail. */
export const ipv6Spelling = (groups: readonly number[]): fc.Arbitrary<string> => {
  const runs = groups.flatMap((_, from) =>
    groups.flatMap((__, to) =>
      to >= from && groups.slice(from, to + 1).every((one) => one === 0) ? [[from, to + 1]] : [],
    ),
  );
  return fc
    .record({
      run: fc.constantFrom(undefined, ...runs),
      width: fc.constantFrom(1, 4),
      upper: fc.boolean(),
      dottedTail: fc.boolean(),
    })
    .map(({ run, width, upper, dottedTail }) => {
      const [from = 8, to = 8] = run ?? [];
      const tail = dottedTail && (run === undefined || to <= 6);
      const shown = groups.map((group) => group.toString(16).padStart(width, '0'));
      const texts: string[] = tail
        ? [...shown.slice(0, 6), dotted(BigInt(groups[6] ?? 0) * 65_536n + BigInt(groups[7] ?? 0))]
        : shown;
      const text =
        run === undefined
          ? texts.join(':')
          : `${texts.slice(0, from).join(':')}::${texts.slice(to).join(':')}`;
      return upper ? text.toUpperCase() : text;
    });
};
